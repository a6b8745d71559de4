import { applyMoves, type Credits } from "../../../src/engine/ledger.ts";
import type { BatchClaim, DecisionClaim } from "../claim.ts";
import type { Evidence, Violation } from "./violation.ts";

type AllCredits = Readonly<Record<string, Credits>>;
type Pool = { isSteady: boolean; candidates: string | null; most: number };
export type LedgerWalk = {
  workspaceId: string;
  credits: AllCredits;
  /** The largest |credit| that any pool ever had. */
  most: number;
  violations: readonly Violation[];
};

// Law A of design.md I4, and Law B for rosters of up to 30 reps.
const steadyBound = 1;
const bound = 2.5;
/** Sums of doubles that are written in another order than they were made. */
const rounding = 1e-9;

/** I4: Law C, the ledger that the log gives is the stored one; Laws A and B bound what any rep is owed. */
export function ledgerLaws({ claim }: Evidence): Violation[] {
  return walkLedgers(claim).flatMap(({ workspaceId, credits, violations }) => [
    ...violations,
    ...claim.ledgers
      .filter((ledger) => ledger.workspaceId === workspaceId && !isSame(ledger.credits, credits[ledger.poolId] ?? {}))
      .map(({ poolId }) =>
        broken(
          `the stored ledger of pool ${poolId} in workspace ${workspaceId} is not what the decision log gives (Law C)`,
        ),
      ),
  ]);
}

/** Goes through each workspace's batches in the order in which they moved its ledgers. */
export function walkLedgers({ batches, decisions }: Evidence["claim"]): LedgerWalk[] {
  const decisionsOf = Map.groupBy(decisions, ({ batchId }) => batchId);
  return [...Map.groupBy(batches, ({ workspaceId }) => workspaceId)].map(([workspaceId, own]) =>
    walk(workspaceId, own, decisionsOf),
  );
}

function walk(
  workspaceId: string,
  batches: readonly BatchClaim[],
  decisionsOf: ReadonlyMap<string, readonly DecisionClaim[]>,
): LedgerWalk {
  const pools = new Map<string, Pool>();
  const violations: Violation[] = [];
  let credits: AllCredits = {};
  for (const batch of batches) {
    if (!isSameState(batch.before, credits)) {
      const what = `batch ${batch.id} of workspace ${workspaceId} began with other credits than the log gives (Law C)`;
      violations.push(broken(what));
      credits = batch.before;
    }
    for (const entry of batch.entries) credits = moved(credits, pools, entry);
    const own = (decisionsOf.get(batch.id) ?? []).toSorted((a, b) => a.position - b.position);
    for (const { ledger } of own) if (ledger !== null) credits = moved(credits, pools, ledger);
  }
  for (const [poolId, { isSteady, most }] of pools)
    if (most > bound || (isSteady && most >= steadyBound))
      violations.push(
        broken(
          `pool ${poolId} of workspace ${workspaceId} had a credit of ${most.toFixed(2)} (Law ${isSteady ? "A" : "B"})`,
        ),
      );
  return { workspaceId, credits, violations, most: Math.max(0, ...[...pools.values()].map(({ most }) => most)) };
}

function moved(
  credits: AllCredits,
  pools: Map<string, Pool>,
  move: BatchClaim["entries"][number] | NonNullable<DecisionClaim["ledger"]>,
): AllCredits {
  const pool = pools.get(move.poolId) ?? { isSteady: true, candidates: null, most: 0 };
  pools.set(move.poolId, pool);
  const after = applyMoves(credits, move);
  const owed = Object.values(after[move.poolId] ?? {}).map(Math.abs);
  pool.most = Math.max(pool.most, ...owed);
  const candidates = "because" in move ? null : sharesOf(move.moves);
  if ("because" in move) pool.isSteady &&= pool.candidates === null && move.because === "joined";
  else pool.isSteady &&= pool.candidates === null || pool.candidates === candidates;
  pool.candidates = candidates ?? pool.candidates;
  return after;
}

/** Who was a candidate, and with which share: the chosen one paid a whole lead. */
function sharesOf(moves: Readonly<Record<string, number>>): string {
  return Object.entries(moves)
    .map(([repId, move]) => `${repId} ${(move < 0 ? move + 1 : move).toFixed(9)}`)
    .sort()
    .join(", ");
}

function isSameState(stored: AllCredits, computed: AllCredits): boolean {
  const pools = new Set([...Object.keys(stored), ...Object.keys(computed)]);
  return [...pools].every((pool) => isSame(stored[pool] ?? {}, computed[pool] ?? {}));
}

function isSame(a: Credits, b: Credits): boolean {
  const reps = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...reps].every((rep) => rep in a === rep in b && Math.abs((a[rep] ?? 0) - (b[rep] ?? 0)) < rounding);
}

const broken = (what: string): Violation => ({ promise: "I4", what, lead: null });
