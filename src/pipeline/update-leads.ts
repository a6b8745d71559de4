import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { namesAccount } from "../engine/plan.ts";
import type { Lead } from "../model/lead.ts";
import type { Operation, Receipt } from "../model/operation.ts";
import type { LeadWrite } from "../model/task.ts";
import type { SettledOperation } from "../store/operations.ts";
import { isTrue, noteSettled, settlementOf } from "./note-settled.ts";
import { handleRefusal } from "./refused.ts";
import { renderStamp } from "./render.ts";
import { retryWaitMs } from "./retry-wait.ts";
import { takeInFlight } from "./take-in-flight.ts";
import type { Link, UpdateJob, Workspace } from "./workspace.ts";

/** Facts older than this are read again before an owner is written over them (reliability.md §3.7). */
const staleAfterMs = 10_000;
const maxAttempts = 8;

/** Sends one batch of lead updates; what it may not send yet is read again first. One call. */
export async function updateLeads(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  work: { jobs: readonly UpdateJob[]; permit: Permit },
): Promise<void> {
  const fresh = work.jobs.filter((job) => !needsRecheck(deps, job));
  const stale = work.jobs.filter((job) => needsRecheck(deps, job));
  if (fresh.length === 0) return recheck(deps, workspace, link, { jobs: stale, permit: work.permit });
  await send(deps, workspace, link, { jobs: fresh, permit: work.permit });
  // Only now: a failed batch goes back into the queue whole, and with it these.
  link.updates.push(stale);
}

function needsRecheck(deps: Deps, job: UpdateJob): boolean {
  if (job.operation.body.update.owner === undefined) return false;
  return job.seen === null || deps.monotonic() - job.seen.atMs > staleAfterMs;
}

/** Reads who owns these leads now, and settles those that need no write any more. */
async function recheck(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { jobs, permit }: { jobs: readonly UpdateJob[]; permit: Permit },
): Promise<void> {
  for (const job of jobs) job.releaseReserve();
  const atMs = deps.monotonic();
  const ids = [...new Set(jobs.map((job) => job.operation.leadId))];
  const found = await link.client.readLeads(ids, [], { lane: "owner-write", permit });
  const leads = new Map(found.map((lead) => [lead.id, lead]));
  const receipts = new Map<string, Receipt>();
  const again: UpdateJob[] = [];
  for (const job of jobs) {
    const lead = leads.get(job.operation.leadId);
    const receipt = receiptOf(job, lead);
    if (receipt === null)
      again.push({
        ...withAccountOf(job, lead),
        releaseReserve: () => undefined,
        seen: { ownerId: lead?.ownerId ?? null, atMs },
      });
    else receipts.set(job.operation.key, receipt);
  }
  await settle(deps, workspace, link, { jobs, receipts });
  link.updates.push(again);
}

/** Null: the write may go, or the rest of it. */
function receiptOf(job: UpdateJob, lead: Lead | undefined): Receipt | null {
  if (lead === undefined) return { kind: "gone" };
  const { owner } = job.operation.body.update;
  if (owner === undefined) return null;
  const present = lead.ownerId;
  // We did it, and died before noting it. A first try that never went out has no reason to look the same, but is as true.
  if (present === owner.ownerId && job.attempts > 0 && !lacksStage(job, lead))
    return { kind: "already-true", crmId: lead.id };
  if (!isSomebodyElses(job, present)) return null;
  // What we cleared is set all the same, for whoever took the lead.
  return job.attempts > 0 && lacksStage(job, lead) ? null : { kind: "yielded", toOwnerId: present };
}

/** An account that somebody gave it meanwhile stays. */
function withAccountOf(job: UpdateJob, lead: Lead | undefined): UpdateJob {
  if (lead === undefined || !namesAccount(lead)) return job;
  const { account: _, ...update } = job.operation.body.update;
  return { ...job, operation: { ...job.operation, body: { kind: "update-lead", update } } };
}

const isSomebodyElses = ({ operation }: UpdateJob, present: string | null): boolean => {
  const { owner } = operation.body.update;
  return owner !== undefined && present !== owner.expectOwnerId && present !== owner.ownerId;
};

/** A stage that is cleared together with the owner's write and set by a second request: of the two only one came through. */
function lacksStage({ operation }: UpdateJob, lead: Lead): boolean {
  return operation.body.update.stage?.clearFirst === true && (lead.fields.stage ?? null) === null;
}

async function send(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { jobs, permit }: { jobs: readonly UpdateJob[]; permit: Permit },
): Promise<void> {
  const recorded = new Set(jobs.filter(({ operation }) => link.unsent.delete(operation.key)));
  const rest = jobs.filter((job) => !recorded.has(job));
  const mine = [...recorded, ...(await takeInFlight(deps, workspace, link, rest))];
  for (const job of jobs) job.releaseReserve();
  for (const job of jobs) if (!mine.includes(job)) letGo(link, job.tasks);
  if (mine.length === 0) return;
  const writes = mine.map((job) => writeOf(deps, job));
  const receipts = new Map(await link.client.updateLeads(writes, { lane: "owner-write", permit }));
  for (const { operation, seen } of mine.filter(isYielding)) {
    const receipt = receipts.get(operation.key);
    if (receipt !== undefined && isTrue(receipt))
      receipts.set(operation.key, { kind: "yielded", toOwnerId: seen?.ownerId ?? null });
  }
  await settle(deps, workspace, link, { jobs: mine, receipts });
}

/** Its lead was taken by a person, between our clearing the stage and setting it: the owner is theirs, the stage is ours to set. */
const isYielding = (job: UpdateJob): boolean => job.seen !== null && isSomebodyElses(job, job.seen.ownerId);

function writeOf(deps: Deps, job: UpdateJob): LeadWrite {
  const { update } = job.operation.body;
  const { key, leadId } = job.operation;
  if (isYielding(job)) return { key, leadId, ...(update.stage === undefined ? {} : { stage: update.stage.value }) };
  const stamp = renderStamp(job.context, update, deps.settings.publicUrl);
  return {
    key,
    leadId,
    ...(update.owner === undefined ? {} : { ownerId: update.owner.ownerId }),
    ...(update.stage === undefined ? {} : { stage: update.stage.value }),
    ...(update.stage?.clearFirst ? { clearStageFirst: true } : {}),
    ...(update.status === undefined ? {} : { status: update.status.value }),
    ...(update.account === undefined ? {} : { accountId: update.account.accountId }),
    ...(stamp === null ? {} : { stamp }),
  };
}

async function settle(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { jobs, receipts }: { jobs: readonly UpdateJob[]; receipts: ReadonlyMap<string, Receipt> },
): Promise<void> {
  const at = deps.now().toISOString();
  const answered = answersOf(jobs, receipts);
  const refused = answered.filter(isRefused);
  const others = answered.filter((answer) => !isRefused(answer));
  await link.settle(others.flatMap((answer) => settlementsOf(answer, at)));
  noteSettled(deps, link, others);
  const written = answered.filter(({ receipt }) => isTrue(receipt));
  for (const { job } of written) reportWritten(deps, job, at);
  // In one push, so that the tasks of a batch make a batch again.
  link.tasks.push(written.flatMap(({ job }) => job.tasks));
  for (const answer of others) goOn(deps, link, answer);
  for (const answer of refused) {
    await handleRefusal(deps, workspace, link, answer);
    noteSettled(deps, link, [answer]);
  }
}

type Answer = { job: UpdateJob; receipt: Receipt };

function answersOf(jobs: readonly UpdateJob[], receipts: ReadonlyMap<string, Receipt>): Answer[] {
  return jobs.flatMap((job) => {
    const receipt = receipts.get(job.operation.key);
    return receipt === undefined ? [] : [{ job, receipt }];
  });
}

const isOver = (receipt: Receipt) => receipt.kind === "yielded" || receipt.kind === "gone";
const isRefused = (answer: Answer): answer is Answer & { receipt: { kind: "refused" } } =>
  answer.receipt.kind === "refused";

/** An update that is not to be made takes its tasks along, at once: a crash in between would create them. */
function settlementsOf({ job, receipt }: Answer, at: string): SettledOperation[] {
  const own = settlementOf(job.operation, receipt, at);
  if (!isOver(receipt)) return [own];
  const tasks = job.tasks.map(({ operation: { key, qualifiedAt } }) => ({ key, qualifiedAt, at }));
  return [own, ...tasks.map((task) => ({ ...task, state: "cancelled" as const }))];
}

/** What follows when it was not written: another try, or none. */
function goOn(deps: Deps, link: Link, { job, receipt }: Answer): void {
  if (isOver(receipt)) letGo(link, job.tasks);
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
    letGo(link, [job, ...job.tasks]);
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

function letGo(link: Link, jobs: readonly { operation: Operation }[]): void {
  for (const { operation } of jobs) link.inHand.delete(operation.key);
}
