/** Reading so many accounts takes a millisecond, and ten as long as the code is new to the runtime. */
const atOnce = 25;

/** Runs it for each item; now and then whatever else waits for this thread goes first. */
export async function inSlices<T>(items: Iterable<T>, run: (item: T) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    if (done > 0 && done % atOnce === 0) await new Promise((resolve) => setImmediate(resolve));
    run(item);
    done += 1;
  }
}
