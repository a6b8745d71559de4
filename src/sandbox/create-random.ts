/** A repeatable source of numbers in [0, 1): the same seed gives the same row (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A random uuid (version 4 form), repeatable with the sandbox's seed. */
export function uuid(random: () => number): string {
  const digit = (of: number) => Math.floor(random() * of).toString(16);
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"
    .replace(/x/g, () => digit(16))
    .replace("y", () => (8 + Math.floor(random() * 4)).toString(16));
}
