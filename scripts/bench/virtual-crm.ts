import type { VirtualTime } from "./virtual-time.ts";

export type Answer = { isAccepted: boolean; remaining: number };

/** A far side with an exact rolling limit, which counts a call when it arrives and refuses without counting. */
export type VirtualCrm = {
  send(): Promise<Answer>;
  /** When each accepted call arrived. */
  readonly arrivals: readonly number[];
  readonly refusals: readonly number[];
};

export function createVirtualCrm(options: {
  time: VirtualTime;
  limit: number;
  windowMs: number;
  /** Each way takes up to this long. */
  jitterMs: number;
  processingMs: readonly [number, number];
  random: () => number;
  /** Calls of others that are already in the window at the beginning. */
  spentBefore?: number;
}): VirtualCrm {
  const { time, limit, windowMs, jitterMs, random, spentBefore = 0 } = options;
  const [leastMs, mostMs] = options.processingMs;
  const arrivals: number[] = [];
  const refusals: number[] = [];

  function arrive(): Answer {
    const oldest = time.now() - windowMs;
    const foreign = oldest < 0 ? spentBefore : 0;
    const counted = foreign + countFrom(arrivals, oldest);
    const isAccepted = counted < limit;
    (isAccepted ? arrivals : refusals).push(time.now());
    return { isAccepted, remaining: Math.max(0, limit - counted - (isAccepted ? 1 : 0)) };
  }

  return {
    arrivals,
    refusals,
    async send() {
      await time.wait(random() * jitterMs);
      const answer = arrive();
      await time.wait(leastMs + random() * (mostMs - leastMs) + random() * jitterMs);
      return answer;
    },
  };
}

/** A slot is free again exactly one window after it was taken. */
function countFrom(arrivals: readonly number[], oldest: number): number {
  let count = 0;
  for (let index = arrivals.length - 1; index >= 0 && (arrivals[index] ?? 0) > oldest; index -= 1) count += 1;
  return count;
}
