import { isMainThread, Worker, workerData } from "node:worker_threads";
import { createLog, type Logger, type LogOptions } from "./log.ts";

/**
 * Ends the process when its main thread has been stuck for longer than a lease: an endless loop answers nobody and
 * works for nobody, yet looks alive to whoever starts it again. Ended, it is a death like any other, and what caused
 * it is counted (reliability.md §3.11).
 */
export type Watchdog = { stop(): Promise<void> };

/** `print`: how the thread logs, which reaches no logger of the main one. */
type Options = { stuckMs: number; log: Logger; print: Pick<LogOptions, "level" | "pretty"> };

type Watch = Pick<Options, "stuckMs" | "print"> & { kind: typeof kind; ticks: SharedArrayBuffer; stepMs: number };

const kind = "baton watchdog";

/** Ticks of the main thread during one look of the watching one. */
const ticksPerLook = 4;
const looks = 20;

export function startWatchdog({ stuckMs, log, print }: Options): Watchdog {
  const ticks = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const stepMs = stuckMs / looks;
  const watch: Watch = { kind, ticks, stuckMs, stepMs, print };
  const count = new Int32Array(ticks);
  const ticking = setInterval(() => Atomics.add(count, 0, 1), stepMs / ticksPerLook);
  const thread = new Worker(new URL(import.meta.url), { workerData: watch });
  thread.on("error", (error) => log.error({ error }, "the watchdog ended: an endless loop would go unnoticed"));
  // Neither keeps a process up that has nothing else to do.
  ticking.unref();
  thread.unref();
  return {
    async stop() {
      clearInterval(ticking);
      await thread.terminate();
    },
  };
}

/**
 * In a thread of its own. Time is counted in its own looks, not read from a clock: a process that was stopped as a whole
 * and goes on, or a machine that slept, has missed looks as well as ticks.
 */
function watch({ ticks, stuckMs, stepMs, print }: Watch): void {
  const count = new Int32Array(ticks);
  let seen = Atomics.load(count, 0);
  let missed = 0;
  setInterval(() => {
    const now = Atomics.load(count, 0);
    missed = now === seen ? missed + 1 : 0;
    seen = now;
    if (missed <= looks) return;
    createLog(print).error({ ms: stuckMs, because: "main-thread-stuck" }, "nothing moves any more: ending the process");
    // The main thread hears no other signal.
    process.kill(process.pid, "SIGKILL");
  }, stepMs);
}

function isWatch(data: unknown): data is Watch {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === kind;
}

if (!isMainThread && isWatch(workerData)) watch(workerData);
