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

/** `at`: when it was meant to run, epoch ms of the demo's time; `armedFor`: when it will. */
type Timer = { at: number; ms: number; run: () => void; armedFor: number; cancel: () => void };

export function createDemoClock(options: { monotonic: () => number; startAt?: number }): DemoClock {
  const clock = createClock({ startAt: options.startAt ?? demoStartAt, speed: 1 });
  const { monotonic } = options;
  let speed = 1;
  let base = { at: monotonic(), realAt: monotonic() };
  const waiting = new Set<Timer>();
  const scaled = () => base.at + (monotonic() - base.realAt) * Math.min(speed, fastestMonotonic);

  const dueAt = ({ at, ms }: Timer) => Math.max(at, clock.now() + Math.min(ms, shortestRealMs) * speed);

  function arm(timer: Timer): void {
    timer.armedFor = dueAt(timer);
    timer.cancel = clock.at(timer.armedFor, () => {
      waiting.delete(timer);
      timer.run();
    });
  }

  return {
    sandbox: clock,
    app: {
      now: () => new Date(clock.now()),
      monotonic: scaled,
      setTimer(ms, run) {
        const timer: Timer = { at: clock.now() + ms, ms, run, armedFor: 0, cancel: () => undefined };
        waiting.add(timer);
        arm(timer);
        return () => {
          waiting.delete(timer);
          timer.cancel();
        };
      },
    },
    now: clock.now,
    setSpeed(next) {
      base = { at: scaled(), realAt: monotonic() };
      speed = next;
      clock.setSpeed(next);
      // What was put off on a faster clock would be late for ever on this one.
      for (const timer of waiting) {
        if (dueAt(timer) >= timer.armedFor) continue;
        timer.cancel();
        arm(timer);
      }
    },
    stop: clock.stop,
  };
}
