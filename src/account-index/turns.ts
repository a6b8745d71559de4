/** Whoever wants what runs already for a key gets that. */
export function createOnce(): (key: string, run: () => Promise<void>) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  return (key, run) => {
    const present = running.get(key) ?? run().finally(() => running.delete(key));
    running.set(key, present);
    return present;
  };
}

/** One after the other for a key, whether the one before ended well or not. */
export function createTurns(): <T>(key: string, run: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, run) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(run);
    const ended = turn.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, ended);
    void ended.then(() => {
      if (last.get(key) === ended) last.delete(key);
    });
    return turn;
  };
}
