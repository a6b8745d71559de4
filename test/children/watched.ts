import { silentLog } from "../../src/log.ts";
import { startWatchdog } from "../../src/watchdog.ts";

/**
 * `node watched.ts HOW STUCK_MS`: watched, it says "up" and then loops for ever, is busy in pieces that are each shorter
 * than it takes, blocks without doing anything, waits, or has nothing to do.
 */
const [, , how = "", stuckMs = ""] = process.argv;
startWatchdog({ stuckMs: Number(stuckMs), log: silentLog, print: { level: "error", pretty: false } });

const block = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

const acts: Readonly<Record<string, () => void>> = {
  loops: () => setTimeout(() => block(Number.POSITIVE_INFINITY), 10),
  "is busy": () => setInterval(() => block(Number(stuckMs) / 2), 10),
  blocks: () => setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * Number(stuckMs)), 10),
  waits: () => setInterval(() => undefined, 60_000),
  "has nothing to do": () => undefined,
};
acts[how]?.();
if (how === "blocks") setInterval(() => undefined, 60_000);
process.on("SIGUSR2", () => process.stdout.write("alive\n"));
process.stdout.write("up\n");
