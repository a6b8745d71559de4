import type { Deps } from "../deps.ts";
import type { LeadFacts, Shared } from "../engine/snapshot.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Tx } from "../store/db.ts";
import { decidedIds, recentDecisionCounts } from "../store/decisions.ts";
import { type Settled, settleInbox } from "../store/inbox.ts";
import { isMerged, type LeadRow, lockLeads } from "../store/leads.ts";
import { ModeChanged, requireMode } from "../store/shadow.ts";
import { alertDecisions } from "./alert-decisions.ts";
import { decisionIdOf } from "./decision-id.ts";
import { createGroup } from "./group.ts";
import { noteUnsent, recordDecisions } from "./record-decisions.ts";
import { resumeRestored } from "./restore-lead.ts";
import { underLease } from "./under-lease.ts";
import type { Gathered, GatheredBatch, Head, Link, Ready, Recorded, UpdateJob, Workspace } from "./workspace.ts";

/** More decisions than this for one lead in ten minutes means that two systems fight over it (design.md I10). */
const decisionsInTenMinutes = 5;

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
    const sorted = await sortReady(tx, link, { all, known, now: shared.now });
    const resumed = await resumeRestored(tx, link, { decided: sorted.decided, shared });
    const inbox = settledRows(batches, sorted);
    await alertFought(tx, link, sorted.fought, shared.now);
    if (sorted.fresh.length === 0) {
      await settleInbox(tx, workspace.lease, inbox);
      return { contexts: [], jobs: [], ended: resumed, released: 0 };
    }
    const batch = { lease: workspace.lease, link, shared, known, fresh: sorted.fresh, inbox, planned };
    const recorded = await recordDecisions(tx, batch);
    await alertDecisions(tx, link, recorded.contexts);
    return { ...recorded, ended: recorded.ended + resumed };
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

/** To decide; decided before; those over which two systems fight; and those that went since their events were taken in. */
type Sorted = Record<"fresh" | "decided" | "fought" | "gone", readonly Ready[]>;

async function sortReady(
  tx: Tx,
  link: Link,
  { all, known, now }: { all: readonly Ready[]; known: ReadonlyMap<string, LeadRow>; now: string },
): Promise<Sorted> {
  const { id: connectionId, workspaceId } = link.connection;
  // A lead that we never saw has no decisions: of a burst of new ones nothing needs to be looked up.
  const seen = all.filter(({ head }) => known.has(head.leadId));
  const decided = await decidedIds(
    tx,
    seen.map(({ decisionId }) => decisionId),
  );
  const leadIds = seen.map(({ head }) => head.leadId);
  const since = new Date(Date.parse(now) - 10 * 60_000).toISOString();
  const counts = await recentDecisionCounts(tx, { workspaceId, connectionId, leadIds, since });
  const isFought = ({ head }: Ready) => (counts.get(head.leadId) ?? 0) >= decisionsInTenMinutes;
  // One that was deleted or erased meanwhile: its facts must not be stored after the purge.
  // One that was merged away: its id still leads to the survivor, which is decided under its own. A reassignment that
  // waited for it is the survivor's now (`renameLead`), or void.
  const isGone = ({ head }: Ready) => {
    const row = known.get(head.leadId);
    return isMerged(row) || (row?.state === "gone" && head.known?.state !== "gone");
  };
  const isDecided = ({ decisionId, head, facts }: Ready) =>
    decided.has(decisionId) || isTakenOver(known.get(head.leadId), facts) || isOutdated(known.get(head.leadId), facts);
  const undecided = all.filter((ready) => !isDecided(ready));
  const decidable = undecided.filter((ready) => !isFought(ready));
  return {
    fresh: decidable.filter((ready) => !isGone(ready)),
    decided: all.filter(isDecided),
    fought: undecided.filter(isFought),
    gone: decidable.filter(isGone),
  };
}

/** It was decided under another id, of a lead that was merged into this one: its row came from there. */
function isTakenOver(row: LeadRow | undefined, { trigger }: LeadFacts): boolean {
  if (row === undefined || row.decisionId === null) return false;
  return row.qualifiedAt === trigger.qualifiedAt && trigger.round <= row.round;
}

/** It was to be given to another rep, and qualified anew before that: whoever has got it since has his own clock. */
function isOutdated(row: LeadRow | undefined, { trigger }: LeadFacts): boolean {
  if (trigger.round === 0 || row === undefined || row.qualifiedAt === null) return false;
  return Date.parse(trigger.qualifiedAt) < Date.parse(row.qualifiedAt);
}

function settledRows(batches: readonly Gathered[], { fresh, decided, fought, gone }: Sorted): Settled {
  const rowsOf = (ready: readonly Ready[]) => ready.flatMap(({ head }) => head.rows);
  const because = (code: string) => (row: Head["rows"][number]) => ({ ...row, because: code });
  return {
    done: rowsOf(fresh),
    ignored: [
      ...rowsOf(decided).map(because("already-decided")),
      ...rowsOf(gone).map(because("lead-gone")),
      ...batches.flatMap(({ ignored }) => ignored).flatMap(({ head, because: code }) => head.rows.map(because(code))),
    ],
    parked: rowsOf(fought).map(because("too-many-decisions")),
  };
}

async function alertFought(tx: Tx, link: Link, fought: readonly Ready[], raisedAt: string): Promise<void> {
  for (const { head } of fought) {
    await raiseAlert(tx, {
      workspaceId: link.connection.workspaceId,
      connectionId: link.connection.id,
      kind: "too-many-decisions",
      subjectId: head.leadId,
      message: `Lead ${head.leadId} was decided ${decisionsInTenMinutes} times in ten minutes, so it is parked.`,
      whatToDo:
        "Another workflow or app probably sets the same fields. Look at the lead's history in the CRM, switch one of the two off, then run `baton redrive`.",
      raisedAt,
    });
  }
}

function report(deps: Deps, batches: readonly Gathered[], { contexts }: Recorded): void {
  for (const { because, head } of batches.flatMap(({ ignored }) => ignored))
    deps.metrics.ignored(because, head.rows.length);
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
