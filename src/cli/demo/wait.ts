import type { Cli } from "../cli.ts";

export type Wait = { clock: Cli["clock"]; signal: AbortSignal };

/** What ended a wait: the condition held, its time was up, or the demo was asked to stop. */
export type Waited = "met" | "timeout" | "stopped";

const lookEveryMs = 20;

/** Looks again and again, in real time, until the condition holds. */
export async function waitUntil(
  wait: Wait,
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = lookEveryMs,
): Promise<Waited> {
  const { clock, signal } = wait;
  const startedAt = clock.monotonic();
  for (;;) {
    if (signal.aborted) return "stopped";
    if (await condition()) return "met";
    if (clock.monotonic() - startedAt > timeoutMs) return "timeout";
    await new Promise<void>((resolve) => clock.setTimer(everyMs, resolve));
  }
}

/** Lets real time pass; false when the demo was asked to stop meanwhile. */
export async function pause(wait: Wait, ms: number): Promise<boolean> {
  return (await waitUntil(wait, () => false, ms)) !== "stopped";
}
