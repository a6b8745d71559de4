import type { LeadUpdate, Operation, OperationBody, TaskTemplate } from "../model/operation.ts";
import { cleanText } from "./clean-text.ts";
import { type Names, repName } from "./names.ts";
import { zonedTime } from "./zoned-time.ts";

type Reader = { names: Names; timeZone: string };

/** Planned writes as sentences, in the order in which they would go out. */
export const planInWords = (operations: readonly Operation[], reader: Reader): string[] =>
  operations.flatMap(({ body }) => bodyInWords(body, reader));

function bodyInWords(body: OperationBody, { names, timeZone }: Reader): string[] {
  switch (body.kind) {
    case "update-lead":
      return updateInWords(body.update, { names, timeZone });
    case "create-task":
      return [
        `A task for ${repName(names, body.ownerId)}: ${tasks[body.template]}, due on ${zonedTime(body.dueAt, timeZone)}, priority ${body.priority}.`,
      ];
    case "convert-lead":
      return [
        `It is converted into a contact of account ${cleanText(body.accountId)}, in the name of ${repName(names, body.ownerId)}, where the CRM tells leads from contacts.`,
      ];
    case "notify":
      return [`A notification to ${repName(names, body.ownerId)}.`];
    case "remind-task":
      return [`A reminder of the task on ${zonedTime(body.remindAt, timeZone)}.`];
    case "close-task":
      return ["The task that is open is closed."];
  }
}

const tasks: Readonly<Record<TaskTemplate, string>> = {
  "first-touch": "get in touch",
  reassigned: "take over and get in touch",
  "breach-manager": "look after a lead that nobody got to",
  "over-capacity": "see to a rep who has more than they can carry",
  "owner-away": "know who has got it while they are away",
  "channel-conflict": "know that a partner registered the deal",
  unrouted: "give it an owner",
};

function updateInWords(update: LeadUpdate, { names, timeZone }: Reader): string[] {
  const { owner, stage, status, account, stamp, slaDueAt } = update;
  return [
    ...(owner === undefined ? [] : [ownerInWords(owner, names)]),
    ...(stage === undefined ? [] : [`Stage: ${cleanText(stage.value)}.`]),
    ...(status === undefined ? [] : [`Status: ${cleanText(status.value)}.`]),
    ...(account === undefined ? [] : [`Account: ${cleanText(account.accountId)}, where the CRM has a field for it.`]),
    ...(stamp === undefined
      ? []
      : [
          `Baton's own fields: tier, rule, reason, policy version, time, link${slaDueAt === undefined ? "" : `, first touch due on ${zonedTime(slaDueAt, timeZone)}`}.`,
        ]),
  ];
}

function ownerInWords({ ownerId, expectOwnerId }: NonNullable<LeadUpdate["owner"]>, names: Names): string {
  const rep = repName(names, ownerId);
  if (expectOwnerId === ownerId) return `Owner: ${rep}, who has it already.`;
  const other = expectOwnerId === null ? "" : ` else than ${repName(names, expectOwnerId)}`;
  return `Owner: ${rep}, unless somebody${other} has it by then.`;
}
