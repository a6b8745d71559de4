/**
 * Runs work one group at a time: what is asked for while a group runs joins the next one. A transaction per caller would
 * have them wait for each other's locks, each holding a connection that somebody else needs.
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
      for (const { reject } of group) reject(error);
    }
    void runNext();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { item, resolve, reject }];
      if (!running) void runNext();
    });
}
