import { isAscii } from "../normalise/folded-words.ts";
import { remembered } from "../normalise/remembered.ts";
import { cutWords } from "./cut-words.ts";
import { isSmallWord } from "./small-words.ts";
import { inLatin, longestFrom, meaningOf } from "./word-meanings.ts";

/** A word of a name as it stands and in Latin letters. */
export type WrittenWord = {
  native: string;
  latin: string;
  isNumber: boolean;
  /** Undefined: it stands for itself. */
  meaning: string | undefined;
  /** How many words the longest phrase with a meaning has that begins with it; 0: none does. */
  longestPhrase: number;
};

/** What a folded word says, whatever stands beside it. */
export type ReadWord = {
  /** In Latin letters; "": it has none. */
  initial: string;
  isSmall: boolean;
  /** One for each word that it holds: scripts without blanks write several as one. */
  parts: readonly WrittenWord[];
};

/** The same words come with name after name. */
export const readWord = remembered((word): ReadWord => {
  const latin = isAscii(word) ? word : inLatin(word);
  return { initial: latin[0] ?? "", isSmall: isSmallWord(latin), parts: isAscii(word) ? [plain(word)] : partsOf(word) };
});

const partsOf = (word: string): WrittenWord[] =>
  cutWords(word)
    .map((native) => writtenWord(native, inLatin(native)))
    .filter(({ latin }) => latin !== "");

const plain = (word: string): WrittenWord => writtenWord(word, word);

/** A word that stands alone: `native` as it is folded, `latin` in Latin letters. */
export const writtenWord = (native: string, latin: string): WrittenWord => ({
  native,
  latin,
  isNumber: isNumberWord(latin),
  meaning: meaningOf(native),
  longestPhrase: longestFrom(native),
});

/** Arabic, or roman from two on: "I" and "V" are letters of names. */
export const isNumberWord = (word: string): boolean => number.test(word);

const number = /^(?:\d+|i{2,3}|iv|vi{0,3}|ix|xi{0,3})$/;
