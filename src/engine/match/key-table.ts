import { withRoom } from "./growing.ts";
import { type Seed, sipHash } from "./sip-hash.ts";

/**
 * Which accounts bear a key (a domain, a name, a phone), in flat arrays: entries of a key stand in one bucket, each with
 * its account and 32 further bits of the key. Two keys that agree in all bits are as one, about once in 2^32 look-ups per
 * entry of a bucket; nobody makes such on purpose who does not know the seed.
 */
export type KeyEntries = {
  /** Of each bucket, and where the last one ends; a power of two of them. */
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

/** Entries a bucket has on average. */
const load = 4;

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
  const shift = 32 - Math.log2(starts.length - 1);
  return {
    each(key, found, most = Number.POSITIVE_INFINITY) {
      sipHash(key, seed, hash);
      const [low = 0, check = 0] = hash;
      const start = starts[low >>> shift] ?? 0;
      const end = starts[(low >>> shift) + 1] ?? 0;
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
  const bits = Math.max(1, Math.ceil(Math.log2(hashes.length / load + 1)));
  const shift = 32 - bits;
  const starts = startsOf(hashes, shift, 2 ** bits);
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
  return { starts, checks: checkAt, accounts: accountAt };
}

/** Where each bucket's entries begin, by the first bits of their hashes, and where the last one's end. */
export function startsOf(hashes: Uint32Array, shift: number, buckets: number): Uint32Array {
  const starts = new Uint32Array(buckets + 1);
  for (const hash of hashes) starts[(hash >>> shift) + 1] = (starts[(hash >>> shift) + 1] ?? 0) + 1;
  for (let at = 1; at < starts.length; at += 1) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  return starts;
}
