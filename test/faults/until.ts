/** Lets real time pass, for real processes. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for a condition, at most so long; answers how many ms that took. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { withinMs = 60_000, everyMs = 20 } = {},
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > withinMs) throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}.`);
    await pause(everyMs);
  }
  return performance.now() - startedAt;
}
