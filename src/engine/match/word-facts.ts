import { rarity } from "./rarity.ts";
import { isNumberWord } from "./read-word.ts";
import { isSmallWord, longestSmallWord, ofSmall } from "./small-words.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { WordShape } from "./word-likeness.ts";

/** A word of accounts' names as it is compared. */
export type WordFacts = WordShape & {
  word: number;
  meaning: number;
  /** What it tells, by how few accounts bear one of its meaning. */
  nats: number;
  isNumber: boolean;
  isSmall: boolean;
};

export type WordReader = {
  factsOf(word: number): WordFacts;
  textOf(facts: WordFacts): string;
};

/** With its text when that was asked for. */
type Remembered = WordFacts & { text: string | null };

/** Words that were looked at last are remembered; a power of two. */
const mostRemembered = 16_384;

/** Words of a base, each as rare as it is among so many accounts: the same common ones come with nearly every lead, and of most others a look at the ends is enough. */
export function createWordReader(vocabulary: Vocabulary, population: number): WordReader {
  const nothing = { word: -1, length: 0, first: 0, last: 0, meaning: -1, nats: 0 };
  const none = { ...nothing, isNumber: false, isSmall: false, text: null };
  const remembered: Remembered[] = Array.from({ length: mostRemembered }, () => none);

  function read(word: number): Remembered {
    const shape = vocabulary.shapeOf(word);
    const meaning = vocabulary.meaningOf(word);
    const mayBeNumber = (shape.first >= digits.from && shape.first <= digits.to) || romans.has(shape.first);
    const text = mayBeNumber || shape.length <= longestSmallWord ? vocabulary.textOf(word) : null;
    const isSmall = text !== null && isSmallWord(text);
    const nats = rarity(vocabulary.bearersOf(meaning), population) * (isSmall ? ofSmall : 1);
    return { word, ...shape, meaning, nats, isNumber: text !== null && isNumberWord(text), isSmall, text };
  }

  function recall(word: number): Remembered {
    const slot = word & (mostRemembered - 1);
    const before = remembered[slot];
    if (before !== undefined && before.word === word) return before;
    const facts = read(word);
    remembered[slot] = facts;
    return facts;
  }

  return {
    factsOf: recall,
    textOf({ word }) {
      const facts = recall(word);
      facts.text ??= vocabulary.textOf(word);
      return facts.text;
    },
  };
}

const codeOf = (sign: string): number => sign.charCodeAt(0);
const digits = { from: codeOf("0"), to: codeOf("9") };
const romans = new Set(["i", "v", "x"].map(codeOf));
