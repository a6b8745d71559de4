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
 * In a thread of its own. A process that was stopped as a whole, a machine that slept or is overloaded, a disk that makes
 * everybody wait: all that is no loop, so what counts is the processor time that goes by without a tick, and no clock.
 */
function watch({ ticks, stuckMs, stepMs, print }: Watch): void {
  const count = new Int32Array(ticks);
  let seen = { count: Atomics.load(count, 0), burntMs: burntMs(), looks: 0 };
  setInterval(() => {
    const now = Atomics.load(count, 0);
    seen = now === seen.count ? { ...seen, looks: seen.looks + 1 } : { count: now, burntMs: burntMs(), looks: 0 };
    if (seen.looks <= looks || burntMs() - seen.burntMs <= stuckMs) return;
    createLog(print).error({ ms: stuckMs, because: "main-thread-stuck" }, "nothing moves any more: ending the process");
    // The main thread hears no other signal.
    process.kill(process.pid, "SIGKILL");
  }, stepMs);
}

/** By all threads of the process; a loop keeps but one of them busy, hence the looks. */
function burntMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function isWatch(data: unknown): data is Watch {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === kind;
}

if (!isMainThread && isWatch(workerData)) watch(workerData);
