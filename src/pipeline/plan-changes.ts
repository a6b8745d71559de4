import type { Deps } from "../deps.ts";
import type { Receipt } from "../model/operation.ts";
import type { TaskChange } from "../model/task.ts";
import { holdersOfLeads } from "../store/open-work.ts";
import { type OperationRow, readOperations } from "../store/operations.ts";
import { closingNote } from "./closing-note.ts";
import type { Link, TaskJob } from "./workspace.ts";

const creationWaitMs = 30_000;
const holderWaitMs = 2_000;
const holderWaits = 3;

/** What to send for reminders and closings of tasks, and the answers, by operation key, for those that nothing is sent for. */
export async function planChanges(
  deps: Deps,
  link: Link,
  jobs: readonly TaskJob[],
): Promise<{ changes: TaskChange[]; receipts: Map<string, Receipt> }> {
  const creations = await creationsOf(deps, jobs.map(targetKey));
  const holders = await holdersOf(deps, link, jobs);
  const changes: TaskChange[] = [];
  const receipts = new Map<string, Receipt>();
  for (const job of jobs) {
    const creation = creations.get(targetKey(job));
    if (awaitsHolder(job, holders))
      receipts.set(job.operation.key, retryIn(deps, holderWaitMs, "Its next rep is not decided yet."));
    else if (typeof creation?.crmId === "string") changes.push(changeOf(job, { taskId: creation.crmId, holders }));
    else receipts.set(job.operation.key, unmade(deps, creation));
  }
  return { changes, receipts };
}

/** By task key; with the CRM's id of the task, when its creation was answered. */
async function creationsOf(deps: Deps, taskKeys: readonly string[]): Promise<Map<string, OperationRow>> {
  const rows = await readOperations(deps.db.query, taskKeys);
  return new Map(rows.map((row) => [row.key, row]));
}

/** Of a task that is not there: it may be on its way still; else it was never made, and there is nothing to change. */
function unmade(deps: Deps, creation: OperationRow | undefined): Receipt {
  if (creation === undefined || creation.settledAt !== null) return { kind: "gone" };
  return retryIn(deps, creationWaitMs, "Its task is not created yet.");
}

const retryIn = (deps: Deps, waitMs: number, because: string): Receipt => ({
  kind: "retry",
  because,
  retryAt: new Date(deps.now().getTime() + waitMs).toISOString(),
});

function targetKey({ operation: { body } }: TaskJob): string {
  return body.kind === "remind-task" || body.kind === "close-task" ? body.taskKey : "";
}

type Target = { taskId: string; holders: ReadonlyMap<string, string> };

function changeOf({ operation }: TaskJob, { taskId, holders }: Target): TaskChange {
  const { body, key, leadId } = operation;
  if (body.kind === "remind-task") return { key, taskId, remindAt: body.remindAt };
  const because = body.kind === "close-task" ? body.because : "reassigned";
  return { key, taskId, close: { note: closingNote(because, holders.get(leadId) ?? null) } };
}

/** The next rep is decided a moment after a breach; a rep reads in the closed task who that is, if it is soon. */
const awaitsHolder = (
  { operation: { body, leadId }, attempts }: TaskJob,
  holders: ReadonlyMap<string, string>,
): boolean =>
  body.kind === "close-task" && body.because === "breached" && attempts < holderWaits && !holders.has(leadId);

/** Lead id → the name of who has it now, of those whose tasks are to be closed. */
async function holdersOf(
  deps: Deps,
  { connection, roster }: Link,
  jobs: readonly TaskJob[],
): Promise<Map<string, string>> {
  const closing = jobs.filter(({ operation }) => operation.body.kind === "close-task");
  if (closing.length === 0) return new Map();
  const leadIds = closing.map(({ operation }) => operation.leadId);
  const owners = await holdersOfLeads(deps.db.query, connection.workspaceId, leadIds);
  const names = new Map(roster.reps.map(({ id, name }) => [id, name]));
  return new Map([...owners].flatMap(([leadId, repId]) => [[leadId, names.get(repId) ?? `rep ${repId}`] as const]));
}
