import { withRoom } from "./growing.ts";
import type { NameWord } from "./name-forms.ts";
import type { Seed } from "./sip-hash.ts";
import { type Near, nearest, type SlipEntries, slipsOf } from "./slips.ts";
import { createTextPool, openTextPool, type PooledTexts } from "./text-pool.ts";
import type { WordShape } from "./word-likeness.ts";

/** Every word of a base's names, with how many accounts bear one of its meaning. Words and meanings have numbers of one row. */
export type Vocabulary = {
  /** -1: no account bears it. */
  wordOf(text: string): number;
  textOf(word: number): string;
  shapeOf(word: number): WordShape;
  /** The meaning of a word, by number; -1 of a text that is unknown. */
  meaningOf(word: number): number;
  meaningNamed(meaning: string): number;
  /** How many accounts bear a word of this meaning. */
  bearersOf(meaning: number): number;
  /** The same, of a meaning that may be unknown here: 0, or as many as bear it in the base beside this one. */
  bearersNamed(meaning: string): number;
  /** Words that may be meant by a text that is none: one slip away, of longer ones two; with the number of slips. */
  near(text: string): readonly Near[];
};

/** A vocabulary in flat arrays. */
export type VocabularyColumns = {
  texts: PooledTexts;
  /** The meaning of each word + 1; 0: the text is a meaning alone, no account bears it. */
  meanings: Uint32Array;
  /** How many accounts bear a word of each meaning. */
  bearers: Uint32Array;
  slips: SlipEntries;
};

export type VocabularyBuilder = {
  /** The word's number. Accounts are counted once for each meaning that they bear, one account after the other. */
  add(word: NameWord, account: number): number;
  /** Ends the adding. */
  done(): VocabularyColumns;
};

const noWord = 0;

export function createVocabulary(seed: Seed): VocabularyBuilder {
  const pool = createTextPool(seed);
  // Of each number, one more than what it says, so that 0 says nothing yet.
  let meanings = new Uint32Array(1_024);
  let lastBearers = new Uint32Array(1_024);
  let bearers = new Uint32Array(1_024);

  function numberFor(text: string): number {
    const number = pool.add(text);
    if (number >= meanings.length) {
      meanings = withRoom(meanings, number + 1);
      lastBearers = withRoom(lastBearers, number + 1);
      bearers = withRoom(bearers, number + 1);
    }
    return number;
  }

  return {
    add({ text, meaning }, account) {
      const word = numberFor(text);
      if (meanings[word] === noWord) {
        const number = meaning === text ? word : numberFor(meaning);
        meanings[word] = number + 1;
      }
      const borne = (meanings[word] ?? 0) - 1;
      if (lastBearers[borne] !== account + 1) bearers[borne] = (bearers[borne] ?? 0) + 1;
      lastBearers[borne] = account + 1;
      return word;
    },
    done() {
      const { size } = pool;
      const texts = pool.done();
      const { textOf } = openTextPool(texts, seed);
      const slips = slipsOf(wordsOf(meanings, size), textOf, size);
      return { texts, meanings: meanings.slice(0, size), bearers: bearers.slice(0, size), slips };
    },
  };
}

function* wordsOf(meanings: Uint32Array, size: number): Generator<number> {
  for (let word = 0; word < size; word += 1) if (meanings[word] !== noWord) yield word;
}

export function openVocabulary({ texts, meanings, bearers, slips }: VocabularyColumns, seed: Seed): Vocabulary {
  const pool = openTextPool(texts, seed);
  return {
    wordOf(text) {
      const word = pool.numberOf(text);
      return word === -1 || meanings[word] === noWord ? -1 : word;
    },
    textOf: pool.textOf,
    shapeOf(word) {
      const from = texts.starts[word] ?? 0;
      const to = texts.starts[word + 1] ?? 0;
      return { length: to - from, first: texts.letters[from] ?? 0, last: texts.letters[to - 1] ?? 0 };
    },
    meaningOf: (word) => (meanings[word] ?? 0) - 1,
    meaningNamed(meaning) {
      const number = pool.numberOf(meaning);
      return (bearers[number] ?? 0) > 0 ? number : -1;
    },
    bearersOf: (meaning) => bearers[meaning] ?? 0,
    bearersNamed: (meaning) => bearers[pool.numberOf(meaning)] ?? 0,
    near: (text) => nearest(text, slips, { textOf: pool.textOf, limit: pool.size }),
  };
}
