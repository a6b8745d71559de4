import { isNumberWord } from "./name-forms.ts";
import { rarity } from "./rarity.ts";
import { isSmallWord, ofSmall } from "./small-words.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A word of accounts' names as it is compared. */
export type WordFacts = {
  word: number;
  text: string;
  meaning: number;
  /** What it tells, by how few accounts bear one of its meaning. */
  nats: number;
  isNumber: boolean;
  isSmall: boolean;
};

/** Words that were looked at last are remembered; a power of two. */
const mostRemembered = 8_192;

/** Of each word in the base, among so many accounts: the same common ones come with nearly every lead. */
export function createWordFacts(vocabulary: Vocabulary, population: number): (word: number) => WordFacts {
  const none: WordFacts = { word: -1, text: "", meaning: -1, nats: 0, isNumber: false, isSmall: false };
  const remembered: WordFacts[] = Array.from({ length: mostRemembered }, () => none);
  return (word) => {
    const slot = word & (mostRemembered - 1);
    const before = remembered[slot];
    if (before !== undefined && before.word === word) return before;
    const text = vocabulary.textOf(word);
    const meaning = vocabulary.meaningOf(word);
    const isSmall = isSmallWord(text);
    const nats = rarity(vocabulary.bearersOf(meaning), population) * (isSmall ? ofSmall : 1);
    const facts = { word, text, meaning, nats, isNumber: isNumberWord(text), isSmall };
    remembered[slot] = facts;
    return facts;
  };
}
