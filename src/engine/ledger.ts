import type { LedgerPick } from "./decision.ts";
import type { State } from "./snapshot.ts";

/**
 * Credit that moves without a pick: a newcomer's start at the pool's mean, a leaver's rest, shared by those who stay, a
 * pick that is taken back. `repIds` came, went, or had paid for the pick. Entries stand in the log before the decisions of their batch.
 */
export type LedgerEntry = LedgerMoves & { because: "joined" | "left" | "reimbursed"; repIds: readonly string[] };

/** Rep id → by how much their credit in this pool moves. */
export type LedgerMoves = { poolId: string; moves: Readonly<Record<string, number>> };

/** Credits of one pool by rep id. */
export type Credits = Readonly<Record<string, number>>;

export function sumOf(weights: readonly number[]): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}

/** Rep id and by how much their credit moves. */
export function movesOf(moved: LedgerPick | LedgerMoves): [repId: string, move: number][] {
  if ("moves" in moved) return Object.entries(moved.moves);
  const { repIds, weights, paidBy } = moved;
  const total = sumOf(weights);
  return repIds.map((repId, at) => {
    const share = (weights[at] ?? 0) / total;
    return [repId, repId === paidBy ? share - 1 : share];
  });
}

/** The ledgers after one decision's moves, or one entry. The log, applied in order, gives the stored ledger (Law C). */
export function applyMoves(credits: State["credits"], moved: LedgerPick | LedgerMoves | LedgerEntry): State["credits"] {
  if ("groupPick" in moved && moved.groupPick !== undefined) {
    const { groupPick, ...pick } = moved;
    return applyMoves(applyMoves(credits, groupPick), pick);
  }
  const pool = new Map(Object.entries(own(credits, moved.poolId) ?? {}));
  addMoves(pool, moved);
  return { ...credits, [moved.poolId]: Object.fromEntries(pool) };
}

/** As `applyMoves`, on the caller's own map of one pool, without the turns of its groups. */
export function addMoves(pool: Map<string, number>, moved: LedgerPick | LedgerMoves | LedgerEntry): void {
  if ("moves" in moved) for (const [repId, move] of movesOf(moved)) pool.set(repId, (pool.get(repId) ?? 0) + move);
  else addPick(pool, moved);
  if ("because" in moved && moved.because === "left") for (const repId of moved.repIds) pool.delete(repId);
}

/** The moves of `movesOf`, without a list of them: this is done for every lead. */
function addPick(pool: Map<string, number>, { repIds, weights, paidBy }: LedgerPick): void {
  const total = sumOf(weights);
  for (let at = 0; at < repIds.length; at += 1) {
    const repId = repIds[at] as string;
    const share = (weights[at] ?? 0) / total;
    pool.set(repId, (pool.get(repId) ?? 0) + (repId === paidBy ? share - 1 : share));
  }
}

/**
 * The entries that bring a pool's ledger in line with its members. A leaver's rest is shared equally by those who stay,
 * so that the credits of a pool always sum to 0 and no drift can build up.
 */
export function reconcileMembers(poolId: string, members: readonly string[], credits: Credits): LedgerEntry[] {
  const present = new Set(members);
  const known = new Map(Object.entries(credits));
  const left = [...known.keys()].filter((repId) => !present.has(repId));
  const stay = [...known.keys()].filter((repId) => present.has(repId));
  const joined = members.filter((repId) => !known.has(repId));
  const entries: LedgerEntry[] = [];
  if (left.length > 0) {
    const rest = left.reduce((sum, repId) => sum + (known.get(repId) ?? 0), 0);
    const moves = [
      ...left.map((repId) => [repId, -(known.get(repId) ?? 0)] as const),
      ...stay.map((repId) => [repId, rest / stay.length] as const),
    ];
    entries.push({ poolId, because: "left", repIds: left, moves: Object.fromEntries(moves) });
  }
  if (joined.length > 0) {
    const mean = stay.length === 0 ? 0 : [...known.values()].reduce((sum, credit) => sum + credit, 0) / stay.length;
    entries.push({
      poolId,
      because: "joined",
      repIds: joined,
      moves: Object.fromEntries(joined.map((repId) => [repId, mean] as const)),
    });
  }
  return entries;
}

/**
 * Takes a pick back, as when its rep rejects the lead: who paid has the lead's credit again, and what each candidate had
 * gained by it is returned. What those had gained who have left since is returned by all who stay, in equal parts, so that
 * the moves sum to 0. Null: who paid is not in the pool any more. Of a pool of pools the turn of its groups stays: the
 * group goes on to whoever is next in it.
 */
export function reimburse(pick: LedgerPick, credits: Credits): LedgerEntry | null {
  const { poolId, paidBy } = pick;
  const stay = Object.keys(credits);
  if (!stay.includes(paidBy)) return null;
  const back = new Map(movesOf(pick).map(([repId, move]) => [repId, -move]));
  const kept = stay.map((repId) => [repId, back.get(repId) ?? 0] as const);
  const rest = sumOf(kept.map(([, move]) => move)) / stay.length;
  const moves = kept.map(([repId, move]) => [repId, move - rest] as const).filter(([, move]) => move !== 0);
  return { poolId, because: "reimbursed", repIds: [paidBy], moves: Object.fromEntries(moves) };
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
