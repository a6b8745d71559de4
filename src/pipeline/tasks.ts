import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Receipt } from "../model/operation.ts";
import type { SettledOperation } from "../store/operations.ts";
import { convertLeads } from "./convert-leads.ts";
import { type CreateJob, isCreate } from "./jobs-of.ts";
import { isTrue, noteSettled, settlementOf } from "./note-settled.ts";
import { planChanges } from "./plan-changes.ts";
import { renderTask } from "./render.ts";
import { retryWaitMs } from "./retry-wait.ts";
import { takeInFlight } from "./take-in-flight.ts";
import { noteTaskAnswers } from "./task-answers.ts";
import { noteOutcomes } from "./under-lease.ts";
import type { Link, TaskAnswer, TaskJob, UnknownTask, Workspace } from "./workspace.ts";

const maxAttempts = 8;

type Batch = { jobs: readonly TaskJob[]; permit: Permit };

const isConversion = ({ operation }: TaskJob): boolean => operation.body.kind === "convert-lead";

/** Creates tasks, converts leads that have theirs, reminds and closes tasks: one call for each sort of work. */
export async function writeTasks(deps: Deps, workspace: Workspace, link: Link, { jobs, permit }: Batch): Promise<void> {
  const mine = await takeInFlight(deps, workspace, link, jobs);
  const creates = mine.filter(isCreate);
  const conversions = mine.filter(isConversion);
  const changes = mine.filter((job) => !isCreate(job) && !isConversion(job));
  let held: Permit | null = permit;
  const turn = async (): Promise<Permit> => {
    const mine = held ?? (await link.throttle.take("task"));
    held = null;
    return mine;
  };
  if (creates.length > 0) await createTasks(deps, workspace, link, { jobs: creates, permit: await turn() });
  if (conversions.length > 0) {
    const receipts = await convertLeads(deps, link, { jobs: conversions, permit: await turn() });
    await settleTasks(deps, workspace, link, { jobs: conversions, receipts });
  }
  if (changes.length > 0) await changeTasks(deps, workspace, link, { jobs: changes, permit: await turn() });
  held?.release();
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
    return receipt === undefined ? [] : [{ job, receipt, at }];
  });
  await deps.db.transaction(async (tx) => {
    const outcomes = answered.map(({ job, receipt }) => settlementOf(job.operation, receipt, at));
    const noted = await noteOutcomes(deps, tx, { lease: workspace.lease, settled: outcomes });
    await noteTaskAnswers(tx, link, { answers: answered, noted });
  });
  noteSettled(deps, link, answered);
  for (const answer of answered) goOn(deps, link, answer);
}

export function reportTask(deps: Deps, { job, receipt, at }: TaskAnswer): void {
  const { leadId, decisionId } = job.operation;
  if (isTrue(receipt) && isCreate(job))
    deps.onProgress({ kind: "task-created", leadId, decisionId, taskId: receipt.crmId, at });
}

function goOn(deps: Deps, link: Link, { job, receipt, at }: TaskAnswer): void {
  reportTask(deps, { job, receipt, at });
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

/** The update of a lead is settled, and its tasks are free to be made; those that went along without an answer are looked for. */
export function sendTasks(deps: Deps, link: Link, tasks: readonly TaskJob[]): void {
  link.tasks.push(tasks.filter(({ sentAt }) => sentAt === undefined));
  lookForSent(deps, link, tasks, {});
}

/** Tasks that are not to be made any more. Those that may be there already are looked for, so that they can be closed. */
export function dropTasks(deps: Deps, link: Link, tasks: readonly TaskJob[]): void {
  for (const { operation, sentAt } of tasks) if (sentAt === undefined) link.inHand.delete(operation.key);
  lookForSent(deps, link, tasks, { isVoid: true });
}

/** How `dropTasks` leaves them in the database. */
export const cancelledTasks = (tasks: readonly TaskJob[], at: string): SettledOperation[] =>
  tasks.flatMap(({ operation: { key, qualifiedAt }, sentAt }) =>
    sentAt === undefined ? [{ key, qualifiedAt, at, state: "cancelled" }] : [],
  );

function lookForSent(deps: Deps, link: Link, tasks: readonly TaskJob[], more: Pick<UnknownTask, "isVoid">): void {
  for (const { sentAt, ...job } of tasks)
    if (sentAt !== undefined) lookForTask(deps, link, { job, sentAt, absences: 0, ...more });
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
  const absent: UnknownTask[] = [];
  for (const unknown of unknowns) {
    const crmId = idByKey.get(unknown.job.operation.key);
    if (crmId !== undefined) receipts.set(unknown.job.operation.key, { kind: "already-true", crmId });
    else if (link.client.absenceIsProof || unknown.absences > 0) absent.push(unknown);
    else lookForTask(deps, link, { ...unknown, absences: unknown.absences + 1 });
  }
  for (const { job, isVoid = false } of absent)
    if (isVoid) receipts.set(job.operation.key, { kind: "gone" });
    else sendAgain(deps, link, { job, waitMs: 0 });
  await settleTasks(deps, workspace, link, { jobs: unknowns.map(({ job }) => job), receipts });
}
