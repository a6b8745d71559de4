import { setImmediate } from "node:timers/promises";

/** Waits until `isTrue` is, letting everything else run in between; fails after twenty seconds. */
export async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) throw new Error(`did not become true: ${isTrue.toString()}`);
    await setImmediate();
  }
}
