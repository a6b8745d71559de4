type GroupOptions<T> = {
  /** The largest group. */
  atMost: number;
  run: (items: readonly [T, ...T[]]) => Promise<void>;
  /** How many groups run side by side; default: one. */
  sideBySide?: number;
  /**
   * What comes in on sockets joins before a group begins: the embedded database holds the whole process while it works,
   * so that what arrived meanwhile was not read yet.
   */
  lookAround?: boolean;
};

/**
 * Runs work in groups: what is asked for while one runs joins the next. One at a time, unless told otherwise: statements
 * side by side would wait for each other's locks and for each other's processor time, each holding a connection that
 * somebody else needs. When a group of several fails, each is run alone: one's trouble is not its siblings'.
 */
export function createGroup<T>({ atMost, run, sideBySide = 1, lookAround = false }: GroupOptions<T>) {
  type Waiting = { item: T; resolve: () => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let running = 0;

  async function runAll(): Promise<void> {
    running += 1;
    while (waiting.length > 0) {
      if (lookAround) await turnAround();
      await runOne(waiting.splice(0, atMost));
    }
    running -= 1;
  }

  async function runOne(group: readonly Waiting[]): Promise<void> {
    const [first, ...rest] = group;
    if (first === undefined) return;
    try {
      await run([first.item, ...rest.map(({ item }) => item)]);
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (rest.length === 0) first.reject(error);
      else for (const one of group) await run([one.item]).then(one.resolve, one.reject);
    }
  }

  return (item: T): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { item, resolve, reject }];
      if (running < sideBySide) void runAll();
    });
}

// libuv accepts one connection a turn, and each turn reads what has come in on all of them.
const turns = 20;

async function turnAround(): Promise<void> {
  for (let each = 0; each < turns; each += 1) await new Promise((resolve) => setImmediate(resolve));
}
