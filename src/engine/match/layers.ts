import type { Base } from "./base.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { createWordReader } from "./word-facts.ts";

/** A base without the accounts of some positions: nothing finds them, and they are nobody's rivals. */
export function without(base: Base, gone: ReadonlySet<number>): Base {
  if (gone.size === 0) return base;
  const isGone = (account: number): boolean => gone.has(account);
  return {
    ...base,
    isGone,
    keys: {
      each(key, found, most) {
        const findPresent = (account: number): void => {
          if (!isGone(account)) found(account);
        };
        base.keys.each(key, findPresent, most);
      },
    },
  };
}

/**
 * A large base and a small one as they stand beside each other: a place has the accounts of both, a word is as rare as it
 * is in both together, and one that either knows is no slip. How often the small one's words stand in it is not counted for
 * the large one, which is asked far more often.
 */
export function besideEachOther(large: Base, small: Base): [Base, Base] {
  const population = small.size + large.size;
  const sumOf = remembering(
    (meaning) => small.vocabulary.bearersOf(meaning) + large.vocabulary.bearersNamed(small.vocabulary.textOf(meaning)),
  );
  const ofLarge = {
    ...large.vocabulary,
    near: (text: string) => (small.vocabulary.wordOf(text) === -1 ? large.vocabulary.near(text) : []),
  };
  const ofSmall = {
    ...small.vocabulary,
    bearersOf: sumOf,
    bearersNamed: (meaning: string) => small.vocabulary.bearersNamed(meaning) + large.vocabulary.bearersNamed(meaning),
    near: (text: string) => (large.vocabulary.wordOf(text) === -1 ? small.vocabulary.near(text) : []),
  };
  const placeBearers: Base["placeBearers"] = (place) => small.placeBearers(place) + large.placeBearers(place);
  const among = (base: Base, vocabulary: Vocabulary): Base => {
    return { ...base, population, vocabulary, placeBearers, reader: createWordReader(vocabulary, population) };
  };
  return [among(large, ofLarge), among(small, ofSmall)];
}

function remembering(count: (meaning: number) => number): (meaning: number) => number {
  const counts = new Map<number, number>();
  return (meaning) => {
    const known = counts.get(meaning);
    if (known !== undefined) return known;
    const found = count(meaning);
    counts.set(meaning, found);
    return found;
  };
}
