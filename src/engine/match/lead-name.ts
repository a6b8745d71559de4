import { looksLegal } from "../normalise/company.ts";
import type { Base } from "./base.ts";
import type { Reading } from "./candidates.ts";
import type { NameForms, NameWord } from "./name-forms.ts";
import { runsAmong } from "./pair-initials.ts";
import { rarity } from "./rarity.ts";
import { isSmallWord, ofSmall } from "./small-words.ts";
import type { WordFacts } from "./word-facts.ts";
import { likenessOf, mayBeLike, sameWord, shapeOf, type WordLikeness } from "./word-likeness.ts";

/** A word of a lead's name in a base: how much it tells (in nats, by how few accounts bear it), and how like it the base's words are. */
export type LeadWord = { text: string; nats: number; likenessTo(other: WordFacts): WordLikeness | null };

/** A lead's name made ready to be compared with many. */
export type LeadName = {
  words: readonly LeadWord[];
  joined: string;
  numbers: readonly string[];
  acronyms: ReadonlySet<string>;
  /** Accounts whose initials it is. */
  initialsOf: ReadonlySet<number>;
  /** Words of the base that are the initials of some of its words. */
  runs: ReadonlySet<number>;
  /** Of all words together. */
  nats: number;
};

export function leadName(name: NameForms, readings: readonly (readonly Reading[])[], base: Base): LeadName {
  const initialsOf = new Set<number>();
  base.keys.each(`a:${name.joined}`, (account) => initialsOf.add(account));
  const words = name.words.map((word, at) => leadWord(word, readings[at] ?? [], base));
  return {
    words,
    joined: name.joined,
    numbers: name.numbers,
    acronyms: new Set(name.initials),
    initialsOf,
    runs: runsAmong(
      name.words.map(({ text }) => text),
      base.vocabulary,
    ),
    nats: words.reduce((sum, { nats }) => sum + nats, 0),
  };
}

/** Of a legal form that stands where none is looked for. */
const least = 0.3;

function leadWord(
  { text, meaning }: NameWord,
  readings: readonly Reading[],
  { vocabulary, population, reader }: Base,
): LeadWord {
  const known = vocabulary.meaningNamed(meaning);
  // What was meant by a slip is as common as the word that was meant.
  const meant = known !== -1 ? [known] : readings.map((reading) => reading.meaning);
  const bearers = meant.reduce(
    (most, each) => Math.max(most, vocabulary.bearersOf(each)),
    vocabulary.bearersNamed(meaning),
  );
  const seen = new Map<number, WordLikeness | null>();
  const shape = shapeOf(text);
  return {
    text,
    nats: looksLegal(text, known === -1) ? least : rarity(bearers, population) * (isSmallWord(text) ? ofSmall : 1),
    likenessTo(other) {
      if (other.meaning === known) return sameWord;
      if (!mayBeLike(shape, other)) return null;
      const before = seen.get(other.word);
      if (before !== undefined) return before;
      const found = likenessOf(text, reader.textOf(other));
      seen.set(other.word, found);
      return found;
    },
  };
}
