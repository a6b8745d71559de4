import { CrmError } from "../../errors.ts";
import type { Receipt } from "../../model/operation.ts";
import type { TaskChange, TaskDraft, TaskState } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import { failuresIn, graphAnswer } from "./answers.ts";
import { authorOf, authorPaths } from "./authors.ts";
import type { Context } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { codeOf } from "./errors.ts";
import { dayOf, endOfDay } from "./org-days.ts";
import { queryTogether, type Row } from "./query.ts";
import { realIds } from "./read.ts";
import { notBegun, receiptOfError, receiptOfFailure } from "./receipts.ts";
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
    ActivityDate: dayOf(dueAt, timeZone) ?? dueAt.slice(0, 10),
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
  const receipt = receiptOfFailure(failures, { now });
  // Of a lead that is gone Salesforce says that the reference is none.
  return failures.some(({ fields }) => fields?.includes("WhoId")) ? { kind: "gone" } : receipt;
}

/** Somebody made it already: most likely we did, and lost the answer. The caller looks it up. */
const taken: Receipt = { kind: "unknown", because: "Salesforce has a task with this key already." };

/** See CrmClient. Two calls: the tasks are read first, as the rep may have completed them meanwhile. */
export async function updateTasks(
  context: Context,
  changes: readonly TaskChange[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const ids = changes.map(({ taskId }) => taskId);
  const tasks = new Map((await tasksById(context, ids, pay)).map((row) => [text(row, "Id") ?? "", row]));
  const turn = { lane: pay.lane };
  const status = changes.some(({ close }) => close !== undefined) ? await closedStatus(context, turn) : "";
  const receipts: Receipts = new Map();
  const items: { key: string; recordId: string; fields: Record<string, unknown> }[] = [];
  for (const { key, taskId, remindAt, close } of changes) {
    const task = tasks.get(taskId);
    if (task === undefined) receipts.set(key, { kind: "gone" });
    else if (task.IsClosed === true) receipts.set(key, { kind: "already-true", crmId: taskId });
    else {
      const fields: Record<string, unknown> = {};
      if (remindAt !== undefined) Object.assign(fields, { IsReminderSet: true, ReminderDateTime: remindAt });
      if (close !== undefined) {
        const description = addNote(close.note, text(task, "Description") ?? "");
        Object.assign(fields, { Status: status, Description: description });
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
    [soql`SELECT Task__c, Baton_Key__c, Due_At__c, Lead__c FROM Baton_Decision__c WHERE Baton_Key__c IN ${keys}`],
    turn,
  );
  const ids = decisions.flatMap((row) => text(row, "Task__c") ?? []);
  const tasks = ids.length === 0 ? [] : await tasksById(context, ids, { lane: pay.lane });
  const states = await toStates(context, tasks, decisions);
  const read = new Set(states.map(({ id }) => id));
  return [...states, ...decisions.flatMap((row) => unreadState(row, read))];
}

/** A key says that its task was made, be it that somebody deleted it since or that Baton's user may not read it. */
function unreadState(decision: Row, read: ReadonlySet<string>): TaskState[] {
  const id = text(decision, "Task__c");
  if (id === null || read.has(id)) return [];
  return [
    {
      ...{ id, key: text(decision, "Baton_Key__c"), leadId: text(decision, "Lead__c"), holderId: null },
      ...{ dueAt: instant(decision, "Due_At__c"), completed: false, completedAt: null, completedByAutomation: false },
    },
  ];
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
      dueAt: instant(decision, "Due_At__c") ?? (day === null ? null : endOfDay(day, context.timeZone)),
      completed,
      // Old rows and some orgs have none (salesforce.md §4.5).
      completedAt: completed ? (instant(row, "CompletedDateTime") ?? instant(row, "LastModifiedDate")) : null,
      completedByAutomation: completed && isCompletedLast(row) && authorOf(row.LastModifiedBy, ownUserId) !== "person",
    };
  });
}

const sameChangeMs = 5_000;

/** Who changed it last completed it; software that touches it later says nothing of who did. */
function isCompletedLast(row: Row): boolean {
  const [changedAt, completedAt] = [instant(row, "LastModifiedDate"), instant(row, "CompletedDateTime")];
  if (changedAt === null || completedAt === null) return false;
  return Math.abs(Date.parse(changedAt) - Date.parse(completedAt)) <= sameChangeMs;
}
