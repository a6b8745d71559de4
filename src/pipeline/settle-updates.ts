import type { Deps } from "../deps.ts";
import type { Receipt } from "../model/operation.ts";
import type { SettledOperation } from "../store/operations.ts";
import { isTrue, noteSettled, settlementOf } from "./note-settled.ts";
import { noticesOf } from "./notices.ts";
import { refindLeads } from "./refind-leads.ts";
import { handleRefusal } from "./refused.ts";
import { retryWaitMs } from "./retry-wait.ts";
import { cancelledTasks, dropTasks, reportTask, sendTasks } from "./tasks.ts";
import type { Link, TaskAnswer, TaskJob, UpdateJob, Workspace } from "./workspace.ts";

const maxAttempts = 8;

/** What the CRM answered to an update and to the tasks that went with it; `job` has the tasks that are left. */
type Answer = { job: UpdateJob; receipt: Receipt; tasks: readonly TaskAnswer[] };

/** Notes what became of updates and of the tasks that went with them, all together, and goes on with what is left of each. */
export async function settleUpdates(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { jobs, receipts }: { jobs: readonly UpdateJob[]; receipts: ReadonlyMap<string, Receipt> },
): Promise<void> {
  const at = deps.now().toISOString();
  const answered = answersOf(jobs, { receipts, at });
  const refused = answered.filter(isRefused);
  const others = answered.filter((answer) => !isRefused(answer));
  const tasks = answered.flatMap((answer) => answer.tasks);
  const written = answered.filter(({ receipt }) => isTrue(receipt));
  const notices = noticesOf(
    link,
    written.map(({ job }) => job),
  );
  await link.settle({ settled: answered.flatMap((answer) => settlementsOf(answer, at)), tasks, notices });
  noteSettled(deps, link, [...others, ...tasks]);
  if (notices.length > 0) link.notices.push(notices);
  for (const { job } of written) reportWritten(deps, job, at);
  for (const task of tasks) reportTask(deps, task);
  // In one push, so that the tasks of a batch make a batch again.
  sendTasks(
    deps,
    link,
    written.flatMap(({ job }) => job.tasks),
  );
  for (const answer of others) goOn(deps, link, answer);
  const gone = others.filter(({ receipt }) => receipt.kind === "gone").map(({ job }) => job);
  await refindLeads(deps, workspace, link, gone);
  for (const answer of refused) {
    await handleRefusal(deps, workspace, link, answer);
    noteSettled(deps, link, [answer]);
  }
}

type Told = { receipts: ReadonlyMap<string, Receipt>; at: string };

function answersOf(jobs: readonly UpdateJob[], { receipts, at }: Told): Answer[] {
  return jobs.flatMap((job) => {
    const receipt = receipts.get(job.operation.key);
    if (receipt === undefined) return [];
    const tasks = job.tasks.flatMap((task) => {
      const own = receipts.get(task.operation.key);
      return own === undefined ? [] : [{ job: task, receipt: own, at }];
    });
    const left = job.tasks.flatMap((task) => leftOf(task, receipts.get(task.operation.key), at));
    return [{ job: { ...job, tasks: left }, receipt, tasks }];
  });
}

/** What is left to do of a task after this answer; undefined: it did not go with its update. */
function leftOf(task: TaskJob, receipt: Receipt | undefined, at: string): TaskJob[] {
  if (receipt === undefined) return [task];
  const { sentAt: _, ...unsent } = task;
  if (receipt.kind === "retry") return [unsent];
  return receipt.kind === "unknown" ? [{ ...unsent, attempts: task.attempts + 1, sentAt: at }] : [];
}

const isOver = (receipt: Receipt) => receipt.kind === "yielded" || receipt.kind === "gone";
const isRefused = (answer: Answer): answer is Answer & { receipt: { kind: "refused" } } =>
  answer.receipt.kind === "refused";

/**
 * An update that is not to be made takes its tasks along, at once: a crash in between would create them. One that is refused is
 * noted with what follows from that.
 */
function settlementsOf(answer: Answer, at: string): SettledOperation[] {
  const { job, receipt, tasks } = answer;
  const own = isRefused(answer) ? [] : [settlementOf(job.operation, receipt, at)];
  const cancelled = isOver(receipt) ? cancelledTasks(job.tasks, at) : [];
  const others = new Set(cancelled.map(({ key }) => key));
  const told = tasks.filter((task) => !others.has(task.job.operation.key));
  return [...own, ...cancelled, ...told.map((task) => settlementOf(task.job.operation, task.receipt, at))];
}

/** What follows when it was not written: another try, or none. */
function goOn(deps: Deps, link: Link, { job, receipt }: Answer): void {
  if (isOver(receipt)) dropTasks(deps, link, job.tasks);
  if (receipt.kind === "unknown" || receipt.kind === "retry") tryAgain(deps, link, job, receipt);
}

function reportWritten(deps: Deps, job: UpdateJob, at: string): void {
  const { decisionId, receivedAt } = job.context;
  const { leadId, body } = job.operation;
  const owner = body.update.owner;
  if (owner === undefined) {
    deps.onProgress({ kind: "settled-without-owner", leadId, decisionId, at });
    return;
  }
  deps.metrics.ownerWritten(Date.parse(at) - Date.parse(receivedAt));
  deps.onProgress({ kind: "owner-written", leadId, decisionId, ownerId: owner.ownerId, receivedAt, at });
}

function tryAgain(deps: Deps, link: Link, job: UpdateJob, receipt: Receipt & { kind: "unknown" | "retry" }): void {
  if (job.attempts + 1 >= maxAttempts) {
    // The repair sweep takes it up again: what was decided is written sooner or later.
    for (const { operation } of [job, ...job.tasks]) link.inHand.delete(operation.key);
    deps.log.warn(
      { operationKey: job.operation.key, leadId: job.operation.leadId },
      "an update is left to the repair sweep",
    );
    return;
  }
  const wait =
    receipt.kind === "retry"
      ? Math.max(0, Date.parse(receipt.retryAt) - deps.now().getTime())
      : retryWaitMs(job.attempts);
  // An unknown owner write is only repeated after the owner was read: it may have happened, or a person may have acted.
  const seen = receipt.kind === "unknown" ? null : job.seen;
  const again: UpdateJob = {
    ...job,
    attempts: job.attempts + 1,
    seen,
    releaseReserve: () => undefined,
  };
  deps.setTimer(wait, () => link.updates.push([again]));
}
