import type { Deps } from "../deps.ts";
import { type Repeating, repeat } from "./repeat.ts";

/** This process's memory, as main.ts knows it. */
export type ProcessMemory = {
  /** What the operating system counts. */
  bytes(): number;
  /** How busy the process was since the last time this was asked, 0 to 1. */
  busyShare(): number;
  /** Collects what is no longer used and gives it back to the operating system; nothing else runs meanwhile. */
  giveBack(): void;
};

export type GiveBackOptions = Pick<Deps, "setTimer" | "log"> & { memory: ProcessMemory };

const everyMs = 5_000;
const calmShare = 0.1;
const calmLooks = 4;
/** Below this it is not worth the pause. */
const growth = 1.25;
/** It pauses the process for some 50 ms: one that grows by every little work it does must not pause all the time. */
const looksBetween = 12;

/**
 * What a flood took is given back when it is over: by itself the runtime keeps the room that it once needed, and one
 * night's import would be paid for until the next restart. Once the process has been calm for twenty seconds, once a
 * minute at most, and only when it has grown by a quarter since the last time: one that needs its memory is left alone.
 */
export function giveBackMemory({ memory, setTimer, log }: GiveBackOptions): Repeating {
  let restBytes = memory.bytes();
  let calm = 0;
  let looks = looksBetween;

  async function look(): Promise<void> {
    calm = memory.busyShare() < calmShare ? calm + 1 : 0;
    looks += 1;
    restBytes = Math.min(restBytes, memory.bytes());
    if (calm < calmLooks || looks < looksBetween || memory.bytes() < growth * restBytes) return;
    memory.giveBack();
    restBytes = memory.bytes();
    looks = 0;
  }

  const onError = (error: unknown) => log.error({ error }, "memory could not be given back");
  return repeat({ everyMs, setTimer, run: look, onError, waitFirst: true });
}
