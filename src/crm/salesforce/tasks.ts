import type { Receipt } from "../../model/operation.ts";
import type { TaskChange, TaskState } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import { authorOf, authorPaths } from "./authors.ts";
import type { Context } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { decisionObject } from "./fields.ts";
import { endOfDay } from "./org-days.ts";
import { queryTogether, type Row } from "./query.ts";
import { realIds } from "./read.ts";
import { names, soql } from "./soql.ts";
import { addNote, keyIn } from "./task-text.ts";
import { type Receipts, updateRecords } from "./update-records.ts";

/** There is nothing to ask: the permit goes back. */
function nothing<T>({ permit }: Pay, answer: T): T {
  permit?.release();
  return answer;
}

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
