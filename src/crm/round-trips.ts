/** How long calls took lately, and what follows for where a request may be. All times are monotonic milliseconds. */
export type RoundTrips = {
  add(sentAt: number, answeredAt: number): void;
  /** A refusal proved the bounds too narrow: both widen at once and come back over ten minutes. */
  alarm(now: number): void;
  /** No request's way out is taken to vary by more, unless its whole trip was slow. */
  jitterMs(): number;
  /** A trip that took longer may have lost all of it on the way out (a connection made anew, a packet sent twice). */
  slowMs(): number;
  /** No round trip is taken to be quicker. */
  leastMs(): number;
  /** How long a call takes as a rule; 0 before the first answer. */
  typicalMs(): number;
  /** What both bounds are widened by since the last alarm. */
  cautionMs(now: number): number;
};

type Bounds = { leastMs: number; jitterMs: number; slowMs: number; typicalMs: number };
type Minute = { startedAt: number; least: number; most: number; sum: number; count: number };

const minuteMs = 60_000;
const memoryMs = 10 * minuteMs;
const enoughTrips = 100;

/** Remembers the quickest and slowest round trip of each of the last ten minutes. */
export function createRoundTrips(minGuardMs: number, windowMs: number): RoundTrips {
  let minutes: Minute[] = [];
  let caution = { ms: 0, at: 0 };
  // Every question about a slot asks for the bounds, and only an answer moves them.
  let bounds: Bounds = { leastMs: 0, jitterMs: minGuardMs, slowMs: 0, typicalMs: 0 };

  const cautionMs = (now: number) => {
    const ageMs = now - caution.at;
    return caution.ms === 0 || ageMs >= memoryMs ? 0 : caution.ms * (1 - ageMs / memoryMs);
  };

  return {
    add(sentAt, answeredAt) {
      const tripMs = answeredAt - sentAt;
      const last = minutes.at(-1);
      if (last === undefined || answeredAt - last.startedAt >= minuteMs) {
        minutes = minutes.filter((minute) => answeredAt - minute.startedAt < memoryMs);
        minutes.push({ startedAt: answeredAt, least: tripMs, most: tripMs, sum: tripMs, count: 1 });
      } else {
        last.least = Math.min(last.least, tripMs);
        last.most = Math.max(last.most, tripMs);
        last.sum += tripMs;
        last.count += 1;
      }
      bounds = boundsOf(minutes, minGuardMs);
    },
    alarm(now) {
      // Never more than a tenth of the window: refusals that are not our fault must not starve us.
      caution = { ms: Math.min(windowMs / 10, cautionMs(now) + bounds.jitterMs), at: now };
    },
    jitterMs: () => bounds.jitterMs,
    slowMs: () => bounds.slowMs,
    leastMs: () => bounds.leastMs,
    typicalMs: () => bounds.typicalMs,
    cautionMs,
  };
}

/**
 * Half of what round trips vary by is one way's part. The extremes seen are narrower than the possible ones, the more so the
 * fewer were seen: by about n^(-1/3) of the spread where three random parts (two ways and the work) add up. Without that
 * reserve, worlds of random delays saw refusals after some hundred calls (test/crm/throttle-laws.test.ts).
 */
function boundsOf(minutes: readonly Minute[], minGuardMs: number): Bounds {
  const count = minutes.reduce((sum, minute) => sum + minute.count, 0);
  const least = Math.min(...minutes.map((minute) => minute.least));
  const spread = Math.max(...minutes.map((minute) => minute.most)) - least;
  const unseen = count ** (-1 / 3);
  const jitterMs = Math.max(minGuardMs, spread * (0.5 + 0.3 * unseen));
  const typicalMs = minutes.reduce((sum, minute) => sum + minute.sum, 0) / count;
  // So few prove nothing: every call counts from its answer.
  if (count < enoughTrips) return { leastMs: 0, jitterMs, slowMs: 0, typicalMs };
  return { typicalMs, leastMs: Math.max(0, least - spread * 0.85 * unseen), jitterMs, slowMs: least + spread * 0.95 };
}
