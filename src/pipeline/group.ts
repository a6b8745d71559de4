/**
 * Runs work one group at a time: what is asked for while a group runs joins the next one. Statements side by side would
 * wait for each other's locks and for each other's processor time, each holding a connection that somebody else needs.
 * When a group of several fails, each is run alone: one's trouble is not its siblings'.
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
      else for (const one of group) await run([one.item]).then(one.resolve, one.reject);
    }
    await lookAround();
    void runNext();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { item, resolve, reject }];
      if (!running) void runNext();
    });
}

// libuv accepts one connection a turn, and each turn reads what has come in on all of them.
const turns = 20;

/**
 * The embedded database answers within the turn of the event loop that asked it: one statement would follow another, and
 * of a flood's two hundred connections half were not even accepted after ten seconds. What comes in joins the next group.
 */
async function lookAround(): Promise<void> {
  for (let each = 0; each < turns; each += 1) await new Promise((resolve) => setImmediate(resolve));
}
