import type { Deps } from "../deps.ts";
import type { LeadFacts, Shared } from "../engine/snapshot.ts";
import { settleInbox } from "../store/inbox.ts";
import { lockLeads } from "../store/leads.ts";
import { ModeChanged, requireMode } from "../store/shadow.ts";
import { alertDecisions } from "./alert-decisions.ts";
import { decisionIdOf } from "./decision-id.ts";
import { createGroup } from "./group.ts";
import { handBack, handOver, routedElsewhere } from "./hand-over.ts";
import { noteUnsent, recordDecisions } from "./record-decisions.ts";
import { resumeRestored } from "./restore-lead.ts";
import { alertFought, goneHeads, settledRows, sortReady } from "./sort-ready.ts";
import { underLease } from "./under-lease.ts";
import type { Gathered, GatheredBatch, Link, Ready, Recorded, UpdateJob, Workspace } from "./workspace.ts";

/** Up to 400 leads: one transaction of them holds the database for about as long as a slow call takes. */
const piecesPerTransaction = 4;

/** Records pieces of what reads have gathered, one transaction at a time. */
export function createRecorder(deps: Deps, workspace: Workspace, link: () => Link): Link["record"] {
  return createGroup({
    atMost: piecesPerTransaction,
    lookAround: deps.db.kind === "pglite",
    run: (batches) => recordGathered(deps, workspace, link(), batches),
  });
}

/** Decides and records what was gathered by one read or several, and hands the writes on. Throws LeaseLost. */
async function recordGathered(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  batches: readonly [GatheredBatch, ...GatheredBatch[]],
): Promise<void> {
  const all = batches.map(({ gathered }) => gathered);
  const recorded = await record(deps, workspace, link, all);
  report(deps, all, recorded);
  if (recorded.ended > 0) link.loadPlanned();
  if (recorded.released > 0) workspace.wake();
  noteUnsent(link, recorded.jobs);
  const updates = batches.flatMap(({ gathered, permit }) => {
    const own = new Set(gathered.ready.map(({ facts }) => facts.lead.id));
    const jobs = recorded.jobs.filter((job) => own.has(job.operation.leadId));
    const releaseReserve = countdown(jobs.length, () => permit.releaseReserve());
    const seen = (job: UpdateJob) => ({ ownerId: job.context.facts.lead.ownerId, atMs: gathered.readAtMs });
    return jobs.map((job) => ({ ...job, seen: seen(job), releaseReserve }));
  });
  link.updates.push(updates);
}

/** One transaction: whoever lost the lease records nothing, and whoever recorded has decided for good. */
async function record(deps: Deps, workspace: Workspace, link: Link, batches: readonly Gathered[]): Promise<Recorded> {
  const all: Ready[] = batches.flatMap(({ ready }) =>
    ready.map((each) => ({ ...each, decisionId: idOf(link, each.facts) })),
  );
  const shared = sharedOf(batches);
  const planned: string[] = [];
  const run = underLease(deps, { lease: workspace.lease, what: "decision" }, async (tx) => {
    await requireMode(tx, link.connection);
    const leadIds = all.map(({ head }) => head.leadId);
    const known = await lockLeads(tx, link.connection.id, leadIds);
    const handed = await handOver(tx, link, batches, shared.now);
    const sorted = await sortReady(tx, link, { all, known, batches, now: shared.now });
    const others = handed + (await handBack(tx, link, goneHeads(batches, sorted)));
    const resumed = await resumeRestored(tx, link, { decided: sorted.decided, shared });
    const inbox = settledRows(batches, sorted, shared.now);
    await alertFought(tx, link, sorted.fought, shared.now);
    if (sorted.fresh.length === 0) {
      await settleInbox(tx, workspace.lease, inbox);
      return { contexts: [], jobs: [], ended: resumed, released: others };
    }
    const batch = { lease: workspace.lease, link, shared, known, fresh: sorted.fresh, inbox, planned };
    const recorded = await recordDecisions(tx, batch);
    await alertDecisions(tx, link, recorded.contexts);
    return { ...recorded, ended: recorded.ended + resumed, released: recorded.released + others };
  });
  return run.catch((error: unknown) => {
    // The commit may stand although its answer got lost: the repair sweep takes the writes up, and reads before it sends.
    for (const key of planned) link.inHand.delete(key);
    if (error instanceof ModeChanged) workspace.reopen();
    throw error;
  });
}

/** One batch has one `now`, the earliest: what happened to any of its leads since was not seen. Roster and policy are the latest. */
function sharedOf(batches: readonly Gathered[]): Shared {
  const [first, ...rest] = batches.map(({ shared }) => shared);
  if (first === undefined) throw new Error("A recording needs at least one batch.");
  const { now } = rest.reduce((a, b) => (a.now < b.now ? a : b), first);
  return { ...rest.reduce((a, b) => (a.now > b.now ? a : b), first), now };
}

const idOf = (link: Link, { lead, trigger }: LeadFacts) =>
  decisionIdOf({ connectionId: link.connection.id, leadId: lead.id, ...trigger });

function report(deps: Deps, batches: readonly Gathered[], { contexts }: Recorded): void {
  for (const { because, head } of batches.flatMap(({ ignored }) => ignored))
    deps.metrics.ignored(because, head.rows.length);
  for (const { head } of batches.flatMap(({ crossed }) => crossed?.elsewhere ?? []))
    deps.metrics.ignored(routedElsewhere, head.rows.length);
  deps.metrics.decided(contexts.map(({ decision }) => decision));
  for (const { facts, decisionId, decidedAt, receivedAt } of contexts) {
    deps.metrics.decidedAfter(Date.parse(decidedAt) - Date.parse(receivedAt));
    deps.onProgress({ kind: "decided", leadId: facts.lead.id, decisionId, at: decidedAt });
  }
}

/** Runs `run` at the `count`th call, and at once when there is nothing to count. */
function countdown(count: number, run: () => void): () => void {
  if (count === 0) run();
  let left = count;
  return () => {
    left -= 1;
    if (left === 0) run();
  };
}
