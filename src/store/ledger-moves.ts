import { type LedgerPick, picksOf } from "../engine/decision.ts";
import type { LedgerEntry } from "../engine/ledger.ts";
import type { StoredMoves, StoredPick } from "./schema.ts";

/** What moved the ledgers in a batch: the entries come first, then the picks, null for a decision that moved nothing. */
export type Moves = { entries: readonly LedgerEntry[]; picks: readonly (LedgerPick | null)[] };

type Table = Pick<LedgerPick, "repIds" | "weights">;
type Latest = Table & { table: number };

/**
 * Moves as they are stored. Each assignment changes one rep's weight, so of a pick only what changed since the last one
 * among the same candidates is kept: a pick is as small with 200 reps as with 20.
 */
export function packMoves({ entries, picks }: Moves): StoredMoves {
  const tables: Table[] = [];
  const perPool = new Map<string, Latest[]>();
  const packOne = (pick: LedgerPick, at: number): StoredPick => {
    const { poolId, paidBy, repIds, weights } = pick;
    const sets = perPool.get(poolId) ?? [];
    perPool.set(poolId, sets);
    let latest = sets.find((set) => isSame(set.repIds, repIds));
    if (latest === undefined) {
      latest = { table: tables.push({ repIds, weights }) - 1, repIds, weights };
      sets.push(latest);
    }
    const changed = changesOf(latest.weights, weights);
    latest.weights = weights;
    return { at, poolId, paidBy, table: latest.table, changed };
  };
  const packed = picks.flatMap((decided, at) => picksOf(decided).map((pick) => packOne(pick, at)));
  return { entries, tables, picks: packed };
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

function changesOf(before: readonly number[], after: readonly number[]): [number, number][] {
  const changed: [number, number][] = [];
  for (const [place, weight] of after.entries()) if (before[place] !== weight) changed.push([place, weight]);
  return changed;
}

/** The inverse, for a batch of so many decisions. */
export function unpackMoves({ entries, tables, picks }: StoredMoves, decisions: number): Moves {
  const latest = [...tables];
  const unpacked: (LedgerPick | null)[] = Array.from({ length: decisions }, () => null);
  for (const { at, poolId, paidBy, table, changed } of picks) {
    const { repIds, weights } = latest[table] ?? { repIds: [], weights: [] };
    const now = [...weights];
    for (const [place, weight] of changed) now[place] = weight;
    latest[table] = { repIds, weights: now };
    // Those of one decision stand in order, the turns of groups first.
    const groupPick = unpacked[at];
    unpacked[at] = { poolId, paidBy, repIds, weights: now, ...(groupPick == null ? {} : { groupPick }) };
  }
  return { entries, picks: unpacked };
}
