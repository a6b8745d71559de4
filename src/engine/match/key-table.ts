import { bucketOf, bucketsFor, startsOf } from "./buckets.ts";
import { withRoom } from "./growing.ts";
import { type Seed, sipHash } from "./sip-hash.ts";

/**
 * Which accounts bear a key (a domain, a name, a phone), in flat arrays: entries of a key stand in one bucket, each with
 * its account and 32 further bits of the key. Two keys that agree in all bits are as one, about once in 2^32 look-ups per
 * entry of a bucket; nobody makes such on purpose who does not know the seed.
 */
export type KeyEntries = {
  /** Of each bucket, and where the last one ends. */
  starts: Uint32Array;
  checks: Uint32Array;
  accounts: Uint32Array;
};

export type KeyTable = {
  /** Calls `found` with each bearer of the key, in their order; with none when there are more than `most`. */
  each(key: string, found: (account: number) => void, most?: number): void;
};

/** A key that is added again right after others of the same account is not added twice. `done` ends the adding. */
export type KeyTableBuilder = { add(key: string, account: number): void; done(): KeyEntries };

const hash = new Uint32Array(2);

export function createKeyTable(seed: Seed): KeyTableBuilder {
  let hashes = new Uint32Array(1_024);
  let checks = new Uint32Array(1_024);
  let accounts = new Uint32Array(1_024);
  let size = 0;

  function isThere(account: number, low: number, check: number): boolean {
    for (let at = size - 1; at >= 0 && accounts[at] === account; at -= 1)
      if (hashes[at] === low && checks[at] === check) return true;
    return false;
  }

  return {
    add(key, account) {
      sipHash(key, seed, hash);
      const [low = 0, check = 0] = hash;
      if (isThere(account, low, check)) return;
      if (size === hashes.length) {
        hashes = withRoom(hashes, size + 1);
        checks = withRoom(checks, size + 1);
        accounts = withRoom(accounts, size + 1);
      }
      hashes[size] = low;
      checks[size] = check;
      accounts[size] = account;
      size += 1;
    },
    done: () => fill(hashes.subarray(0, size), checks, accounts),
  };
}

export function openKeyTable({ starts, checks, accounts }: KeyEntries, seed: Seed): KeyTable {
  const buckets = starts.length - 1;
  return {
    each(key, found, most = Number.POSITIVE_INFINITY) {
      sipHash(key, seed, hash);
      const [low = 0, check = 0] = hash;
      const bucket = bucketOf(low, buckets);
      const start = starts[bucket] ?? 0;
      const end = starts[bucket + 1] ?? 0;
      if (end - start > most && countOf(check, checks, start, end) > most) return;
      for (let at = start; at < end; at += 1) if (checks[at] === check) found(accounts[at] ?? 0);
    },
  };
}

function countOf(check: number, checks: Uint32Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) if (checks[at] === check) count += 1;
  return count;
}

function fill(hashes: Uint32Array, checks: Uint32Array, accounts: Uint32Array): KeyEntries {
  const buckets = bucketsFor(hashes.length);
  const starts = startsOf(hashes, buckets);
  const next = starts.slice();
  const checkAt = new Uint32Array(hashes.length);
  const accountAt = new Uint32Array(hashes.length);
  for (let at = 0; at < hashes.length; at += 1) {
    const bucket = bucketOf(hashes[at] ?? 0, buckets);
    const place = next[bucket] ?? 0;
    next[bucket] = place + 1;
    checkAt[place] = checks[at] ?? 0;
    accountAt[place] = accounts[at] ?? 0;
  }
  return { starts, checks: checkAt, accounts: accountAt };
}
