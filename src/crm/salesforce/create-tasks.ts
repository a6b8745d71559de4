import { CrmError } from "../../errors.ts";
import type { Receipt } from "../../model/operation.ts";
import type { TaskDraft } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { text } from "../values.ts";
import { failuresIn, graphAnswer } from "./answers.ts";
import type { Context } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { codeOf } from "./errors.ts";
import { decisionObject } from "./fields.ts";
import { dayOf } from "./org-days.ts";
import type { Row } from "./query.ts";
import { notBegun, receiptOfError, receiptOfFailure } from "./receipts.ts";
import { apiVersion } from "./settings.ts";
import { describeTask, subjectOf } from "./task-text.ts";
import { type Receipts, writeHeaders } from "./write.ts";

/** salesforce.md §3.1: graphs of one call. */
const mostGraphs = 75;

/**
 * See CrmClient. A graph for each draft: the task and the row with its key are made together or not at all. One call for each
 * 75. Without the package the key stands in the task's text alone.
 */
export async function createTasks(
  context: Context,
  drafts: readonly TaskDraft[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const receipts: Receipts = new Map();
  if (drafts.length === 0) {
    pay.permit?.release();
    return receipts;
  }
  const seen = await fieldsOf(context, decisionObject, pay);
  const hasKeys = seen.fields !== null;
  let { turn } = seen;
  for (let from = 0; from < drafts.length; from += mostGraphs) {
    await createSome(context, { drafts: drafts.slice(from, from + mostGraphs), hasKeys, receipts }, turn);
    turn = { lane: pay.lane };
  }
  return receipts;
}

type Some = { drafts: readonly TaskDraft[]; hasKeys: boolean; receipts: Receipts };

async function createSome(context: Context, { drafts, hasKeys, receipts }: Some, pay: Pay): Promise<void> {
  const graphs = drafts.map((draft, index) => ({
    graphId: String(index),
    compositeRequest: partsOf(context, draft, hasKeys),
  }));
  const request = { method: "POST", path: "/composite/graph", effect: "write", body: { graphs } } as const;
  try {
    const answer = await context.api(request, graphAnswer, pay);
    const byId = new Map(answer.graphs.map((graph) => [graph.graphId, graph]));
    for (const [index, { key }] of drafts.entries())
      receipts.set(key, receiptOf(byId.get(String(index)), context.now()));
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    for (const { key } of drafts) receipts.set(key, receiptOfError(error, context.now()));
  }
}

const address = (object: string): string => `/services/data/v${apiVersion}/sobjects/${object}`;

function partsOf({ timeZone }: Context, draft: TaskDraft, hasKeys: boolean): Record<string, unknown>[] {
  const post = (referenceId: string, object: string, body: Record<string, unknown>) => ({
    ...{ method: "POST", url: address(object), referenceId, httpHeaders: writeHeaders, body },
  });
  const task = post("task", "Task", taskFields(draft, timeZone));
  if (!hasKeys) return [task];
  const decision = {
    ...{ Name: draft.key, Baton_Key__c: draft.key, Lead__c: draft.leadId, Owner__c: draft.ownerId },
    ...{ Task__c: "@{task.id}", Due_At__c: draft.dueAt },
  };
  return [task, post("decision", decisionObject, decision)];
}

const priorities = { high: "High", medium: "Normal", low: "Low" };

/** `ActivityDate` has no time (salesforce.md §4.5): the due time stands in the reminder, and in the row with the key. */
function taskFields(draft: TaskDraft, timeZone: string) {
  const { key, leadId, ownerId, subject, body, dueAt, remindAt, priority } = draft;
  return {
    ...{ Subject: subjectOf(subject), WhoId: leadId, OwnerId: ownerId, Priority: priorities[priority] },
    Description: describeTask(body, key),
    ActivityDate: dayOf(dueAt, timeZone),
    ...{ IsReminderSet: true, ReminderDateTime: remindAt ?? dueAt },
  };
}

type Graph = {
  graphResponse: { compositeResponse: readonly { body: unknown; referenceId: string }[] };
  isSuccessful: boolean;
};

function receiptOf(graph: Graph | undefined, now: Date): Receipt {
  if (graph === undefined) return { kind: "unknown", because: "Salesforce's answer does not mention it." };
  const parts = graph.graphResponse.compositeResponse;
  if (graph.isSuccessful) {
    const made = parts.find(({ referenceId }) => referenceId === "task")?.body;
    return { kind: "done", crmId: typeof made === "object" && made !== null ? text(made as Row, "id") : null };
  }
  const told = parts.flatMap(({ body, referenceId }) => failuresIn(body).map((failure) => ({ failure, referenceId })));
  const own = told.filter(({ failure }) => codeOf(failure) !== "PROCESSING_HALTED");
  // Others of the call failed too often, and this one was not begun (salesforce.md §3.1).
  if (own.length === 0 && told.length > 0) return notBegun(now);
  const isTaken = own.some((each) => each.referenceId === "decision" && codeOf(each.failure) === "DUPLICATE_VALUE");
  if (isTaken) return taken;
  const failures = own.map(({ failure }) => failure);
  const isOfNoLead = failures.some((each) => each.fields?.includes("WhoId") && noLeadCodes.has(codeOf(each)));
  return isOfNoLead ? { kind: "gone" } : receiptOfFailure(failures, { now });
}

/** Of a lead that is gone Salesforce says that the reference is none; a rule of the org's may name the field as well. */
const noLeadCodes = new Set(["INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED", "FIELD_INTEGRITY_EXCEPTION"]);

/** Somebody made it already: most likely we did, and lost the answer. The caller looks it up. */
const taken: Receipt = { kind: "unknown", because: "Salesforce has a task with this key already." };
