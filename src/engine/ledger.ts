import type { LedgerPick } from "./decision.ts";

/**
 * Credit that moves without a pick: a newcomer's start at the pool's mean, a leaver's rest, shared by those who stay, what
 * a leaver had who is back soon, a pick that is taken back. `repIds` came, went, or had paid for the pick. Entries stand
 * in the log before the decisions of their batch.
 */
export type LedgerEntry = LedgerMoves & {
  because: "joined" | "left" | "returned" | "reimbursed";
  repIds: readonly string[];
};

/** Rep id → by how much their credit in this pool moves. */
export type LedgerMoves = { poolId: string; moves: Readonly<Record<string, number>> };

/** Credits of one pool by rep id. */
export type Credits = Readonly<Record<string, number>>;

/** What a member had who left a pool, and when (ISO). */
export type Leaver = { credit: number; at: string };
/** Of one pool, by rep id. */
export type Leavers = Readonly<Record<string, Leaver>>;

/** Of all pools, by name. */
export type Ledgers = {
  credits: Readonly<Record<string, Credits>>;
  /** Who left lately. Absent: nobody did. */
  leavers?: Readonly<Record<string, Leavers>>;
};

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
export function applyMoves(
  credits: Ledgers["credits"],
  moved: LedgerPick | LedgerMoves | LedgerEntry,
): Ledgers["credits"] {
  if ("groupPick" in moved && moved.groupPick !== undefined) {
    const { groupPick, ...pick } = moved;
    return applyMoves(applyMoves(credits, groupPick), pick);
  }
  const pool = new Map(Object.entries(own(credits, moved.poolId) ?? {}));
  for (const [repId, move] of movesOf(moved)) pool.set(repId, (pool.get(repId) ?? 0) + move);
  if ("because" in moved && moved.because === "left") for (const repId of moved.repIds) pool.delete(repId);
  return { ...credits, [moved.poolId]: Object.fromEntries(pool) };
}

const dayMs = 24 * 3_600_000;

type PoolLedger = { poolId: string; credits: Credits; leavers: Leavers };
/** `keepDays`: for so long a leaver's credit is kept. */
type Membership = { members: readonly string[]; now: string; keepDays: number };

/**
 * The entries that bring a pool's ledger in line with its members, and who counts as having left from then on. The credits
 * of a pool always sum to 0, so that no drift can build up: a leaver's rest is shared equally by those who stay, and they
 * give it back equally to one who returns. Each member's credit is their own and an equal part of what those left who are
 * kept in mind; that part is not taken along by one who leaves in their turn, or members who come and go would pass the
 * same credit round and round, more each time.
 */
export function reconcileMembers(
  { poolId, credits, leavers }: PoolLedger,
  { members, now, keepDays }: Membership,
): { entries: LedgerEntry[]; leavers: Leavers } {
  const present = new Set(members);
  const known = Object.entries(credits);
  const kept = new Map(
    Object.entries(leavers).filter(
      ([repId, { at }]) => !Object.hasOwn(credits, repId) && Date.parse(now) - Date.parse(at) <= keepDays * dayMs,
    ),
  );
  const came = members.filter((repId) => !Object.hasOwn(credits, repId));
  const stay = known.flatMap(([repId]) => (present.has(repId) ? [repId] : []));
  const left = known.filter(([repId]) => !present.has(repId));
  const returned = came.filter((repId) => kept.has(repId));
  const joined = came.filter((repId) => !kept.has(repId));

  const partBefore = sumOf([...kept.values()].map(({ credit }) => credit)) / known.length;
  for (const [repId, credit] of left) kept.set(repId, { credit: credit - partBefore, at: now });
  const ownOf = (repId: string): number => kept.get(repId)?.credit ?? 0;
  const restOf = (repIds: readonly string[]): number => sumOf(repIds.map(ownOf));
  const gone = [...kept.keys()];
  const size = stay.length + returned.length;
  const part = restOf(gone.filter((repId) => !present.has(repId))) / size;
  const partOfThoseWhoStay = restOf(gone) / stay.length;
  // Where nobody stays, there is nobody to give it back.
  const missing = stay.length === 0 ? restOf(gone) / size : 0;
  const mean = stay.length === 0 ? 0 : sumOf(known.map(([, credit]) => credit)) / size;
  const rest = sumOf(left.map(([, credit]) => credit));
  const moved: [LedgerEntry["because"], readonly string[], readonly (readonly [string, number])[]][] = [
    [
      "left",
      left.map(([repId]) => repId),
      [...left.map(([id, credit]) => [id, -credit] as const), ...each(stay, rest / stay.length)],
    ],
    [
      "returned",
      returned,
      [...returned.map((id) => [id, ownOf(id) + part - missing] as const), ...each(stay, part - partOfThoseWhoStay)],
    ],
    ["joined", joined, each(joined, mean)],
  ];
  return {
    entries: moved.flatMap(([because, repIds, moves]) =>
      repIds.length === 0 ? [] : [{ poolId, because, repIds, moves: Object.fromEntries(moves) }],
    ),
    leavers: Object.fromEntries([...kept].filter(([repId]) => !present.has(repId))),
  };
}

const each = (repIds: readonly string[], move: number): [string, number][] => repIds.map((repId) => [repId, move]);

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
