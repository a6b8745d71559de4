/** What waits at a station: by priority, first come first served within one. */
export type Line<T> = {
  push(items: readonly T[]): void;
  length(): number;
  /** How many may go beside what has these keys; counted up to `most`. */
  countFree(most: number, busy: ReadonlySet<string>): number;
  /** Takes out the next batch of at most so many, of which none has one of these keys. */
  take(most: number, busy: ReadonlySet<string>): T[];
};

export type LineOptions<T> = {
  /** 1 goes first. */
  priorityOf: (item: T) => 1 | 2 | 3;
  /** The largest batch that an item may be part of, where that differs; only items that agree on it share one. */
  atMostOf?: (item: T) => number;
  /** What an item needs for itself: of two batches that are worked on at once, no two items share a key. */
  keysOf?: (item: T) => readonly string[];
};

export function createLine<T>(options: LineOptions<T>): Line<T> {
  const { priorityOf, atMostOf = () => Number.POSITIVE_INFINITY, keysOf = () => [] } = options;
  const queues: Record<1 | 2 | 3, T[]> = { 1: [], 2: [], 3: [] };

  /** True when the batch is as large as it may be, or the next one cannot be part of it. */
  function takeFrom(queue: T[], { batch, blocked, most }: { batch: T[]; blocked: Set<string>; most: number }): boolean {
    const skipped: T[] = [];
    let at = 0;
    let isOver = false;
    for (const item of queue) {
      const atMost = atMostOf(batch[0] ?? item);
      isOver = batch.length >= Math.min(most, atMost) || atMostOf(item) !== atMost;
      if (isOver) break;
      at += 1;
      (isBlocked(keysOf(item), blocked) ? skipped : batch).push(item);
    }
    queue.splice(0, at, ...skipped);
    return isOver;
  }

  return {
    push(items) {
      for (const item of items) queues[priorityOf(item)].push(item);
    },
    length: () => queues[1].length + queues[2].length + queues[3].length,
    countFree(most, busy) {
      if (busy.size === 0) return Math.min(most, queues[1].length + queues[2].length + queues[3].length);
      const blocked = new Set(busy);
      let free = 0;
      for (const queue of [queues[1], queues[2], queues[3]])
        for (const item of queue) {
          if (free >= most) return free;
          if (!isBlocked(keysOf(item), blocked)) free += 1;
        }
      return free;
    },
    take(most, busy) {
      const batch: T[] = [];
      const blocked = new Set(busy);
      for (const priority of [1, 2, 3] as const) if (takeFrom(queues[priority], { batch, blocked, most })) break;
      return batch;
    },
  };
}

/** Who has to wait keeps later ones of any of his keys behind him. */
function isBlocked(keys: readonly string[], blocked: Set<string>): boolean {
  const isHeld = keys.some((key) => blocked.has(key));
  if (isHeld) for (const key of keys) blocked.add(key);
  return isHeld;
}
