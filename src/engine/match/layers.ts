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
 * A large base and small ones as they stand beside each other: a place has the accounts of all, and a word that one knows
 * is no slip in another. In a small one a word is as rare as it is there and in the large one together; in the large one,
 * which is asked far more often, how often the small ones have it is not counted.
 */
export function besideEachOther(large: Base, smalls: readonly Base[]): Base[] {
  const all = [large, ...smalls];
  const population = all.reduce((sum, { size }) => sum + size, 0);
  const placeBearers: Base["placeBearers"] = (place) => all.reduce((sum, base) => sum + base.placeBearers(place), 0);
  const among = (base: Base, vocabulary: Vocabulary): Base => {
    const others = all.filter((other) => other !== base);
    const isKnownElsewhere = (text: string): boolean => others.some((other) => other.vocabulary.wordOf(text) !== -1);
    const near: Vocabulary["near"] = (text) => (isKnownElsewhere(text) ? [] : base.vocabulary.near(text));
    const words = { ...vocabulary, near };
    return { ...base, population, placeBearers, vocabulary: words, reader: createWordReader(words, population) };
  };
  return [among(large, large.vocabulary), ...smalls.map((small) => among(small, countedWith(small, large)))];
}

function countedWith({ vocabulary: own }: Base, { vocabulary: other }: Base): Vocabulary {
  return {
    ...own,
    bearersOf: remembering((meaning) => own.bearersOf(meaning) + other.bearersNamed(own.textOf(meaning))),
    bearersNamed: (meaning) => own.bearersNamed(meaning) + other.bearersNamed(meaning),
  };
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
