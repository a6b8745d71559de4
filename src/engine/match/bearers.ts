import type { Base } from "./base.ts";
import type { KeyTableBuilder } from "./key-table.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A meaning that more accounts bear is not looked up alone. */
export const mostBearers = 400;

type Flat = Pick<Base, "nameStarts" | "wordStarts" | "words" | "size">;

/** Where all words of a name are common, pairs of them find it. */
export function addPairs(keys: KeyTableBuilder, flat: Flat, vocabulary: Vocabulary): void {
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
export function pairsOf(meanings: readonly number[], { bearersOf }: Vocabulary): string[] {
  const rarest = [...new Set(meanings)].sort((a, b) => bearersOf(a) - bearersOf(b)).slice(0, mostPaired);
  return rarest.flatMap((a, at) => rarest.slice(at + 1).map((b) => (a < b ? `w:${a} ${b}` : `w:${b} ${a}`)));
}

/** Accounts that bear a word of a meaning, by meaning, of meanings that few bear. */
export function bearersBy(
  meanings: Uint32Array,
  { nameStarts, wordStarts }: Pick<Base, "nameStarts" | "wordStarts">,
  vocabulary: Vocabulary,
  size: number,
) {
  let most = -1;
  for (const meaning of meanings) if (meaning > most) most = meaning;
  const starts = new Uint32Array(most + 2);
  const isListed = (meaning: number): boolean => vocabulary.bearersOf(meaning) <= mostBearers;
  for (let meaning = 0; meaning <= most; meaning += 1)
    starts[meaning + 1] = (starts[meaning] ?? 0) + (isListed(meaning) ? vocabulary.bearersOf(meaning) : 0);
  const bearers = new Uint32Array(starts[most + 1] ?? 0);
  const next = starts.slice();
  for (let account = 0; account < size; account += 1) {
    const from = wordStarts[nameStarts[account] ?? 0] ?? 0;
    const to = wordStarts[nameStarts[account + 1] ?? 0] ?? 0;
    for (const meaning of new Set(meanings.subarray(from, to))) {
      if (!isListed(meaning)) continue;
      bearers[next[meaning] ?? 0] = account;
      next[meaning] = (next[meaning] ?? 0) + 1;
    }
  }
  return { bearerStarts: starts, bearers };
}
