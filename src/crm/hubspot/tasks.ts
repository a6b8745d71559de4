import type { Receipt } from "../../model/operation.ts";
import type { TaskChange, TaskDraft, TaskState } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { instant, text, toInstant } from "../values.ts";
import type { HistoryEntry, HubspotRecord } from "./answers.ts";
import { isByPerson } from "./authors.ts";
import { type Item, writeBatch } from "./batch.ts";
import type { Context } from "./context.ts";
import { associationTypes, taskKeyProperty } from "./fields.ts";
import { paths } from "./paths.ts";
import { maxBatch, maxHistoryBatch, readAssociations, readBatch } from "./read.ts";

/** See CrmClient. The key travels in a property; where the account keeps none unique, at the end of the body too. */
export async function createTasks(
  context: Context,
  drafts: readonly TaskDraft[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const items = drafts.map(
    (draft): Item => ({
      key: draft.key,
      // What it is about is new: no two drafts are one record.
      recordId: draft.key,
      input: () => inputOf(context, draft),
      done: ({ id }) => ({ kind: "done", crmId: id }),
    }),
  );
  const receipts = await writeBatch(context, { path: paths.batchCreate("tasks"), items }, pay);
  for (const [key, receipt] of receipts) {
    if (isTaken(receipt)) receipts.set(key, taken);
    else if (isOfNoLead(receipt)) receipts.set(key, { kind: "gone" });
  }
  return receipts;
}

/** The one record that a task hangs on is not there any more. */
const isOfNoLead = (receipt: Receipt) => receipt.kind === "refused" && receipt.rule.endsWith("INVALID_OBJECT_IDS");

/** Somebody made it already: most likely we did, and lost the answer. The caller looks it up. */
const taken: Receipt = { kind: "unknown", because: "HubSpot has a task with this key already." };

const isTaken = (receipt: Receipt) =>
  receipt.kind === "refused" &&
  receipt.fields.includes(taskKeyProperty) &&
  /UNIQUE|CONFLICT|ALREADY_EXISTS|DUPLICATE/.test(receipt.rule);

function inputOf({ memory }: Context, draft: TaskDraft): Record<string, unknown> {
  const { uniqueTaskKey } = memory.capabilities;
  const associationTypeId = associationTypes.taskToContact;
  return {
    properties: {
      // The due date (hubspot.md §4.8).
      hs_timestamp: draft.dueAt,
      hs_task_subject: draft.subject,
      hs_task_body: uniqueTaskKey ? draft.body : `${draft.body}${tagOf(draft.key)}`,
      hubspot_owner_id: draft.ownerId,
      hs_task_status: "NOT_STARTED",
      hs_task_priority: draft.priority.toUpperCase(),
      hs_task_type: "TODO",
      ...(draft.remindAt === null ? {} : { hs_task_reminders: String(Date.parse(draft.remindAt)) }),
      ...(memory.hasTaskKey ? { [taskKeyProperty]: draft.key } : {}),
    },
    associations: [
      { to: { id: draft.leadId }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }] },
    ],
  };
}

const tagOf = (key: string) => `<p>Baton ref: ${key}</p>`;
/** In the end of the body: what is written above it may be anybody's, the name of a company say. */
const tag = /Baton ref: ([\w.:-]+)/g;
const keyIn = (body: string): string | null => [...body.matchAll(tag)].at(-1)?.[1] ?? null;

/**
 * See CrmClient. Two calls when a task is closed: its body is read, so that the note goes above what stands there, and a
 * task that the rep completed meanwhile keeps his own.
 */
export async function updateTasks(
  context: Context,
  changes: readonly TaskChange[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const closing = changes.filter((change) => change.close !== undefined).map((change) => change.taskId);
  const properties = ["hs_task_body", "hs_task_status"];
  const present =
    closing.length === 0 ? [] : await readBatch(context, { type: "tasks", ids: closing, properties }, pay);
  const tasks = new Map(present.map((task) => [task.id, task]));
  const receipts = new Map<string, Receipt>();
  const items: Item[] = [];
  for (const change of changes) {
    const task = tasks.get(change.taskId);
    if (change.close !== undefined && task === undefined) receipts.set(change.key, { kind: "gone" });
    else if (change.close !== undefined && task !== undefined && isCompleted(task))
      receipts.set(change.key, { kind: "already-true", crmId: task.id });
    else items.push(changeItem(change, task));
  }
  const turn = closing.length === 0 ? pay : { lane: pay.lane };
  const written = await writeBatch(context, { path: paths.batchUpdate("tasks"), items }, turn);
  return new Map([...receipts, ...written]);
}

function changeItem({ key, taskId, remindAt, close }: TaskChange, task: HubspotRecord | undefined): Item {
  const body = task === undefined ? null : text(task.properties, "hs_task_body");
  const properties = {
    ...(remindAt === undefined ? {} : { hs_task_reminders: String(Date.parse(remindAt)) }),
    ...(close === undefined
      ? {}
      : { hs_task_status: "COMPLETED", hs_task_body: `<p><strong>${close.note}</strong></p>${body ?? ""}` }),
  };
  return {
    key,
    recordId: taskId,
    input: () => ({ id: taskId, properties }),
    done: ({ id }) => ({ kind: "done", crmId: id }),
  };
}

const stateProperties = [
  "hs_task_status",
  "hs_timestamp",
  "hs_task_completion_date",
  "hubspot_owner_id",
  "hs_task_body",
  taskKeyProperty,
];

/** See CrmClient. One call more for each fifty that are completed: who did it stands in their history alone. */
export async function readTasks(context: Context, ids: readonly string[], pay: Pay): Promise<readonly TaskState[]> {
  const tasks = await readBatch(context, { type: "tasks", ids, properties: stateProperties }, pay);
  return toStates(context, tasks, { lane: pay.lane });
}

/** See CrmClient. */
export async function findTasks(
  context: Context,
  wanted: readonly { key: string; leadId: string }[],
  pay: Pay,
): Promise<readonly TaskState[]> {
  const keys = wanted.map(({ key }) => key);
  if (context.memory.capabilities.uniqueTaskKey) {
    const read = { type: "tasks", ids: keys, properties: stateProperties, idProperty: taskKeyProperty } as const;
    return toStates(context, await readBatch(context, read, pay), { lane: pay.lane });
  }
  const leads = await taskLeads(context, [...new Set(wanted.map(({ leadId }) => leadId))], pay);
  const ids = [...leads.keys()];
  const found: TaskState[] = [];
  for (let from = 0; from < ids.length; from += maxBatch) {
    const page = ids.slice(from, from + maxBatch);
    const tasks = await readBatch(
      context,
      { type: "tasks", ids: page, properties: stateProperties },
      { lane: pay.lane },
    );
    const ours = tasks.filter((task) => keys.includes(keyOf(task) ?? ""));
    for (const state of await toStates(context, ours, { lane: pay.lane }))
      found.push({ ...state, leadId: leads.get(state.id) ?? null });
  }
  return found;
}

/** Task id → the lead it hangs on. Associations are there at once, unlike search (hubspot.md §4.8). */
async function taskLeads(context: Context, leadIds: readonly string[], pay: Pay): Promise<Map<string, string>> {
  const results = await readAssociations(context, { from: "contacts", to: "tasks", ids: leadIds }, pay);
  return new Map(results.flatMap(({ from, to }) => to.map((target) => [target.toObjectId, from.id] as const)));
}

async function toStates(context: Context, tasks: readonly HubspotRecord[], pay: Pay): Promise<TaskState[]> {
  const automated = await completedByMachine(context, tasks.filter(isCompleted), pay);
  return tasks.map((task) => {
    const { id, properties } = task;
    return {
      id,
      key: keyOf(task),
      leadId: null,
      holderId: text(properties, "hubspot_owner_id"),
      dueAt: instant(properties, "hs_timestamp"),
      completed: isCompleted(task),
      completedAt: isCompleted(task) ? instant(properties, "hs_task_completion_date") : null,
      completedByAutomation: automated.has(id),
    };
  });
}

const isCompleted = ({ properties }: HubspotRecord) => text(properties, "hs_task_status") === "COMPLETED";

const keyOf = ({ properties }: HubspotRecord): string | null =>
  text(properties, taskKeyProperty) ?? keyIn(text(properties, "hs_task_body") ?? "");

async function completedByMachine(context: Context, tasks: readonly HubspotRecord[], pay: Pay): Promise<Set<string>> {
  const ids = tasks.map((task) => task.id);
  const automated = new Set<string>();
  for (let from = 0; from < ids.length; from += maxHistoryBatch) {
    const page = ids.slice(from, from + maxHistoryBatch);
    const read = { type: "tasks", ids: page, properties: [], history: ["hs_task_status"] } as const;
    for (const task of await readBatch(context, read, pay)) if (!isCompletedByPerson(task)) automated.add(task.id);
  }
  return automated;
}

function isCompletedByPerson({ propertiesWithHistory }: HubspotRecord): boolean {
  const entries = (propertiesWithHistory?.hs_task_status ?? []).filter(({ value }) => value === "COMPLETED");
  const timeOf = ({ timestamp }: HistoryEntry) => Date.parse(toInstant(timestamp) ?? "");
  const [last] = entries.sort((a, b) => timeOf(b) - timeOf(a));
  return isByPerson(last?.sourceType);
}
