import type { Deps } from "../deps.ts";
import { inboxDepth } from "../store/inbox.ts";

/** How many events of a workspace wait, to within a second. One per app. */
export type InboxGauge = {
  /** True when so many more would not fit below the high-water mark. */
  wouldOverflow(workspaceId: string, more: number): Promise<boolean>;
  added(workspaceId: string, count: number): void;
};

type Reading = { at: number; depth: number; pending: Promise<void> | null };

export type GaugeOptions = Pick<Deps, "db" | "monotonic"> & { highWater: number; freshMs?: number };

/** Counts in the background while there is room; only who would be sent away waits for a fresh count. */
export function createInboxGauge(options: GaugeOptions): InboxGauge {
  const { db, monotonic, highWater, freshMs = 1_000 } = options;
  const readings = new Map<string, Reading>();

  async function count(workspaceId: string, reading: Reading): Promise<void> {
    try {
      reading.depth = await inboxDepth(db.query, workspaceId, highWater);
      reading.at = monotonic();
    } finally {
      reading.pending = null;
    }
  }

  function refresh(workspaceId: string, reading: Reading): Promise<void> {
    reading.pending ??= count(workspaceId, reading);
    return reading.pending;
  }

  return {
    async wouldOverflow(workspaceId, more) {
      const reading = readings.get(workspaceId) ?? { at: Number.NEGATIVE_INFINITY, depth: highWater, pending: null };
      readings.set(workspaceId, reading);
      const isStale = monotonic() - reading.at >= freshMs;
      const isFull = reading.depth + more > highWater;
      if (isStale && isFull) await refresh(workspaceId, reading);
      // Should it fail, the next who finds the gauge stale tries again.
      else if (isStale) refresh(workspaceId, reading).catch(() => readings.delete(workspaceId));
      return reading.depth + more > highWater;
    },
    added(workspaceId, count) {
      const reading = readings.get(workspaceId);
      if (reading) reading.depth += count;
    },
  };
}
