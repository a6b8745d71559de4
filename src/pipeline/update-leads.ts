import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { namesAccount } from "../engine/plan.ts";
import type { Lead } from "../model/lead.ts";
import type { Receipt } from "../model/operation.ts";
import type { LeadWrite } from "../model/task.ts";
import { type CreateJob, goesAlong, isCreate } from "./jobs-of.ts";
import { isTrue } from "./note-settled.ts";
import { renderStamp, renderTask } from "./render.ts";
import { settleUpdates } from "./settle-updates.ts";
import { takeInFlight } from "./take-in-flight.ts";
import type { Link, UpdateJob, Workspace } from "./workspace.ts";

/** Facts older than this are read again before an owner is written over them (reliability.md §3.7). */
const staleAfterMs = 10_000;

type Batch = { jobs: readonly UpdateJob[]; permit: Permit; onAnswer?: (sent: number) => void };

/**
 * Sends one batch of lead updates; what it may not send yet is read again first. One call. `onAnswer`: the CRM has answered, and what
 * it said is not noted yet; with how many were sent.
 */
export async function updateLeads(deps: Deps, workspace: Workspace, link: Link, work: Batch): Promise<void> {
  const fresh = work.jobs.filter((job) => !needsRecheck(deps, job));
  const stale = work.jobs.filter((job) => needsRecheck(deps, job));
  if (fresh.length === 0) return recheck(deps, workspace, link, { jobs: stale, permit: work.permit });
  await send(deps, workspace, link, { ...work, jobs: fresh });
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
  await settleUpdates(deps, workspace, link, { jobs, receipts });
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

/** An update, and those of its tasks that go with it. */
type Ride = { job: UpdateJob; along: readonly CreateJob[] };

async function send(deps: Deps, workspace: Workspace, link: Link, { jobs, permit, onAnswer }: Batch): Promise<void> {
  const rides = await take(deps, workspace, link, jobs);
  for (const job of jobs) job.releaseReserve();
  if (rides.length === 0) return;
  const writes = rides.map((ride) => writeOf(deps, link, ride));
  const receipts = new Map(await link.client.updateLeads(writes, { lane: "owner-write", permit }));
  onAnswer?.(rides.length);
  const mine = rides.map(({ job }) => job);
  for (const { operation, seen } of mine.filter(isYielding)) {
    const receipt = receipts.get(operation.key);
    if (receipt !== undefined && isTrue(receipt))
      receipts.set(operation.key, { kind: "yielded", toOwnerId: seen?.ownerId ?? null });
  }
  await settleUpdates(deps, workspace, link, { jobs: mine, receipts });
}

/** Those that are ours to send, in flight from here on. */
async function take(deps: Deps, workspace: Workspace, link: Link, jobs: readonly UpdateJob[]): Promise<Ride[]> {
  const recorded = new Map(jobs.map((job) => [job, recordedWith(link, job)]));
  const rest = jobs.filter((job) => recorded.get(job) === null);
  const wanted: (UpdateJob | CreateJob)[] = rest.flatMap((job) => [job, ...ridersOf(link, job)]);
  const taken = new Set((await takeInFlight(deps, workspace, link, wanted)).map(({ operation }) => operation.key));
  return jobs.flatMap((job) => {
    const keys = recorded.get(job) ?? taken;
    const along = ridersOf(link, job).filter(({ operation }) => keys.has(operation.key));
    if (keys.has(job.operation.key)) return [{ job, along }];
    for (const { operation } of job.tasks) link.inHand.delete(operation.key);
    return [];
  });
}

/** The keys that are in flight since the decision was recorded; null: it is not so recorded, or was taken out. */
function recordedWith(link: Link, { operation: { key } }: UpdateJob): ReadonlySet<string> | null {
  const keys = link.unsent.get(key);
  link.unsent.delete(key);
  return keys === undefined ? null : new Set(keys);
}

/** One that went before without an answer goes again only where its key keeps it from being made twice. */
function ridersOf({ client }: Link, job: UpdateJob): CreateJob[] {
  if (isYielding(job)) return [];
  return job.tasks
    .filter(isCreate)
    .filter(({ operation, sentAt }) => goesAlong(operation, client) && (sentAt === undefined || client.absenceIsProof));
}

/** Its lead was taken by a person, between our clearing the stage and setting it: the owner is theirs, the stage is ours to set. */
const isYielding = (job: UpdateJob): boolean => job.seen !== null && isSomebodyElses(job, job.seen.ownerId);

function writeOf(deps: Deps, link: Link, { job, along }: Ride): LeadWrite {
  const { update } = job.operation.body;
  const { key, leadId } = job.operation;
  const { publicUrl } = deps.settings;
  if (isYielding(job)) return { key, leadId, ...(update.stage === undefined ? {} : { stage: update.stage.value }) };
  const stamp = renderStamp(job.context, update, publicUrl);
  const tasks = along.map(({ operation, context }) => renderTask(operation, context, { link, publicUrl }));
  return {
    key,
    leadId,
    ...(update.owner === undefined ? {} : { ownerId: update.owner.ownerId }),
    ...(update.stage === undefined ? {} : { stage: update.stage.value }),
    ...(update.stage?.clearFirst ? { clearStageFirst: true } : {}),
    ...(update.status === undefined ? {} : { status: update.status.value }),
    ...(update.account === undefined ? {} : { accountId: update.account.accountId }),
    ...(stamp === null ? {} : { stamp }),
    ...(tasks.length === 0 ? {} : { tasks }),
  };
}
