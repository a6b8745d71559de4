import type { DayPot } from "./day-pot.ts";
import { byLane, type Lane, lanes } from "./lanes.ts";
import type { Window } from "./window.ts";

export type TakeOptions = {
  /** Holds one token more, for the owner write that follows; only owner writes may use it before `releaseReserve`. */
  reserveNext?: true;
  /** Whether a whole batch waits. One that is not full is paced while tokens are short. */
  isFull?: () => boolean;
};

export type Waiter = { lane: Lane; since: number; options: TakeOptions };

/** Who waits for which window, and what is promised of it. */
export type Turns<W extends Waiter> = {
  window: Window;
  searchWindow: Window;
  /** The day that all calls count in besides; null: there is none. */
  pot: DayPot | null;
  queues: Record<Lane, W[]>;
  /** When each lane last sent a batch that was not full. */
  partialAt: Record<Lane, number>;
  /** Permits that are out and not yet sent: they hold a token each. */
  held: Map<Window, number>;
  /** Tokens kept back for owner writes. */
  reserved: number;
  /** When a lane was last preferred because it had waited long. */
  patienceEndedAt: number;
};

/** The share of the window that background lanes leave to live ones. */
const liveShare = 0.1;
/** A lane that waits longer than this many windows gets one token in ten, so that strict priority starves nobody. */
const patienceWindows = 6;

export function createTurns<W extends Waiter>(limits: Pick<Turns<W>, "window" | "searchWindow" | "pot">): Turns<W> {
  const never = Number.NEGATIVE_INFINITY;
  return {
    ...limits,
    queues: byLane((): W[] => []),
    partialAt: byLane(() => never),
    held: new Map(),
    reserved: 0,
    patienceEndedAt: never,
  };
}

/** Takes the waiter whose turn it is out of its queue, when the tokens suffice for it. */
export function takeNext<W extends Waiter>(turns: Turns<W>, at: number): W | null {
  const waiter = patientWaiter(turns, at) ?? urgentWaiter(turns, at);
  if (waiter === null) return null;
  if (!isFull(waiter)) turns.partialAt[waiter.lane] = at;
  const queue = turns.queues[waiter.lane];
  queue.splice(queue.indexOf(waiter), 1);
  return waiter;
}

/** When `takeNext` may give more than now though no call settles; Infinity when nobody waits for time. */
export function wakeAt<W extends Waiter>(turns: Turns<W>, at: number): number {
  const moments = lanes.flatMap((lane) => {
    const queue = turns.queues[lane];
    if (queue.length === 0) return [];
    const restMs = restMsOf(turns, lane);
    if (restMs > 0) return [at + restMs];
    const freeAt = windowOf(turns, lane).nextFreeAt(at);
    return queue.some(isFull) ? [freeAt] : [freeAt, paceEndsAt(turns, lane, at)];
  });
  return Math.min(...moments.filter((moment) => moment > at));
}

export function windowOf(turns: Turns<Waiter>, lane: Lane): Window {
  return lane === "search" ? turns.searchWindow : turns.window;
}

/** How long the day's calls leave none for a lane. */
const restMsOf = ({ pot }: Turns<Waiter>, lane: Lane): number => pot?.waitMs(lane) ?? 0;

function isFull({ options }: Waiter): boolean {
  return options.isFull === undefined || options.isFull();
}

/** Tokens of a window that no permit holds. */
export function freeTokens(turns: Turns<Waiter>, window: Window, at: number): number {
  return window.free(at) - (turns.held.get(window) ?? 0);
}

/** Strict order: a waiter for whom the tokens do not suffice blocks everyone below it in the same window. */
function urgentWaiter<W extends Waiter>(turns: Turns<W>, at: number): W | null {
  const blocked = new Set<Window>();
  for (const lane of lanes) {
    const window = windowOf(turns, lane);
    if (blocked.has(window)) continue;
    const waiter = readyWaiter(turns, lane, at);
    if (waiter === undefined) continue;
    if (suffices(turns, waiter, at)) return waiter;
    blocked.add(window);
  }
  return null;
}

/**
 * A read whose owner write follows goes when its own token is free and the write's will be by the time of its answer:
 * waiting for both would leave every token unused for as long as a read takes.
 */
function suffices(turns: Turns<Waiter>, waiter: Waiter, at: number): boolean {
  const window = windowOf(turns, waiter.lane);
  const free = freeTokens(turns, window, at);
  const needed = tokensNeeded(turns, waiter, { isPatient: false });
  if (free >= needed) return true;
  if (!waiter.options.reserveNext || free < 1) return false;
  return window.freeByAnswer(at) - (turns.held.get(window) ?? 0) >= needed;
}

function patientWaiter<W extends Waiter>(turns: Turns<W>, at: number): W | null {
  const { window, queues } = turns;
  if (at < turns.patienceEndedAt + (10 * window.windowMs) / window.limit) return null;
  const mayGo = lanes.filter((lane) => queues[lane].length > 0 && restMsOf(turns, lane) === 0);
  const oldest = mayGo.flatMap((lane) => queues[lane].slice(0, 1)).sort((a, b) => a.since - b.since)[0];
  if (oldest === undefined || at - oldest.since <= patienceWindows * window.windowMs) return null;
  const needed = tokensNeeded(turns, oldest, { isPatient: true });
  if (freeTokens(turns, windowOf(turns, oldest.lane), at) < needed) return null;
  turns.patienceEndedAt = at;
  return oldest;
}

function readyWaiter<W extends Waiter>(turns: Turns<W>, lane: Lane, at: number): W | undefined {
  const queue = turns.queues[lane];
  if (queue.length === 0 || restMsOf(turns, lane) > 0) return undefined;
  return queue.find(isFull) ?? (paceEndsAt(turns, lane, at) <= at ? queue[0] : undefined);
}

function tokensNeeded(turns: Turns<Waiter>, waiter: Waiter, { isPatient }: { isPatient: boolean }): number {
  const { lane, options } = waiter;
  if (lane === "owner-write" || windowOf(turns, lane) !== turns.window) return 1;
  // A fresh window has one token only, and any call may be the one that asks.
  if (!turns.window.isKnown()) return 1;
  const isBackground = lane === "sync" || lane === "backfill";
  const headroom = isBackground && !isPatient ? Math.ceil(turns.window.limit * liveShare) : 0;
  return turns.reserved + headroom + (options.reserveNext ? 2 : 1);
}

/**
 * A batch that is not full goes at once while half of the window is free, so that a single lead never waits; beyond that at a
 * pace that the three calls of a lead (read, owner, task) can keep up for ever.
 */
function paceEndsAt(turns: Turns<Waiter>, lane: Lane, at: number): number {
  const window = windowOf(turns, lane);
  const used = window.used(at) + (turns.held.get(window) ?? 0);
  if (used <= window.limit / 2) return at;
  return turns.partialAt[lane] + (3 * (window.windowMs + window.guardMs(at))) / window.limit;
}
