import { CrmError } from "../../errors.ts";
import type { Receipt } from "../../model/operation.ts";
import type { TaskChange, TaskDraft, TaskState } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import { failuresIn, graphAnswer } from "./answers.ts";
import { authorOf, authorPaths } from "./authors.ts";
import type { Context } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { queryTogether, type Row } from "./query.ts";
import { realIds } from "./read.ts";
import { receiptOfError, receiptOfFailure } from "./receipts.ts";
import { apiVersion } from "./settings.ts";
import { names, soql } from "./soql.ts";
import { addNote, describeTask, keyIn, subjectOf } from "./task-text.ts";
import { type Receipts, updateRecords, writeHeaders } from "./write.ts";

/** The row that Baton's package keeps of each task: its key, once in the org, and what a task has no field for. */
const decisionObject = "Baton_Decision__c";

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
  if (drafts.length === 0) return nothing(pay, receipts);
  const seen = await fieldsOf(context, decisionObject, pay);
  const hasKeys = seen.fields !== null;
  let { turn } = seen;
  for (let from = 0; from < drafts.length; from += mostGraphs) {
    await createSome(context, { drafts: drafts.slice(from, from + mostGraphs), hasKeys, receipts }, turn);
    turn = { lane: pay.lane };
  }
  return receipts;
}

/** There is nothing to ask: the permit goes back. */
function nothing<T>({ permit }: Pay, answer: T): T {
  permit?.release();
  return answer;
}

type Some = { drafts: readonly TaskDraft[]; hasKeys: boolean; receipts: Receipts };

async function createSome(context: Context, { drafts, hasKeys, receipts }: Some, pay: Pay): Promise<void> {
  const graphs = drafts.map((draft, index) => ({ graphId: String(index), compositeRequest: partsOf(draft, hasKeys) }));
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

function partsOf(draft: TaskDraft, hasKeys: boolean): Record<string, unknown>[] {
  const post = (referenceId: string, object: string, body: Record<string, unknown>) => ({
    ...{ method: "POST", url: address(object), referenceId, httpHeaders: writeHeaders, body },
  });
  const task = post("task", "Task", taskFields(draft));
  if (!hasKeys) return [task];
  const decision = {
    ...{ Name: draft.key, Baton_Key__c: draft.key, Lead__c: draft.leadId, Owner__c: draft.ownerId },
    ...{ Task__c: "@{task.id}", Due_At__c: draft.dueAt },
  };
  return [task, post("decision", decisionObject, decision)];
}

const priorities = { high: "High", medium: "Normal", low: "Low" };

/** `ActivityDate` has no time (salesforce.md §4.5): the due time stands in the reminder, and in the row with the key. */
function taskFields({ key, leadId, ownerId, subject, body, dueAt, remindAt, priority }: TaskDraft) {
  return {
    ...{ Subject: subjectOf(subject), WhoId: leadId, OwnerId: ownerId, Priority: priorities[priority] },
    Description: describeTask(body, key),
    ActivityDate: dueAt.slice(0, 10),
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
  const failures = parts
    .flatMap(({ body }) => failuresIn(body))
    .filter(({ errorCode }) => errorCode !== "PROCESSING_HALTED");
  if (failures.some(({ errorCode }) => errorCode === "DUPLICATE_VALUE")) return taken;
  const receipt = receiptOfFailure(failures, now);
  // Of a lead that is gone Salesforce says that the reference is none.
  return failures.some(({ fields }) => fields?.includes("WhoId")) ? { kind: "gone" } : receipt;
}

/** Somebody made it already: most likely we did, and lost the answer. The caller looks it up. */
const taken: Receipt = { kind: "unknown", because: "Salesforce has a task with this key already." };

/** See CrmClient. One call more when a task is closed: its text is read, and whether the rep has completed it meanwhile. */
export async function updateTasks(
  context: Context,
  changes: readonly TaskChange[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const closing = changes.filter(({ close }) => close !== undefined).map(({ taskId }) => taskId);
  const present = closing.length === 0 ? [] : await tasksById(context, closing, pay);
  const tasks = new Map(present.map((row) => [text(row, "Id") ?? "", row]));
  const turn = closing.length === 0 ? pay : { lane: pay.lane };
  const status = closing.length === 0 ? "" : await closedStatus(context, { lane: pay.lane });
  const receipts: Receipts = new Map();
  const items: { key: string; recordId: string; fields: Record<string, unknown> }[] = [];
  for (const { key, taskId, remindAt, close } of changes) {
    const task = tasks.get(taskId);
    if (close !== undefined && task === undefined) receipts.set(key, { kind: "gone" });
    else if (close !== undefined && task?.IsClosed === true) receipts.set(key, { kind: "already-true", crmId: taskId });
    else {
      const fields: Record<string, unknown> = {};
      if (remindAt !== undefined) Object.assign(fields, { IsReminderSet: true, ReminderDateTime: remindAt });
      if (close !== undefined) {
        const description = task === undefined ? "" : (text(task, "Description") ?? "");
        Object.assign(fields, { Status: status, Description: addNote(close.note, description) });
      }
      items.push({ key, recordId: taskId, fields });
    }
  }
  const written = await updateRecords(context, { object: "Task", items }, turn);
  return new Map([...receipts, ...written]);
}

/** The org's own word for a task that is done (salesforce.md §4.5): the first that closes it. */
function closedStatus(context: Context, pay: Pay): Promise<string> {
  const { memory } = context;
  memory.closedStatus ??= queryTogether(
    context,
    ["SELECT ApiName FROM TaskStatus WHERE IsClosed = true ORDER BY SortOrder LIMIT 1"],
    pay,
  )
    .then(([rows = []]) => text(rows[0] ?? {}, "ApiName") ?? "Completed")
    .catch((error: unknown) => {
      memory.closedStatus = null;
      throw error;
    });
  return memory.closedStatus;
}

const taskFieldNames = [
  ...["Id", "OwnerId", "WhoId", "Status", "IsClosed", "CompletedDateTime", "ActivityDate", "ReminderDateTime"],
  ...["Description", "LastModifiedDate"],
  ...authorPaths("LastModifiedBy"),
];

async function tasksById(context: Context, ids: readonly string[], pay: Pay): Promise<Row[]> {
  const wanted = realIds(ids);
  if (wanted.length === 0) return nothing(pay, []);
  const [rows = []] = await queryTogether(
    context,
    [soql`SELECT ${names(taskFieldNames)} FROM Task WHERE Id IN ${wanted}`],
    pay,
  );
  return rows;
}

/** See CrmClient. */
export async function readTasks(context: Context, ids: readonly string[], pay: Pay): Promise<readonly TaskState[]> {
  const wanted = realIds(ids);
  if (wanted.length === 0) return nothing(pay, []);
  const { fields, turn } = await fieldsOf(context, decisionObject, pay);
  const hasKeys = fields !== null;
  const [tasks = [], decisions = []] = await queryTogether(
    context,
    [
      soql`SELECT ${names(taskFieldNames)} FROM Task WHERE Id IN ${wanted}`,
      hasKeys ? soql`SELECT Task__c, Baton_Key__c, Due_At__c FROM Baton_Decision__c WHERE Task__c IN ${wanted}` : null,
    ],
    turn,
  );
  return toStates(context, tasks, decisions);
}

/** See CrmClient. Two calls: the rows with the keys, and their tasks; without the package the leads' tasks are looked through. */
export async function findTasks(
  context: Context,
  wanted: readonly { key: string; leadId: string }[],
  pay: Pay,
): Promise<readonly TaskState[]> {
  const keys = wanted.map(({ key }) => key);
  if (keys.length === 0) return nothing(pay, []);
  const { fields, turn } = await fieldsOf(context, decisionObject, pay);
  if (fields === null) return findByText(context, wanted, turn);
  const [decisions = []] = await queryTogether(
    context,
    [soql`SELECT Task__c, Baton_Key__c, Due_At__c FROM Baton_Decision__c WHERE Baton_Key__c IN ${keys}`],
    turn,
  );
  const ids = decisions.flatMap((row) => text(row, "Task__c") ?? []);
  const tasks = ids.length === 0 ? [] : await tasksById(context, ids, { lane: pay.lane });
  return toStates(context, tasks, decisions);
}

async function findByText(
  context: Context,
  wanted: readonly { key: string; leadId: string }[],
  pay: Pay,
): Promise<readonly TaskState[]> {
  const leadIds = realIds(wanted.map(({ leadId }) => leadId));
  if (leadIds.length === 0) return nothing(pay, []);
  const [rows = []] = await queryTogether(
    context,
    [soql`SELECT ${names(taskFieldNames)} FROM Task WHERE WhoId IN ${leadIds} ORDER BY CreatedDate DESC`],
    pay,
  );
  const states = await toStates(context, rows, []);
  const keys = new Set(wanted.map(({ key }) => key));
  return states.filter(({ key }) => key !== null && keys.has(key));
}

async function toStates(context: Context, tasks: readonly Row[], decisions: readonly Row[]): Promise<TaskState[]> {
  const ownUserId = tasks.length === 0 ? "" : await context.ownUserId();
  const byTask = new Map(decisions.map((row) => [text(row, "Task__c"), row]));
  return tasks.map((row) => {
    const id = text(row, "Id") ?? "";
    const decision = byTask.get(id) ?? {};
    const completed = row.IsClosed === true;
    const day = text(row, "ActivityDate");
    return {
      id,
      key: text(decision, "Baton_Key__c") ?? keyIn(text(row, "Description") ?? ""),
      leadId: text(row, "WhoId"),
      holderId: text(row, "OwnerId"),
      dueAt: instant(decision, "Due_At__c") ?? (day === null ? null : `${day}T23:59:59.000Z`),
      completed,
      // Old rows and some orgs have none (salesforce.md §4.5).
      completedAt: completed ? (instant(row, "CompletedDateTime") ?? instant(row, "LastModifiedDate")) : null,
      completedByAutomation: completed && authorOf(row.LastModifiedBy, ownUserId) !== "person",
    };
  });
}
