import type { Clock } from "../clock.ts";

/** What the org takes in so long a time, rolling: of calls in 24 hours (salesforce.md §3.1). */
export type ApiLimits = {
  /** Changeable; an Enterprise org's by default. */
  daily: number;
  used(): number;
  /** Counts a call; false when the pot is empty, and then it is not counted. */
  take(): boolean;
  /** Other apps took so many just now. */
  spend(calls: number): void;
  reset(): void;
};

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** By default of an Enterprise org's calls; each minute counts as one. */
export function createApiLimits(clock: Clock, { windowMs = dayMs, most = 100_000 } = {}): ApiLimits {
  /** Calls by minute, oldest first. */
  let minutes: { at: number; calls: number }[] = [];
  let total = 0;

  function forget(): void {
    const oldest = clock.now() - windowMs;
    while (minutes[0] !== undefined && minutes[0].at <= oldest) total -= minutes.shift()?.calls ?? 0;
  }

  function spend(calls: number): void {
    const at = Math.floor(clock.now() / minuteMs) * minuteMs;
    const last = minutes.at(-1);
    if (last?.at === at) last.calls += calls;
    else minutes.push({ at, calls });
    total += calls;
  }

  const limits: ApiLimits = {
    daily: most,
    used() {
      forget();
      return total;
    },
    take() {
      if (limits.used() >= limits.daily) return false;
      spend(1);
      return true;
    },
    spend,
    reset() {
      minutes = [];
      total = 0;
    },
  };
  return limits;
}
