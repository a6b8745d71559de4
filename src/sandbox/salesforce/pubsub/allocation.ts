import type { Clock } from "../../clock.ts";

/** Events delivered to the org's subscribers together: each that an event goes to counts it once more (salesforce.md §1.2). */
export type Allocation = {
  /** In the last 24 hours. */
  used(): number;
  use(count: number): void;
};

const dayMs = 86_400_000;

/** Counts on the sandbox's clock. */
export function createAllocation(clock: Clock): Allocation {
  const deliveries: { at: number; count: number }[] = [];
  let sum = 0;

  function forgetOld(): void {
    while (deliveries[0] && deliveries[0].at <= clock.now() - dayMs) sum -= deliveries.shift()?.count ?? 0;
  }

  return {
    used() {
      forgetOld();
      return sum;
    },
    use(count) {
      sum += count;
      const last = deliveries.at(-1);
      if (last?.at === clock.now()) last.count += count;
      else deliveries.push({ at: clock.now(), count });
    },
  };
}
