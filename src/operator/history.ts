import type { Sample } from "./worry.ts";

/** What counters stood at in the last quarter of an hour, so that a page can tell what they gained. */
export type History = {
  note(samples: readonly Sample[], atMs: number): void;
  /** As they were so many minutes before; of a process that is younger, as they were at its start: nothing. */
  ago(minutes: number, nowMs: number): readonly Sample[];
};

const keptMs = 16 * 60_000;

export function createHistory(): History {
  const kept: { atMs: number; samples: readonly Sample[] }[] = [];
  return {
    note(samples, atMs) {
      kept.push({ atMs, samples });
      while (kept[0] !== undefined && atMs - kept[0].atMs > keptMs) kept.shift();
    },
    ago: (minutes, nowMs) => kept.findLast(({ atMs }) => atMs <= nowMs - minutes * 60_000)?.samples ?? [],
  };
}
