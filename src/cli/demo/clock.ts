import type { Clock as AppClock } from "../../create-deps.ts";
import type { Clock as SandboxClock } from "../../sandbox/clock.ts";
import { createClock } from "../../sandbox/create-clock.ts";

/** A Tuesday at 15:00 in Berlin, 14:00 in London and 9:00 in New York: everybody but the west coast is at work. */
export const demoStartAt = Date.parse("2026-11-17T14:00:00Z");

/**
 * One time for Baton and the sandbox, so that signatures, tokens, shifts and limits agree, and a seed gives the same
 * demo at any hour. It can run faster than real time.
 */
export type DemoClock = {
  sandbox: SandboxClock;
  app: AppClock;
  /** Epoch ms of the demo's time. */
  now(): number;
  /** Demo seconds per real second. */
  setSpeed(speed: number): void;
  stop(): void;
};

/**
 * Rate windows and round trips run at most so many times as fast as real time: enough for calls to be no bottleneck
 * while hours fly by, and what was read a call ago still counts as fresh.
 */
const fastestMonotonic = 20;

/** At high speed a poll of every second would leave no time for work: this much real time passes between two of them. */
const shortestRealMs = 50;

export function createDemoClock(options: { monotonic: () => number; startAt?: number }): DemoClock {
  const clock = createClock({ startAt: options.startAt ?? demoStartAt, speed: 1 });
  const { monotonic } = options;
  let speed = 1;
  let base = { at: monotonic(), realAt: monotonic() };
  const scaled = () => base.at + (monotonic() - base.realAt) * Math.min(speed, fastestMonotonic);
  return {
    sandbox: clock,
    app: {
      now: () => new Date(clock.now()),
      monotonic: scaled,
      setTimer: (ms, run) => clock.at(clock.now() + Math.max(ms, Math.min(ms, shortestRealMs) * speed), run),
    },
    now: clock.now,
    setSpeed(next) {
      base = { at: scaled(), realAt: monotonic() };
      speed = next;
      clock.setSpeed(next);
    },
    stop: clock.stop,
  };
}
