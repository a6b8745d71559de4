const all = 2 ** 32;

/** Which of so many buckets a hash of 32 bits falls in, by its first bits: of any number, not of powers of two alone. */
export const bucketOf = (hash: number, buckets: number): number => Math.floor((hash * buckets) / all);

/** Where each bucket's entries begin, and where the last one's end, when each hash is an entry. */
export function startsOf(hashes: Uint32Array, buckets: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(buckets + 1);
  for (const hash of hashes) {
    const after = bucketOf(hash, buckets) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let at = 1; at <= buckets; at += 1) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  return starts;
}

/** Entries a bucket has on average. */
const load = 4;

export const bucketsFor = (entries: number): number => Math.ceil(entries / load) || 1;
