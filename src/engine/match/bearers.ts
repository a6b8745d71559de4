import type { Base } from "./base.ts";
import type { KeyTableBuilder } from "./key-table.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A meaning that more accounts bear is not looked up alone. */
export const mostBearers = 400;

type Flat = Pick<Base, "nameStarts" | "wordStarts" | "words" | "size">;
type Meanings = Pick<Vocabulary, "meaningOf" | "bearersOf">;

/** Where all words of a name are common, pairs of them find it. */
export function addPairs(keys: KeyTableBuilder, flat: Flat, vocabulary: Meanings): void {
  for (let account = 0; account < flat.size; account += 1) {
    const end = flat.nameStarts[account + 1] ?? 0;
    const added = new Set<string>();
    for (let name = flat.nameStarts[account] ?? 0; name < end; name += 1) {
      const meanings = Array.from(
        flat.words.subarray(flat.wordStarts[name], flat.wordStarts[name + 1]),
        vocabulary.meaningOf,
      );
      if (meanings.filter((meaning) => vocabulary.bearersOf(meaning) <= mostBearers).length > 1) continue;
      for (const key of pairsOf(meanings, vocabulary)) added.add(key);
    }
    for (const key of added) keys.add(key, account);
  }
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
  for (const [meaning, count] of counts.entries())
    starts[meaning + 1] = (starts[meaning] ?? 0) + (count <= mostBearers ? count : 0);
  const bearers = new Uint32Array(starts[counts.length] ?? 0);
  const next = starts.slice();
  for (let account = 0; account < size; account += 1) {
    const from = wordStarts[nameStarts[account] ?? 0] ?? 0;
    const to = wordStarts[nameStarts[account + 1] ?? 0] ?? 0;
    for (const meaning of new Set(Array.from(words.subarray(from, to), meaningOf))) {
      if ((counts[meaning] ?? 0) > mostBearers) continue;
      bearers[next[meaning] ?? 0] = account;
      next[meaning] = (next[meaning] ?? 0) + 1;
    }
  }
  return { bearerStarts: starts, bearers };
}
