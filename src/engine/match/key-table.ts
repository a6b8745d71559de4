import { createGrowing } from "./growing.ts";
import { hashText } from "./hash.ts";

/**
 * Which accounts bear a key (a domain, a name, a phone), in flat arrays: entries of a key stand in one bucket, each with
 * its account and 32 further bits of the key. Two keys that agree in all bits are as one, about once in 2^32 look-ups per
 * entry of a bucket.
 */
export type KeyTable = {
  /** Calls `found` with each bearer of the key, in their order. */
  each(key: string, found: (account: number) => void): void;
  readonly bytes: number;
};

export type KeyTableBuilder = { add(key: string, account: number): void; build(): KeyTable };

const checkSeed = 0x5bd1e995;
/** Entries a bucket has on average. */
const load = 4;

export function createKeyTable(): KeyTableBuilder {
  const hashes = createGrowing();
  const checks = createGrowing();
  const accounts = createGrowing();
  return {
    add(key, account) {
      hashes.push(hashText(key));
      checks.push(hashText(key, checkSeed));
      accounts.push(account);
    },
    build: () => fill(hashes.trimmed(), checks.trimmed(), accounts.trimmed()),
  };
}

function fill(hashes: Uint32Array, checks: Uint32Array, accounts: Uint32Array): KeyTable {
  const bits = Math.max(1, Math.ceil(Math.log2(hashes.length / load + 1)));
  const shift = 32 - bits;
  const starts = new Uint32Array(2 ** bits + 1);
  for (const hash of hashes) starts[(hash >>> shift) + 1] = (starts[(hash >>> shift) + 1] ?? 0) + 1;
  for (let at = 1; at < starts.length; at += 1) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const next = starts.slice();
  const checkAt = new Uint32Array(hashes.length);
  const accountAt = new Uint32Array(hashes.length);
  for (let at = 0; at < hashes.length; at += 1) {
    const bucket = (hashes[at] ?? 0) >>> shift;
    const place = next[bucket] ?? 0;
    next[bucket] = place + 1;
    checkAt[place] = checks[at] ?? 0;
    accountAt[place] = accounts[at] ?? 0;
  }
  return {
    each(key, found) {
      const bucket = hashText(key) >>> shift;
      const check = hashText(key, checkSeed);
      const end = starts[bucket + 1] ?? 0;
      for (let at = starts[bucket] ?? 0; at < end; at += 1) if (checkAt[at] === check) found(accountAt[at] ?? 0);
    },
    bytes: starts.byteLength + checkAt.byteLength + accountAt.byteLength,
  };
}
