import type { Base } from "./base.ts";
import type { KeyTableBuilder } from "./key-table.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A meaning that more accounts bear is not looked up alone. */
export const mostBearers = 400;

type Flat = Pick<Base, "nameStarts" | "wordStarts" | "words" | "size">;
type Meanings = Pick<Vocabulary, "meaningOf" | "bearersOf">;

/** Where all words of a name are common, pairs of them find it. */
export function addPairs(keys: KeyTableBuilder, flat: Flat, vocabulary: Meanings): void {
  const { meaningOf } = vocabulary;
  for (let account = 0; account < flat.size; account += 1) {
    const end = flat.nameStarts[account + 1] ?? 0;
    for (let name = flat.nameStarts[account] ?? 0; name < end; name += 1) {
      const from = flat.wordStarts[name] ?? 0;
      const to = flat.wordStarts[name + 1] ?? 0;
      if (hasTwoRare(flat.words, from, to, vocabulary)) continue;
      const meanings = Array.from(flat.words.subarray(from, to), meaningOf);
      for (const key of pairsOf(meanings, vocabulary)) keys.add(key, account);
    }
  }
}

function hasTwoRare(words: Uint32Array, from: number, to: number, { meaningOf, bearersOf }: Meanings): boolean {
  let rare = 0;
  for (let at = from; at < to; at += 1) if (bearersOf(meaningOf(words[at] ?? 0)) <= mostBearers) rare += 1;
  return rare > 1;
}

const mostPaired = 6;

/** Pairs of the rarest of some meanings. */
export function pairsOf(meanings: readonly number[], { bearersOf }: Pick<Vocabulary, "bearersOf">): string[] {
  const rarest = [...new Set(meanings)].sort((a, b) => bearersOf(a) - bearersOf(b)).slice(0, mostPaired);
  return rarest.flatMap((a, at) => rarest.slice(at + 1).map((b) => (a < b ? `w:${a} ${b}` : `w:${b} ${a}`)));
}

/** Accounts that bear a word of a meaning, by meaning, of meanings that few bear. `counts`: how many bear each. */
export function bearersBy({ nameStarts, wordStarts, words, size }: Flat, { meaningOf }: Meanings, counts: Uint32Array) {
  const starts = new Uint32Array(counts.length + 1);
  for (let meaning = 0; meaning < counts.length; meaning += 1) {
    const count = counts[meaning] ?? 0;
    starts[meaning + 1] = (starts[meaning] ?? 0) + (count <= mostBearers ? count : 0);
  }
  const bearers = new Uint32Array(starts[counts.length] ?? 0);
  const next = starts.slice();
  // Of each meaning, the account that it was last listed for + 1.
  const listed = new Uint32Array(counts.length);
  for (let account = 0; account < size; account += 1) {
    const to = wordStarts[nameStarts[account + 1] ?? 0] ?? 0;
    for (let at = wordStarts[nameStarts[account] ?? 0] ?? 0; at < to; at += 1) {
      const meaning = meaningOf(words[at] ?? 0);
      if (listed[meaning] === account + 1 || (counts[meaning] ?? 0) > mostBearers) continue;
      listed[meaning] = account + 1;
      bearers[next[meaning] ?? 0] = account;
      next[meaning] = (next[meaning] ?? 0) + 1;
    }
  }
  return { bearerStarts: starts, bearers };
}
