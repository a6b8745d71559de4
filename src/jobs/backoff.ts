export type Backoff = {
  /** 1 after the first failure. */
  attempt: number;
  firstMs: number;
  maxMs: number;
  /** At random in [0, 1): two workers that failed together do not come back together. */
  chance: number;
};

/** How long to wait before the next try: doubling, never over `maxMs`, at least half of it certain. */
export function backoffMs({ attempt, firstMs, maxMs, chance }: Backoff): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** (Math.max(attempt, 1) - 1));
  return Math.round(ceilingMs * (0.5 + chance / 2));
}
