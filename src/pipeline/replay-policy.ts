import { applyChanges, type Changes } from "../engine/changes.ts";
import type { Decision } from "../engine/decision.ts";
import { engineVersion } from "../engine/decision.ts";
import { createLimits } from "../engine/first-touch.ts";
import type { Policy } from "../engine/policy.ts";
import { withPolicy } from "../engine/policy-in-crm.ts";
import {
  type Counted,
  count,
  countCredits,
  countReason,
  createTally,
  type Difference,
  type Tally,
} from "../engine/replay-tally.ts";
import { createRerun, type Redecided, type StoredLead } from "../engine/rerun.ts";
import type { Shared } from "../engine/snapshot.ts";
import type { Rep } from "../model/rep.ts";
import type { Query } from "../store/db.ts";
import {
  type ReplayBatch,
  type ReplayRow,
  readShared,
  replayBatches,
  wholeDecisions,
} from "../store/replay-batches.ts";
import { createPolicies, type PolicyOf } from "./stored-policies.ts";

export type ReplayOptions = {
  workspaceId: string;
  /** Batches since then. */
  since: string;
  /** Up to when progress counts. */
  now: string;
  policy: Policy;
  changes: Changes;
};

/** A lead that goes elsewhere (`decisionId`: of its stored decision; null: there is none), or how much of the time has been gone through, from 0 to 1. */
export type ReplayEvent =
  | { kind: "difference"; decisionId: string | null; decidedAt: string; difference: Difference }
  | { kind: "progress"; share: number };

export type ReplayResult = {
  tally: Tally;
  /** As the last batch had them, with the changes: who is meant by the ids. */
  reps: readonly Rep[];
  timeZone: string;
  /** Decisions by the engine version that made them, other than this one. */
  otherEngines: ReadonlyMap<number, number>;
  /** Versions of the policy that are none for this release: their leads count by the new one's limits. */
  unreadable: ReadonlySet<number>;
};

/**
 * Decides stored leads again under another policy or roster, in the order they were decided in, with ledgers and loads
 * that go on from batch to batch. Rows are streamed; each difference is handed out as it is found.
 */
export async function* replayUnder(
  db: Query,
  options: ReplayOptions,
): AsyncGenerator<ReplayEvent, ReplayResult, undefined> {
  const { workspaceId, since, now } = options;
  const rerun = createRerun();
  const tally = createTally();
  const policies = createPolicies(db, workspaceId);
  const sharedOf = sharedReader(db, options);
  const otherEngines = new Map<number, number>();
  let latest: Shared | null = null;

  for await (const batch of replayBatches(db, { workspaceId, since })) {
    const { stored, changed } = await sharedOf(batch.sharedHash);
    const shared = { ...changed, now: batch.decidedAt };
    latest = shared;
    countEngines(otherEngines, batch.decisions);
    const { made, credits } = rerun(shared, { state: batch.stateBefore, leads: batch.decisions.map(toLead(batch)) });
    const was = await storedBy(batch, { stored, shared, policies });
    countCredits(tally.was, batch.stateBefore.credits, was.shared.policy);
    countCredits(tally.now, credits, shared.policy);
    const elsewhere = countBatch(tally, batch, { made, was, now: { shared, limitsOf: createLimits(shared) } });
    yield* explained(db, { workspaceId, tally, batch, elsewhere });
    yield { kind: "progress", share: shareOf({ since, now }, batch.decidedAt) };
  }
  return {
    tally,
    reps: latest?.reps ?? [],
    timeZone: latest?.timeZone ?? "UTC",
    otherEngines,
    unreadable: policies.unreadable,
  };
}

export const toLead =
  ({ picks }: ReplayBatch) =>
  ({ leadId, round, facts, accountId, decision }: ReplayBatch["decisions"][number], at: number): StoredLead => ({
    leadId,
    round,
    facts,
    accountId,
    tier: decision.tier,
    outcome: decision.outcome,
    pick: picks[at] ?? null,
  });

type StoredShared = Omit<Shared, "policy" | "now">;
/** What the leads of a batch shared, as it was and with the changes. */
type SharedPair = { stored: StoredShared; changed: Omit<Shared, "now"> };

/** Rosters change a few times an hour at most, and batches follow each other: those of late are kept as they were parsed. */
const mostShared = 8;

export function sharedReader(
  db: Query,
  { workspaceId, policy, changes }: Pick<ReplayOptions, "workspaceId" | "policy" | "changes">,
): (hash: string) => Promise<SharedPair> {
  const known = new Map<string, SharedPair>();

  async function read(hash: string): Promise<SharedPair> {
    const stored = JSON.parse(await readShared(db, { workspaceId, hash })) as StoredShared;
    const { now: _now, ...changed } = applyChanges({ ...withPolicy(stored, policy), now: "" }, changes);
    return { stored, changed };
  }

  return async (hash) => {
    const found = known.get(hash) ?? (await read(hash));
    known.delete(hash);
    known.set(hash, found);
    for (const oldest of known.keys()) {
      if (known.size <= mostShared) break;
      known.delete(oldest);
    }
    return found;
  };
}

function countEngines(engines: Map<number, number>, rows: readonly ReplayRow[]): void {
  for (const { engineVersion: version } of rows)
    if (version !== engineVersion) engines.set(version, (engines.get(version) ?? 0) + 1);
}

type By = Counted["by"];

/** What the batch was decided by; its policy may have been written for an earlier release. */
async function storedBy(
  { decisions, decidedAt }: ReplayBatch,
  { stored, shared, policies }: { stored: StoredShared; shared: Shared; policies: PolicyOf },
): Promise<By> {
  const [first] = decisions;
  const policy = first === undefined ? null : await policies.of(first.policyVersion);
  const was = { ...withPolicy(stored, policy ?? shared.policy), now: decidedAt };
  return { shared: was, limitsOf: createLimits(was) };
}

type Elsewhere = { row: ReplayRow; now: Decision };

function countBatch(
  tally: Tally,
  { decisions, picks }: ReplayBatch,
  { made, was, now }: { made: readonly Redecided[]; was: By; now: By },
): Elsewhere[] {
  return made.flatMap((each, at): Elsewhere[] => {
    const row = decisions[at];
    if (each.kind !== "decided" || row === undefined) {
      if (each.kind !== "decided") tally[each.kind] += 1;
      return [];
    }
    const { pick, ...decision } = each.decision;
    // The runs of excluded reps that stand elsewhere decide nothing that is counted here.
    const trace = row.decision.trace.filter((step) => typeof step !== "string");
    const before = { decision: { ...row.decision, trace }, pick: picks[at] ?? null, by: was };
    return count(tally, before, { decision, pick, by: now }) ? [{ row, now: decision }] : [];
  });
}

async function* explained(
  db: Query,
  found: { workspaceId: string; tally: Tally; batch: ReplayBatch; elsewhere: readonly Elsewhere[] },
): AsyncGenerator<ReplayEvent, void, undefined> {
  const { workspaceId, tally, batch, elsewhere } = found;
  const whole = await wholeDecisions(
    db,
    workspaceId,
    elsewhere.map(({ row }) => row.decision),
  );
  for (const [at, { row, now }] of elsewhere.entries()) {
    const was = whole[at];
    if (was === undefined) continue;
    const difference = countReason(tally, was, now);
    yield { kind: "difference", decisionId: row.id, decidedAt: batch.decidedAt, difference };
  }
}

export function shareOf({ since, now }: { since: string; now: string }, at: string): number {
  const [from, to, here] = [since, now, at].map((instant) => Date.parse(instant));
  return Math.min(1, ((here ?? 0) - (from ?? 0)) / Math.max(1, (to ?? 0) - (from ?? 0)));
}
