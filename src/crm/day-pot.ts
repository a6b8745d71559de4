import { byLane, type Lane } from "./lanes.ts";

/** What an answer tells of the account's calls in 24 hours: how many all apps made, and how many there may be. */
export type DayUse = { used: number; limit: number };

/** Calls of ours in a stretch of time that began at `from` (epoch ms, a multiple of `stretchMs`). */
export type Spent = { from: number; calls: number };

/** Of the account's calls the share that Baton may make, and of that share what is kept for urgent work; 0 to 1. */
export type Shares = { share: number; urgent: number };

export type DayState = {
  /** Our calls of the last 24 hours, how many there may be, and how many of those are kept for urgent work. */
  used: number;
  limit: number;
  urgent: number;
  account: DayUse;
  /** Ms until a call of the lane may go; 0: now. */
  waitMs: Record<Lane, number>;
};

/**
 * The calls of an account in a rolling day, of which other apps take their part. Where the CRM tells of no
 * such number, nothing is held back. All times are epoch milliseconds of the wall clock, as the counts outlive the process.
 */
export type DayPot = {
  /** Ms until a call of the lane may go; 0: now. */
  waitMs(lane: Lane): number;
  /** Takes one call out; the answer puts it back, for a call that was not sent after all. */
  take(): () => void;
  told(use: DayUse): void;
  allow(shares: Shares): void;
  /** What was taken since it was last stored. */
  fresh(): Spent[];
  /** `fresh` is stored now, and `all` is what is stored: of every process that calls in this connection's name. */
  stored(fresh: readonly Spent[], all: readonly Spent[]): void;
  /** Null: the CRM has told of no such number. */
  state(): DayState | null;
};

export const stretchMs = 15 * 60_000;
/** A call counts for a day, which one at the end of its stretch has over only so much later. */
export const countedMs = 24 * 3_600_000 + stretchMs;

const urgentLanes: ReadonlySet<Lane> = new Set(["owner-write", "live-read"]);

/**
 * The share of the account's day that is used, whoever used it, at which a lane rests: what is not needed to route a lead gives
 * way, so that there is something left to route it with.
 */
const restsAt = byLane((lane) => {
  if (lane === "backfill") return 0.7;
  if (lane === "sync" || lane === "search") return 0.85;
  return lane === "sla" ? 0.95 : Number.POSITIVE_INFINITY;
});

/** What others use falls and rises without our being told: so long after an answer one call goes, to ask. */
const askAgainMs = 15 * 60_000;

type Pot = {
  now: () => number;
  shares: Shares;
  day: (DayUse & { at: number }) | null;
  /** By the beginning of their stretches. */
  kept: Map<number, number>;
  fresh: Map<number, number>;
  /** Our calls of a day, as of the stretch that the time is in: it is asked for with each call and each lead. */
  sum: { used: number; stretch: number } | null;
};

export function createDayPot({ now, shares }: { now: () => number; shares: Shares }): DayPot {
  const pot: Pot = { now, shares, day: null, kept: new Map(), fresh: new Map(), sum: null };
  return {
    waitMs: (lane) => waitMs(pot, lane),
    take() {
      const from = Math.floor(now() / stretchMs) * stretchMs;
      // Where no limit is ever told nobody stores them.
      if (!pot.fresh.has(from)) forget(pot);
      add(pot, from, 1);
      return () => add(pot, from, -1);
    },
    told(use) {
      pot.day = { ...use, at: now() };
    },
    allow(wanted) {
      pot.shares = wanted;
    },
    fresh: () => [...pot.fresh].flatMap(([from, calls]) => (calls === 0 ? [] : [{ from, calls }])),
    stored(fresh, all) {
      for (const { from, calls } of fresh) add(pot, from, -calls);
      for (const [from, calls] of pot.fresh) if (calls === 0) pot.fresh.delete(from);
      pot.kept = new Map(all.map(({ from, calls }) => [from, calls]));
      pot.sum = null;
    },
    state() {
      const { day } = pot;
      if (day === null) return null;
      const account = { used: day.used, limit: day.limit };
      return { used: usedOf(pot), ...limitsOf(pot, account), account, waitMs: byLane((lane) => waitMs(pot, lane)) };
    },
  };
}

function forget({ now, fresh }: Pot): void {
  for (const from of fresh.keys()) if (from + countedMs <= now()) fresh.delete(from);
}

function add(pot: Pot, from: number, calls: number): void {
  pot.fresh.set(from, (pot.fresh.get(from) ?? 0) + calls);
  pot.sum = null;
}

function limitsOf({ shares }: Pot, account: DayUse): Pick<DayState, "limit" | "urgent"> {
  const limit = Math.max(1, Math.floor(account.limit * shares.share));
  return { limit, urgent: Math.min(limit - 1, Math.ceil(limit * shares.urgent)) };
}

function waitMs(pot: Pot, lane: Lane): number {
  const { day } = pot;
  if (day === null) return 0;
  const { limit, urgent } = limitsOf(pot, day);
  const ownMs = msUntilBelow(pot, urgentLanes.has(lane) ? limit : limit - urgent);
  const isAccountShort = day.used >= day.limit * restsAt[lane];
  return Math.max(ownMs, isAccountShort ? day.at + askAgainMs - pot.now() : 0, 0);
}

function usedOf(pot: Pot): number {
  // Whole stretches leave the day, at the end of one.
  const stretch = Math.floor(pot.now() / stretchMs);
  if (pot.sum?.stretch !== stretch)
    pot.sum = { stretch, used: countsOf(pot).reduce((sum, { calls }) => sum + calls, 0) };
  return pot.sum.used;
}

/** Those that count now, oldest first. A stretch that lies ahead is of a clock that was put back, and counts. */
function countsOf({ now, kept, fresh }: Pot): Spent[] {
  const counts = [...kept, ...fresh].map(([from, calls]) => ({ from, calls }));
  return counts.filter(({ from }) => from + countedMs > now()).sort((a, b) => a.from - b.from);
}

/** Ms until fewer than so many of ours count; 0: now. */
function msUntilBelow(pot: Pot, limit: number): number {
  let left = usedOf(pot);
  if (left < limit) return 0;
  let until = 0;
  for (const { from, calls } of countsOf(pot)) {
    if (left < limit) break;
    left -= calls;
    until = from + countedMs - pot.now();
  }
  return until;
}
