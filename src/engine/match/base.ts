import type { KeyTable } from "./key-table.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The accounts of a workspace in flat arrays, by position: no object per account. Built once, never changed. */
export type Base = {
  size: number;
  idOf(account: number): string;
  /** -1: it has none among these. */
  parentOf(account: number): number;
  vocabulary: Vocabulary;
  keys: KeyTable;
  /** Names of an account are `nameStarts[account]` to `nameStarts[account + 1]`, words of a name likewise. */
  nameStarts: Uint32Array;
  wordStarts: Uint32Array;
  words: Uint32Array;
  /** Accounts that bear a word of a meaning, of meanings that few bear. */
  bearerStarts: Uint32Array;
  bearers: Uint32Array;
  /** Hashes; 0: unknown. */
  places: Places;
  domainStarts: Uint32Array;
  domains: Uint32Array;
  /** About how many all of this takes. */
  bytes: number;
};

export type Places = {
  country: Uint32Array;
  state: Uint32Array;
  city: Uint32Array;
  postalCode: Uint32Array;
  phone: Uint32Array;
  phoneStem: Uint32Array;
};
