import { type KeyTable, openKeyTable } from "./key-table.ts";
import { openPlaceCounts } from "./place-counts.ts";
import { type Sections, sectionNames } from "./sections.ts";
import type { Seed } from "./sip-hash.ts";
import { openTextPool } from "./text-pool.ts";
import { openVocabulary, type Vocabulary } from "./vocabulary.ts";
import { createWordReader, type WordReader } from "./word-facts.ts";

/** The accounts of a workspace by position, read from flat arrays: no object per account or word. Built once, never changed. */
export type Base = {
  size: number;
  /** Among how many accounts a word is rare: its own, and those of the base that it adds to. */
  population: number;
  /** It is not an account any more, or is one of a base that adds to this one. */
  isGone(account: number): boolean;
  seed: Seed;
  idOf(account: number): string;
  /** As `byId` does their ids. */
  compareIds(a: number, b: number): number;
  /** -1: no account has this id. */
  positionOf(id: string): number;
  /** -1: it has none among these. */
  parentOf(account: number): number;
  vocabulary: Vocabulary;
  /** Reads what stands in `words`. */
  reader: WordReader;
  keys: KeyTable;
  /** Names of an account are `nameStarts[account]` to `nameStarts[account + 1]`, words of a name likewise. */
  nameStarts: Uint32Array;
  wordStarts: Uint32Array;
  words: Uint32Array;
  /** Accounts that bear a word of a meaning, of meanings that few bear. */
  bearerStarts: Uint32Array;
  bearers: Uint32Array;
  /** Of each account a hash of each of `placeParts`, one account after the other; 0: unknown. */
  places: Uint32Array;
  /** How many accounts are in this country or city. */
  placeBearers(place: string | null): number;
  /** How many all of this takes. */
  bytes: number;
  /** All of it, to be posted to another thread and opened there. */
  sections: Sections;
};

/** A base over arrays that `buildBase` made, here or in another thread. Copies nothing. */
export function openBase(sections: Sections): Base {
  const { nameStarts, wordStarts, words, bearerStarts, bearers, places, parents } = sections;
  const seed: Seed = [sections.seed[0] ?? 0, sections.seed[1] ?? 0];
  const ids = openTextPool({ letters: sections.idLetters, starts: sections.idStarts, slots: sections.idSlots }, seed);
  const texts = { letters: sections.wordLetters, starts: sections.letterStarts, slots: sections.wordSlots };
  const slips = { starts: sections.slipStarts, entries: sections.slips };
  const { meanings, bearerCounts } = sections;
  const keys = { starts: sections.keyStarts, checks: sections.keyChecks, accounts: sections.keyAccounts };
  const vocabulary = openVocabulary({ texts, meanings, bearers: bearerCounts, slips }, seed);
  return {
    size: ids.size,
    population: ids.size,
    isGone: () => false,
    seed,
    idOf: ids.textOf,
    compareIds: ids.compare,
    positionOf: ids.numberOf,
    parentOf: (account) => (parents[account] ?? 0) - 1,
    vocabulary,
    reader: createWordReader(vocabulary, ids.size),
    keys: openKeyTable(keys, seed),
    ...{ nameStarts, wordStarts, words, bearerStarts, bearers, places },
    placeBearers: openPlaceCounts({ hashes: sections.placeHashes, counts: sections.placeCounts }, seed[0]),
    bytes: sectionNames.reduce((sum, name) => sum + sections[name].byteLength, 0),
    sections,
  };
}
