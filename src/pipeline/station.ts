import type { Lane, Permit, Throttle } from "../crm/throttle.ts";

/** What waits for the next call of one lane. The batch is formed when the call may go, never before. */
export type Station<T> = {
  push(items: readonly T[]): void;
  waiting(): number;
  /** True while anything waits or is being worked on. */
  busy(): boolean;
  /** Takes nothing new on; resolves when what was begun has ended. */
  drain(): Promise<void>;
};

export type StationOptions<T> = {
  throttle: Throttle;
  lane: Lane;
  maxBatch: number;
  /** Holds one token back for the write that follows (see throttle.ts). */
  reserveNext?: boolean;
  /** 1 goes first. */
  priorityOf: (item: T) => 1 | 2 | 3;
  /** The largest batch that an item may be part of, where that differs; only items that agree on it share one. */
  atMostOf?: (item: T) => number;
  /** Must give the permit back or spend it. What it throws ends in `onError`. */
  work: (items: readonly T[], permit: Permit) => Promise<void>;
  onError: (error: unknown, items: readonly T[]) => void;
};

/** A station of one connection: items wait by priority, first come first served within one. */
export function createStation<T>(options: StationOptions<T>): Station<T> {
  const { throttle, lane, maxBatch, atMostOf = () => maxBatch } = options;
  const queues: Record<1 | 2 | 3, T[]> = { 1: [], 2: [], 3: [] };
  const running = new Set<Promise<void>>();
  let asking = false;
  let draining = false;

  const waiting = () => queues[1].length + queues[2].length + queues[3].length;

  function takeBatch(): T[] {
    const batch: T[] = [];
    for (const priority of [1, 2, 3] as const) {
      const queue = queues[priority];
      const [next] = batch.length > 0 ? batch : queue;
      if (next === undefined) continue;
      const atMost = atMostOf(next);
      const alike = queue.slice(0, atMost - batch.length);
      const other = alike.findIndex((item) => atMostOf(item) !== atMost);
      batch.push(...queue.splice(0, other === -1 ? alike.length : other));
      if (queue.length > 0) break;
    }
    return batch;
  }

  function begin(permit: Permit): void {
    const items = takeBatch();
    if (items.length === 0) {
      permit.release();
      return;
    }
    const run: Promise<void> = options
      .work(items, permit)
      .catch((error: unknown) => options.onError(error, items))
      .finally(() => running.delete(run));
    running.add(run);
  }

  async function ask(): Promise<void> {
    asking = true;
    try {
      while (waiting() > 0 && !draining) {
        const isFull = () => waiting() >= maxBatch;
        begin(await throttle.take(lane, { isFull, ...(options.reserveNext ? { reserveNext: true } : {}) }));
      }
    } catch (error) {
      // A closed throttle: the workspace is stopping, and what waits here waits in the database too.
      if (!draining) options.onError(error, takeBatch());
    } finally {
      asking = false;
    }
  }

  return {
    push(items) {
      if (draining) return;
      for (const item of items) queues[options.priorityOf(item)].push(item);
      if (asking) throttle.recheck();
      else if (waiting() > 0) void ask();
    },
    waiting,
    busy: () => waiting() > 0 || running.size > 0,
    async drain() {
      draining = true;
      while (running.size > 0) await Promise.all(running);
    },
  };
}
