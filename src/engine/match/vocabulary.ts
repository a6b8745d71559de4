import { editsBetween } from "./edits.ts";
import { createKeyTable, type KeyTable } from "./key-table.ts";
import type { NameWord } from "./name-forms.ts";

/** Every word of a base's names, with how many accounts bear one of its meaning. */
export type Vocabulary = {
  /** -1: no account bears it. */
  wordOf(text: string): number;
  textOf(word: number): string;
  /** The meaning of a word, by number; -1 of a text that is unknown. */
  meaningOf(word: number): number;
  meaningNamed(meaning: string): number;
  /** How many accounts bear a word of this meaning. */
  bearersOf(meaning: number): number;
  /** Words that may be meant by a text that is none: one slip away, of longer ones two; with the number of slips. */
  near(text: string): readonly Near[];
  /** About how many it takes. */
  bytes: number;
};

export type Near = { word: number; edits: number };

export type VocabularyBuilder = {
  add(word: NameWord): { word: number; meaning: number };
  /** One more account that bears words of these meanings. */
  count(meanings: ReadonlySet<number>): void;
  build(): Vocabulary;
};

export function createVocabulary(): VocabularyBuilder {
  const words = new Map<string, number>();
  const texts: string[] = [];
  const meaningsOfWords: number[] = [];
  const meanings = new Map<string, number>();
  const bearers: number[] = [];

  function meaningFor(meaning: string): number {
    const known = meanings.get(meaning);
    if (known !== undefined) return known;
    meanings.set(meaning, bearers.length);
    return bearers.push(0) - 1;
  }

  return {
    add({ text, meaning }) {
      const known = words.get(text);
      if (known !== undefined) return { word: known, meaning: meaningsOfWords[known] ?? 0 };
      const word = texts.push(text) - 1;
      words.set(text, word);
      const number = meaningFor(meaning);
      meaningsOfWords.push(number);
      return { word, meaning: number };
    },
    count(borne) {
      for (const meaning of borne) bearers[meaning] = (bearers[meaning] ?? 0) + 1;
    },
    build() {
      const slips = slipsOf(texts);
      return {
        wordOf: (text) => words.get(text) ?? -1,
        textOf: (word) => texts[word] ?? "",
        meaningOf: (word) => meaningsOfWords[word] ?? -1,
        meaningNamed: (meaning) => meanings.get(meaning) ?? -1,
        bearersOf: (meaning) => bearers[meaning] ?? 0,
        near: (text) => nearest(text, slips, texts),
        bytes: slips.bytes + texts.reduce((sum, text) => sum + text.length + perWord, 0) + bearers.length * perMeaning,
      };
    },
  };
}

/** Of a word in the tables, beside its letters; of a meaning. */
const perWord = 80;
const perMeaning = 56;

const shortest = 4;
const longest = 24;
/** From so many letters on two slips are forgiven. */
const forTwo = 8;

/** By each word without one of its letters, after the deletion neighbourhood of W. Garbe's SymSpell. */
function slipsOf(texts: readonly string[]): KeyTable {
  const table = createKeyTable();
  for (const [word, text] of texts.entries()) {
    if (text.length < shortest || text.length > longest) continue;
    table.add(text, word);
    for (const shorter of withoutOne(text)) table.add(shorter, word);
  }
  return table.build();
}

function nearest(text: string, slips: KeyTable, texts: readonly string[]): Near[] {
  if (text.length < shortest || text.length > longest) return [];
  const most = text.length >= forTwo ? 2 : 1;
  const found = new Map<number, number>();
  const look = (key: string): void =>
    slips.each(key, (word) => {
      if (found.has(word)) return;
      const edits = editsBetween(text, texts[word] ?? "", most);
      if (edits <= most) found.set(word, edits);
    });
  look(text);
  const shorter = withoutOne(text);
  for (const key of shorter) look(key);
  if (most === 2) for (const each of shorter) for (const key of withoutOne(each)) look(key);
  return Array.from(found, ([word, edits]) => ({ word, edits }));
}

function withoutOne(text: string): Set<string> {
  const shorter = new Set<string>();
  for (let at = 0; at < text.length; at += 1) shorter.add(text.slice(0, at) + text.slice(at + 1));
  return shorter;
}
