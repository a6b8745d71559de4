import type { Deps } from "../src/deps.ts";

export type ManualClock = Pick<Deps, "now" | "monotonic" | "setTimer"> & {
  /** Moves time and runs what comes due, in order; what a run begins is not awaited. */
  advance(ms: number): void;
  /** The process did not run for a while: all that came due meanwhile runs now, and finds that it is late. */
  standStill(ms: number): void;
  /** Moves the wall clock alone, as an operator or a time server does. */
  jumpWall(ms: number): void;
};

type Timer = { dueAt: number; run: () => void };

/** Time that stands still until a test moves it. */
export function createManualClock(start = "2026-11-20T10:00:00.000Z"): ManualClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let wallMs = Date.parse(start);

  function runUntil(until: number): void {
    for (let timer = next(until); timer; timer = next(until)) {
      timers.delete(timer);
      elapsedMs = Math.max(elapsedMs, timer.dueAt);
      timer.run();
    }
    elapsedMs = until;
  }

  function next(until: number): Timer | undefined {
    const due = [...timers].filter((timer) => timer.dueAt <= until);
    return due.sort((a, b) => a.dueAt - b.dueAt)[0];
  }

  return {
    now: () => new Date(wallMs + elapsedMs),
    monotonic: () => elapsedMs,
    setTimer(ms, run) {
      const timer = { dueAt: elapsedMs + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => runUntil(elapsedMs + ms),
    standStill(ms) {
      elapsedMs += ms;
      runUntil(elapsedMs);
    },
    jumpWall(ms) {
      wallMs += ms;
    },
  };
}
