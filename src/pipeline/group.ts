/**
 * Runs work one group at a time: what is asked for while a group runs joins the next one. A transaction per caller would
 * have them wait for each other's locks, each holding a connection that somebody else needs. A group that fails is run
 * once more item by item, so that one that fails for a reason of its own fails alone.
 */
export function createGroup<T>(
  atMost: number,
  run: (items: readonly [T, ...T[]]) => Promise<void>,
): (item: T) => Promise<void> {
  type Waiting = { item: T; resolve: () => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let running = false;

  async function runNext(): Promise<void> {
    const group = waiting.splice(0, atMost);
    const [first, ...rest] = group;
    if (first === undefined) {
      running = false;
      return;
    }
    running = true;
    try {
      await run([first.item, ...rest.map(({ item }) => item)]);
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (rest.length === 0) first.reject(error);
      else for (const { item, resolve, reject } of group) await run([item]).then(resolve, reject);
    }
    void runNext();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { item, resolve, reject }];
      if (!running) void runNext();
    });
}
