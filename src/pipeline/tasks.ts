import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Receipt } from "../model/operation.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Tx } from "../store/db.ts";
import { noteTasks } from "../store/follow-ups.ts";
import { isTrue, noteSettled, settlementOf } from "./note-settled.ts";
import { planChanges } from "./plan-changes.ts";
import { fieldsIn } from "./refused.ts";
import { renderTask } from "./render.ts";
import { retryWaitMs } from "./retry-wait.ts";
import { takeInFlight } from "./take-in-flight.ts";
import { noteOutcomes } from "./under-lease.ts";
import type { DecisionContext, Link, TaskJob, UnknownTask, Workspace } from "./workspace.ts";

const maxAttempts = 8;
/** Alerts of this kind name a task's operation, and end when it is re-driven. */
export const taskRefusedAlert = "task-refused";

type CreateJob = TaskJob & { operation: { body: { kind: "create-task" } }; context: DecisionContext };
type Batch = { jobs: readonly TaskJob[]; permit: Permit };

const isCreate = (job: TaskJob): job is CreateJob => job.operation.body.kind === "create-task" && job.context !== null;

/** Creates, reminds and closes tasks: one call for the new ones, one for the changed. */
export async function writeTasks(deps: Deps, workspace: Workspace, link: Link, { jobs, permit }: Batch): Promise<void> {
  const mine = await takeInFlight(deps, workspace, link, jobs);
  const creates = mine.filter(isCreate);
  const changes = mine.filter((job) => !isCreate(job));
  if (creates.length === 0) return changeTasks(deps, workspace, link, { jobs: changes, permit });
  await createTasks(deps, workspace, link, { jobs: creates, permit });
  if (changes.length > 0)
    await changeTasks(deps, workspace, link, { jobs: changes, permit: await link.throttle.take("task") });
}

async function createTasks(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { jobs, permit }: { jobs: readonly CreateJob[]; permit: Permit },
): Promise<void> {
  const { publicUrl } = deps.settings;
  const drafts = jobs.map(({ operation, context }) => renderTask(operation, context, { link, publicUrl }));
  const receipts = await link.client.createTasks(drafts, { lane: "task", permit });
  await settleTasks(deps, workspace, link, { jobs, receipts });
}

/** One call; none when no task is there to be changed. */
async function changeTasks(deps: Deps, workspace: Workspace, link: Link, { jobs, permit }: Batch): Promise<void> {
  const { changes, receipts } = await planChanges(deps, link, jobs);
  if (changes.length === 0) permit.release();
  else
    for (const [key, receipt] of await link.client.updateTasks(changes, { lane: "task", permit }))
      receipts.set(key, receipt);
  await settleTasks(deps, workspace, link, { jobs, receipts });
}

async function settleTasks(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { jobs, receipts }: { jobs: readonly TaskJob[]; receipts: ReadonlyMap<string, Receipt> },
): Promise<void> {
  const at = deps.now().toISOString();
  const answered = jobs.flatMap((job) => {
    const receipt = receipts.get(job.operation.key);
    return receipt === undefined ? [] : [{ job, receipt }];
  });
  const created = answered.flatMap(({ job, receipt }) =>
    isCreate(job) && isTrue(receipt) && receipt.crmId !== null
      ? [{ decisionId: job.operation.decisionId, taskKey: job.operation.key, taskId: receipt.crmId }]
      : [],
  );
  // Together, or a crash in between leaves a clock that does not know its task, or a refusal that nobody is told of.
  await deps.db.transaction(async (tx) => {
    const outcomes = answered.map(({ job, receipt }) => settlementOf(job.operation, receipt, at));
    const noted = await noteOutcomes(deps, tx, { lease: workspace.lease, settled: outcomes });
    await noteTasks(tx, created);
    for (const { job, receipt } of answered)
      if (receipt.kind === "refused" && noted.includes(job.operation.key))
        await alertRefused(tx, link, { job, receipt, at });
  });
  noteSettled(deps, link, answered);
  for (const { job, receipt } of answered) goOn(deps, link, { job, receipt, at });
}

function goOn(deps: Deps, link: Link, { job, receipt, at }: { job: TaskJob; receipt: Receipt; at: string }): void {
  const { leadId, decisionId } = job.operation;
  if (isTrue(receipt) && isCreate(job)) {
    deps.onProgress({ kind: "task-created", leadId, decisionId, taskId: receipt.crmId, at });
    return;
  }
  if (receipt.kind === "retry") {
    const wait = Math.max(0, Date.parse(receipt.retryAt) - deps.now().getTime());
    sendAgain(deps, link, { job, waitMs: wait });
  }
  if (receipt.kind !== "unknown") return;
  // A change of a task may simply be sent again: doing it twice leaves the same task.
  if (isCreate(job)) lookForTask(deps, link, { job, sentAt: at, absences: 0 });
  else sendAgain(deps, link, { job, waitMs: retryWaitMs(job.attempts) });
}

function sendAgain(deps: Deps, link: Link, { job, waitMs }: { job: TaskJob; waitMs: number }): void {
  if (job.attempts + 1 >= maxAttempts) {
    link.inHand.delete(job.operation.key);
    deps.log.warn(
      { operationKey: job.operation.key, leadId: job.operation.leadId },
      "a task is left to the repair sweep",
    );
    return;
  }
  deps.setTimer(waitMs, () => link.tasks.push([{ ...job, attempts: job.attempts + 1 }]));
}

/** Two looks that prove absence where the CRM keeps no key unique (reliability.md §3.3). */
const betweenLooksMs = 15_000;
const lateEffectMs = 90_000;

export function lookForTask(deps: Deps, link: Link, unknown: UnknownTask): void {
  const firstMs = retryWaitMs(unknown.job.attempts);
  const sinceSentMs = deps.now().getTime() - Date.parse(unknown.sentAt);
  const waitMs = unknown.absences === 0 ? firstMs : Math.max(betweenLooksMs, lateEffectMs - sinceSentMs);
  deps.setTimer(waitMs, () => link.checks.push([unknown]));
}

/** Finds out what became of tasks that were sent without an answer: there is one, or it may be sent again. */
export async function checkTasks(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { unknowns, permit }: { unknowns: readonly UnknownTask[]; permit: Permit },
): Promise<void> {
  const wanted = unknowns.map(({ job }) => ({ key: job.operation.key, leadId: job.operation.leadId }));
  const found = await link.client.findTasks(wanted, { lane: "task", permit });
  const idByKey = new Map(found.map((task) => [task.key, task.id]));
  const receipts = new Map<string, Receipt>();
  for (const unknown of unknowns) {
    const crmId = idByKey.get(unknown.job.operation.key);
    if (crmId !== undefined) receipts.set(unknown.job.operation.key, { kind: "already-true", crmId });
    else if (link.client.absenceIsProof || unknown.absences > 0) sendAgain(deps, link, { job: unknown.job, waitMs: 0 });
    else lookForTask(deps, link, { ...unknown, absences: unknown.absences + 1 });
  }
  await settleTasks(deps, workspace, link, { jobs: unknowns.map(({ job }) => job), receipts });
}

async function alertRefused(
  tx: Tx,
  link: Link,
  { job, receipt, at }: { job: TaskJob; receipt: Receipt & { kind: "refused" }; at: string },
): Promise<void> {
  const { leadId, key } = job.operation;
  await raiseAlert(tx, {
    workspaceId: link.connection.workspaceId,
    connectionId: link.connection.id,
    kind: taskRefusedAlert,
    subjectId: key,
    message: `${link.crm.title} refused the follow-up task of lead ${leadId}: ${receipt.rule}${fieldsIn(receipt)}.`,
    whatToDo: "The lead has its owner but no task. Change that rule in the CRM, then run `baton redrive`.",
    raisedAt: at,
  });
}
