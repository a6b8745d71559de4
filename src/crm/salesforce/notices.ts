import { CrmError } from "../../errors.ts";
import type { FeatureOff } from "../../model/connection.ts";
import type { Receipt } from "../../model/operation.ts";
import type { Notice } from "../../model/task.ts";
import type { Notifier, Pay } from "../crm.ts";
import { text } from "../values.ts";
import { type ActionResult, actionResults } from "./answers.ts";
import type { Context } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { codeOf } from "./errors.ts";
import { query } from "./query.ts";
import { receiptOfError } from "./receipts.ts";
import { soql } from "./soql.ts";
import { cut } from "./task-text.ts";

/** salesforce.md §4.7: recipients of one call, of whom each notice has one; characters of its texts. */
const limits = { recipients: 500, title: 250, body: 750 };

/** The type that Baton's package brings. */
const typeName = "Baton_Lead_Assigned";

const feature = "notifications";

const noType: FeatureOff = {
  feature,
  message: `Reps are told of their leads by tasks alone: the org has no notification type ${typeName}.`,
  whatToDo: "Install Baton's package in the org, which brings it.",
};

const noPermission: FeatureOff = {
  feature,
  message: "Reps are told of their leads by tasks alone: Baton's user may not send notifications.",
  whatToDo: "Give Baton's user the permission Send Custom Notifications, by the permission set of Baton's package.",
};

/** See CrmClient: the custom notification action, with as many notices a call as it has recipients (salesforce.md §4.7). */
export function createNotifier(context: Context): Notifier {
  const { memory } = context;
  return {
    maxBatch: limits.recipients,
    off: () => (memory.notices === null ? null : whyOff(memory.notices)),
    async send(notices, pay) {
      const { typeId, turn } = await typeOf(context, pay);
      if (typeId !== null) return sendAll(context, { notices, typeId }, turn);
      turn.permit?.release();
      return new Map(notices.map(({ key }) => [key, refusal("NO_NOTIFICATION_TYPE")]));
    },
  };
}

function whyOff({ typeId, isDenied }: { typeId: string | null; isDenied: boolean }): FeatureOff | null {
  if (typeId === null) return noType;
  return isDenied ? noPermission : null;
}

/** Looks whether notices can be sent, as far as that can be seen without sending any. At most two calls. */
export async function probeNotices(context: Context, pay: Pay): Promise<{ off: readonly FeatureOff[]; turn: Pay }> {
  context.memory.notices = null;
  const { typeId, turn } = await typeOf(context, pay);
  return { off: typeId === null ? [noType] : [], turn };
}

async function typeOf(context: Context, pay: Pay): Promise<{ typeId: string | null; turn: Pay }> {
  const { memory } = context;
  if (memory.notices !== null) return { typeId: memory.notices.typeId, turn: pay };
  const object = "CustomNotificationType";
  const { there, turn } = await presentObjects(context, [object], pay);
  const rows = there.has(object)
    ? await query(context, soql`SELECT Id FROM CustomNotificationType WHERE DeveloperName = ${typeName} LIMIT 1`, turn)
    : [];
  const typeId = rows[0] === undefined ? null : text(rows[0], "Id");
  memory.notices = { typeId, isDenied: false };
  return { typeId, turn: there.has(object) ? { lane: pay.lane } : turn };
}

type Sending = { notices: readonly Notice[]; typeId: string };

async function sendAll(
  context: Context,
  { notices, typeId }: Sending,
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const inputs = notices.map(({ leadId, recipientId, title, body }) => ({
    ...{ customNotifTypeId: typeId, recipientIds: [recipientId], targetId: leadId },
    ...{ title: cut(title, limits.title), body: cut(body, limits.body) },
  }));
  const request = {
    method: "POST",
    path: "/actions/standard/customNotificationAction",
    effect: "write",
    body: { inputs },
    // Some of them failed: each says so for itself.
    partlyFailedAs: 400,
  } as const;
  try {
    const results = await context.api(request, actionResults, pay);
    const codes = results.flatMap(({ errors }) => errors?.map(codeOf) ?? []);
    learn(context, codes);
    return new Map(notices.map(({ key }, at) => [key, receiptOf(results[at])]));
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    if (error.kind === "missing-scope") learn(context, [error.rule ?? ""]);
    return new Map(notices.map(({ key }) => [key, receiptOfError(error, context.now())]));
  }
}

/** Not `INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY`, which is of one lead that its rep may not see. */
const deniedCodes = new Set([
  ...["INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "FORBIDDEN", "FUNCTIONALITY_NOT_ENABLED"],
]);

/** What refuses one notice refuses all that would come after it. */
function learn({ memory }: Context, codes: readonly string[]): void {
  if (memory.notices === null) return;
  if (codes.some((code) => deniedCodes.has(code))) memory.notices = { ...memory.notices, isDenied: true };
  // Of the type, which was removed: it is looked up again.
  if (codes.includes("INVALID_CROSS_REFERENCE_KEY")) memory.notices = null;
}

function receiptOf(result: ActionResult | undefined): Receipt {
  if (result === undefined) return { kind: "unknown", because: "Salesforce's answer does not mention it." };
  if (result.isSuccess) return { kind: "done", crmId: null };
  const [first] = result.errors ?? [];
  return refusal(first === undefined ? "UNKNOWN" : codeOf(first));
}

const refusal = (rule: string): Receipt => ({
  ...{ kind: "refused", because: `Salesforce refused the notification: ${rule}.`, rule, fields: [] },
});
