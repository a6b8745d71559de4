import type { Lane, Permit, Throttle } from "../crm/throttle.ts";
import { createLine, type LineOptions } from "./line.ts";

/** What waits for the next call of one lane. The batch is formed when the call may go, never before. */
export type Station<T> = {
  push(items: readonly T[]): void;
  waiting(): number;
  /** Items that are being worked on. */
  atWork(): number;
  /** True while anything waits or is being worked on. */
  busy(): boolean;
  /** There may be room for a batch that there was not before. */
  wake(): void;
  /** Takes nothing new on; resolves when what was begun has ended. */
  drain(): Promise<void>;
};

export type StationOptions<T> = LineOptions<T> & {
  throttle: Throttle;
  lane: Lane;
  maxBatch: number;
  /** Holds one token back for the write that follows (see throttle.ts). */
  reserveNext?: boolean;
  /** How many batches are worked on at once; default: as many as get a permit. */
  atOnce?: number;
  /** How many items may be begun with now; default: as many as there are. */
  room?: () => number;
  /** True: others are on their way here. A batch that is not full waits for them as long as another one is under way. */
  isMoreToCome?: () => boolean;
  /**
   * Must give the permit back or spend it. What it throws ends in `onError`. After `letNext` the next batch may begin, and have the
   * same keys, though this one is not through.
   */
  work: (items: readonly T[], permit: Permit, letNext: () => void) => Promise<void>;
  onError: (error: unknown, items: readonly T[]) => void;
};

/** A station of one connection: items wait by priority, first come first served within one. */
export function createStation<T>(options: StationOptions<T>): Station<T> {
  const { throttle, lane, maxBatch, atOnce = Number.POSITIVE_INFINITY, keysOf = () => [] } = options;
  const { room = () => Number.POSITIVE_INFINITY, atMostOf = () => maxBatch, isMoreToCome = () => false } = options;
  const line = createLine<T>({ ...options, atMostOf });
  const running = new Map<Promise<void>, readonly T[]>();
  const holds = createHolds(() => wake());
  let asking = false;
  let draining = false;

  const largest = () => Math.min(maxBatch, room());
  const isFull = () => line.countFree(largest(), holds.keys) >= largest();

  function mayBegin(): boolean {
    if (draining || holds.count() >= atOnce || line.length() === 0 || largest() <= 0) return false;
    return isFull() || (line.countFree(1, holds.keys) > 0 && (holds.count() === 0 || !isMoreToCome()));
  }

  function begin(permit: Permit): void {
    const items = line.take(largest(), holds.keys);
    if (items.length === 0) {
      permit.release();
      return;
    }
    const letNext = holds.hold(items.flatMap((item) => keysOf(item)));
    const run: Promise<void> = options
      .work(items, permit, letNext)
      .catch((error: unknown) => options.onError(error, items))
      .finally(() => {
        running.delete(run);
        letNext();
      });
    running.set(run, items);
  }

  async function ask(): Promise<void> {
    asking = true;
    try {
      while (mayBegin()) {
        begin(await throttle.take(lane, { isFull, ...(options.reserveNext ? { reserveNext: true } : {}) }));
      }
    } catch (error) {
      // A closed throttle: the workspace is stopping, and what waits here waits in the database too.
      if (!draining) options.onError(error, line.take(maxBatch, holds.keys));
    } finally {
      asking = false;
    }
  }

  function wake(): void {
    if (asking) throttle.recheck();
    else if (mayBegin()) void ask();
  }

  return {
    push(items) {
      if (draining) return;
      line.push(items);
      wake();
    },
    waiting: line.length,
    atWork: () => [...running.values()].reduce((sum, items) => sum + items.length, 0),
    busy: () => line.length() > 0 || running.size > 0,
    wake,
    async drain() {
      draining = true;
      while (running.size > 0) await Promise.all(running.keys());
    },
  };
}

/** Who is under way, and with which keys. */
function createHolds(onFree: () => void) {
  const keys = new Set<string>();
  let count = 0;
  return {
    keys,
    count: () => count,
    /** Until the answer is called. */
    hold(own: readonly string[]): () => void {
      let isHeld = true;
      count += 1;
      for (const key of own) keys.add(key);
      return () => {
        if (!isHeld) return;
        isHeld = false;
        count -= 1;
        for (const key of own) keys.delete(key);
        onFree();
      };
    },
  };
}
