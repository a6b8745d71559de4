import pRetry from "p-retry";
import { CrmError, type CrmErrorKind } from "../errors.ts";
import type { DayPot, DayState, DayUse } from "./day-pot.ts";
import { byLane, type Lane, lanes } from "./lanes.ts";
import {
  createTurns,
  freeTokens,
  type TakeOptions,
  type Turns,
  takeNext,
  type Waiter,
  wakeAt,
  windowOf,
} from "./turns.ts";
import type { Slot, Window } from "./window.ts";

export type { Lane } from "./lanes.ts";
export type { TakeOptions } from "./turns.ts";

/** What an answer tells of the limits: what is left of the window, and how much of its day the account has used. */
export type Told = { remaining?: number; day?: DayUse };

/** The right to make one call now. The first of `answered`, `refused`, `failed` and `release` settles it; later ones do nothing. */
export type Permit = {
  /** Call it right before the request is sent: it spends the token. */
  started(): void;
  /** Any answer but a refusal by the limit. */
  answered(told: Told): void;
  refused(told: { retryAfterMs?: number; day?: DayUse }): void;
  /** No answer came. */
  failed(): void;
  /** Safe in `finally`: an unused token goes back, a call that was sent counts as failed. */
  release(): void;
  /** Gives back the token that `reserveNext` holds. */
  releaseReserve(): void;
};

export type ThrottleState = {
  limit: number;
  free: number;
  used: number;
  guardMs: number;
  inFlight: number;
  reserved: number;
  pausedUntilMs: number | null;
  /** Null: the CRM tells of no limit for a day. */
  day: DayState | null;
  waiting: Record<Lane, number>;
};

export type Throttle = {
  /** Resolves when a token is free and the lane is next. Rejects with ThrottleClosed once the throttle is closed. */
  take(lane: Lane, options?: TakeOptions): Promise<Permit>;
  /** Call it when a waiter's `isFull` may have become true. */
  recheck(): void;
  /** Grants nothing before that moment (monotonic ms). */
  pause(untilMs: number): void;
  /** Waits before try number `attempt + 1`: as long as the CRM asked for, or a random part of a doubling time. */
  backoff(attempt: number, retryAfterMs?: number): Promise<void>;
  state(): ThrottleState;
  /** Monotonic milliseconds. */
  now(): number;
  /** Rejects all who wait, now and later. Calls in flight may still settle. */
  close(): void;
};

export class ThrottleClosed extends Error {
  override name = "ThrottleClosed";
  constructor() {
    super("No more CRM calls are made for this connection: its workspace was stopped or handed over.");
  }
}

/** What became of a call that was sent; refused: by the rate limit. */
export type CallResult = "answered" | "refused" | "failed";

export type ThrottleOptions = {
  window: Window;
  /** Without one, searches count in the main window. */
  searchWindow?: Window;
  /** The day that every call counts in besides. */
  pot?: DayPot;
  /** Calls in flight at once. */
  concurrency?: number;
  /** Monotonic milliseconds. */
  now: () => number;
  /** Runs once after so many milliseconds; the answer cancels it. */
  setTimer: (ms: number, run: () => void) => () => void;
  random?: () => number;
  /** Told of every call that was sent, once, when it ends. */
  onCall?: (lane: Lane, result: CallResult) => void;
};

type Caller = Waiter & { grant(permit: Permit): void; reject(error: Error): void };

type Desk = {
  readonly turns: Turns<Caller>;
  readonly concurrency: number;
  readonly now: () => number;
  readonly setTimer: ThrottleOptions["setTimer"];
  readonly onCall: NonNullable<ThrottleOptions["onCall"]>;
  /** Rejects each backoff that is being waited for. */
  readonly waits: Set<(error: Error) => void>;
  inFlight: number;
  pausedUntil: number;
  isClosed: boolean;
  cancelWakeUp: (() => void) | null;
};

/** One per connection: decides whose call is sent when a token is free, so that batches form at the last moment. */
export function createThrottle(options: ThrottleOptions): Throttle {
  const { window, searchWindow = window, concurrency = 10, now, setTimer, random = Math.random } = options;
  const { onCall = () => undefined, pot = null } = options;
  const turns = createTurns<Caller>({ window, searchWindow, pot });
  const waits: Desk["waits"] = new Set();
  const fixed = { turns, concurrency, now, setTimer, onCall, waits };
  const desk: Desk = {
    ...fixed,
    inFlight: 0,
    pausedUntil: Number.NEGATIVE_INFINITY,
    isClosed: false,
    cancelWakeUp: null,
  };

  return {
    take(lane, takeOptions = {}) {
      if (desk.isClosed) return Promise.reject(new ThrottleClosed());
      return new Promise((grant, reject) => {
        turns.queues[lane].push({ lane, since: now(), options: takeOptions, grant, reject });
        pump(desk);
      });
    },
    recheck: () => pump(desk),
    pause(untilMs) {
      desk.pausedUntil = Math.max(desk.pausedUntil, untilMs);
      pump(desk);
    },
    backoff: (attempt, retryAfterMs) => wait(desk, backoffMs(attempt, random(), retryAfterMs)),
    state: () => describe(desk),
    now,
    close: () => close(desk),
  };
}

/** Grants what may be granted now, and arranges to be called when time alone allows more. */
function pump(desk: Desk): void {
  const at = desk.now();
  const mayGrant = () => !desk.isClosed && at >= desk.pausedUntil && desk.inFlight < desk.concurrency;
  for (let caller = mayGrant() ? takeNext(desk.turns, at) : null; caller; ) {
    caller.grant(permitFor(desk, caller));
    caller = mayGrant() ? takeNext(desk.turns, at) : null;
  }
  desk.cancelWakeUp?.();
  desk.cancelWakeUp = null;
  const isIdle = lanes.every((lane) => desk.turns.queues[lane].length === 0);
  // A full desk is woken by the next answer.
  if (isIdle || desk.isClosed || desk.inFlight >= desk.concurrency) return;
  const wake = at < desk.pausedUntil ? desk.pausedUntil : wakeAt(desk.turns, at);
  // Whole milliseconds, as timers have: one that fires a fraction too early would be set again and again.
  if (wake !== Number.POSITIVE_INFINITY) desk.cancelWakeUp = desk.setTimer(Math.ceil(wake - at), () => pump(desk));
}

function permitFor(desk: Desk, { lane, options: { reserveNext } }: Caller): Permit {
  const { turns, now } = desk;
  const window = windowOf(turns, lane);
  let slot: Slot | null = null;
  let isSettled = false;
  let holdsReserve = reserveNext === true && window === turns.window;
  const putBack = turns.pot?.take();
  desk.inFlight += 1;
  hold(turns, window, 1);
  if (holdsReserve) turns.reserved += 1;

  const settle = (result: CallResult, note: (sent: Slot, at: number) => void) => {
    if (isSettled) return;
    isSettled = true;
    desk.inFlight -= 1;
    if (slot === null) {
      hold(turns, window, -1);
      putBack?.();
    } else {
      note(slot, now());
      desk.onCall(lane, result);
    }
    pump(desk);
  };
  return {
    started() {
      if (slot !== null || isSettled) throw new Error(`This ${lane} permit was used before: take one for every call.`);
      hold(turns, window, -1);
      slot = window.spend(now());
    },
    answered({ remaining, day }) {
      if (day !== undefined) turns.pot?.told(day);
      settle("answered", (sent, at) => window.answered(sent, at, remaining));
    },
    refused({ retryAfterMs, day }) {
      if (day !== undefined) turns.pot?.told(day);
      settle("refused", (sent, at) => window.refused(sent, at, retryAfterMs));
    },
    failed: () => settle("failed", (sent, at) => window.failed(sent, at)),
    release: () => settle("failed", (sent, at) => window.failed(sent, at)),
    releaseReserve() {
      if (!holdsReserve) return;
      holdsReserve = false;
      turns.reserved -= 1;
      pump(desk);
    },
  };
}

function hold(turns: Turns<Caller>, window: Window, tokens: number): void {
  turns.held.set(window, (turns.held.get(window) ?? 0) + tokens);
}

function wait(desk: Desk, ms: number): Promise<void> {
  if (desk.isClosed) return Promise.reject(new ThrottleClosed());
  return new Promise((resolve, reject) => {
    const cancel = desk.setTimer(ms, () => {
      desk.waits.delete(stop);
      resolve();
    });
    const stop = (error: Error) => {
      cancel();
      reject(error);
    };
    desk.waits.add(stop);
  });
}

function describe({ turns, now, inFlight, pausedUntil }: Desk): ThrottleState {
  const at = now();
  const { window, queues, reserved, pot } = turns;
  return {
    limit: window.limit,
    free: Math.max(0, freeTokens(turns, window, at)),
    used: window.used(at),
    guardMs: window.guardMs(at),
    inFlight,
    reserved,
    pausedUntilMs: at < pausedUntil ? pausedUntil : null,
    day: pot?.state() ?? null,
    waiting: byLane((lane) => queues[lane].length),
  };
}

function close(desk: Desk): void {
  desk.isClosed = true;
  desk.cancelWakeUp?.();
  const error = new ThrottleClosed();
  for (const lane of lanes) for (const caller of desk.turns.queues[lane].splice(0)) caller.reject(error);
  for (const stop of desk.waits) stop(error);
  desk.waits.clear();
}

/** Full jitter over a doubling time; a wait that the CRM asked for is never cut short, and spread a little. */
function backoffMs(attempt: number, chance: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) return retryAfterMs + chance * 250;
  return chance * Math.min(8_000, 500 * 2 ** attempt);
}

/** Longer waits than this are the work row's. */
const longestShortWaitMs = 15_000;
/** As long as a record stays locked, where the CRM says nothing else (reliability.md §2). */
const lockMs = 2_000;
/** Kinds that prove that nothing was done. A write whose fate is open is `unknown-outcome` and never sent again from here. */
const retriedHere: readonly CrmErrorKind[] = ["rate-limited", "locked", "unavailable"];
/** A refusal by the limit is waited for a whole window, and a lead may get another owner meanwhile: it is read again first. */
const isReadAgain = (lane: Lane, { kind }: CrmError) => lane === "owner-write" && kind === "rate-limited";
/** Kinds that stop every call of the connection, not this one alone. */
const pausing: readonly CrmErrorKind[] = ["quota", "migrating"];

/** What `send` tells of an answer besides its content. */
export type Report = (told: Told) => void;

/**
 * One CRM call with the short retry: at most three tries, each with a permit of its own (the first may be handed in).
 * `send` throws CrmErrors only; it reports what an answer says about the limit, before it throws too.
 */
export function call<T>(
  throttle: Throttle,
  turn: { lane: Lane; permit?: Permit | null },
  send: (report: Report) => Promise<T>,
): Promise<T> {
  return pRetry(
    async (attempt) => {
      const permit = (attempt === 1 && turn.permit) || (await throttle.take(turn.lane));
      return attemptOnce(throttle, permit, send);
    },
    {
      retries: 2,
      // The waiting is ours, so that it runs on the injected clock.
      minTimeout: 0,
      async shouldRetry({ error, attemptNumber }) {
        const waitMs = shortWaitMs(turn.lane, error);
        if (waitMs === null) return false;
        if (waitMs !== "window") await throttle.backoff(attemptNumber, waitMs);
        return true;
      },
    },
  );
}

async function attemptOnce<T>(throttle: Throttle, permit: Permit, send: (report: Report) => Promise<T>): Promise<T> {
  let reported: Told | null = null;
  const report: Report = (told) => {
    reported = told;
  };
  try {
    permit.started();
    const result = await send(report);
    permit.answered(reported ?? {});
    return result;
  } catch (error) {
    if (error instanceof CrmError) settleFailure(throttle, permit, { error, reported });
    throw error;
  } finally {
    permit.release();
  }
}

function settleFailure(
  throttle: Throttle,
  permit: Permit,
  { error, reported }: { error: CrmError; reported: Told | null },
): void {
  const { kind, retryAfterMs, status } = error;
  if (pausing.includes(kind)) throttle.pause(throttle.now() + (retryAfterMs ?? longestShortWaitMs));
  const day = reported?.day === undefined ? {} : { day: reported.day };
  if (kind === "rate-limited") permit.refused({ ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...day });
  else if (reported !== null || status !== undefined) permit.answered(reported ?? {});
  else permit.failed();
}

/** How long to wait before the next try; "window" when the window itself holds it back; null for no other try. */
function shortWaitMs(lane: Lane, error: Error): number | undefined | "window" | null {
  if (!(error instanceof CrmError) || !retriedHere.includes(error.kind) || isReadAgain(lane, error)) return null;
  if (error.retryAfterMs !== undefined && error.retryAfterMs > longestShortWaitMs) return null;
  if (error.kind === "rate-limited") return "window";
  return error.kind === "locked" ? (error.retryAfterMs ?? lockMs) : error.retryAfterMs;
}
