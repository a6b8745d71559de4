import { isNoCompany, withoutLegalForms } from "../normalise/company.ts";
import { foldedWords } from "../normalise/folded-words.ts";
import { readWord, type WrittenWord, writtenWord } from "./read-word.ts";
import { meaningOf } from "./word-meanings.ts";

/** A word of a name in Latin letters, and the one that stands for all that mean the same in any language: "university" for "universität". */
export type NameWord = { text: string; meaning: string };

/** An organisation's name without its legal form, as it is compared. */
export type NameForms = {
  words: readonly NameWord[];
  /** Its words as they are written, without blanks. */
  joined: string;
  /** Numbers and roman numerals, which tell sisters apart. */
  numbers: readonly string[];
  /** Of its words with and without the small ones, and of all that is written with its legal form. */
  initials: readonly string[];
};

const longestName = 300;
const mostWords = 24;

/** Null: the text names nobody ("n/a", "Freiberufler", signs alone). */
export function nameForms(text: string | null | undefined): NameForms | null {
  const folded = foldedWords(bareName((text ?? "").slice(0, longestName)));
  if (folded.length === 0 || isNoCompany(folded)) return null;
  const bare = withoutLegalForms(folded);
  const written = writtenWords(bare);
  if (written.length === 0) return null;
  return {
    words: withMeanings(written),
    joined: latinOf(written),
    numbers: written.some(hasNumber) ? written.filter(hasNumber).map(({ latin }) => latin) : none,
    initials: bare.length === folded.length ? initialsOf(folded) : union(initialsOf(bare), initialsOf(folded)),
  };
}

const none: readonly string[] = [];
const hasNumber = ({ isNumber }: WrittenWord): boolean => isNumber;

const union = (some: readonly string[], others: readonly string[]): readonly string[] =>
  others.every((other) => some.includes(other)) ? some : [...some, ...others.filter((other) => !some.includes(other))];

/** As many as are looked at. Single letters that follow each other are one word: "R. S. Clark". */
function writtenWords(words: readonly string[]): WrittenWord[] {
  const written: WrittenWord[] = [];
  let letters = "";
  for (const word of words)
    for (const part of readWord(word).parts) {
      const isLetter = part.latin.length === 1 && part.latin >= "a";
      if (isLetter && letters !== "") {
        letters += part.latin;
        written[written.length - 1] = writtenWord(letters, letters);
        continue;
      }
      if (written.length === mostWords) return written;
      written.push(part);
      letters = isLetter ? part.latin : "";
    }
  return written;
}

const fewestInitials = 3;
const mostInitials = 8;

function initialsOf(words: readonly string[]): readonly string[] {
  if (words.length < fewestInitials) return none;
  let all = "";
  let bare = "";
  for (const word of words) {
    const { initial, isSmall } = readWord(word);
    all += initial;
    if (!isSmall) bare += initial;
  }
  const found = isAsLongAsInitials(all.length) ? [all] : [];
  if (bare !== all && isAsLongAsInitials(bare.length)) found.push(bare);
  return found;
}

/** Is a name so long as initials are? */
export const isAsLongAsInitials = (length: number): boolean => length >= fewestInitials && length <= mostInitials;

/** "acme.robotics.com" and "www.acme-robotics.de/about" as the names that they stand for, "d'Azur" as two words. */
function bareName(text: string): string {
  const parted = elision.test(text) ? text.replace(elisions, "$1 ") : text;
  if (!parted.includes(".")) return parted;
  const trimmed = parted.trim();
  const host = /\s/.test(trimmed) ? undefined : hostName.exec(trimmed)?.[1];
  if (host !== undefined) return host.replace(/[.-]/g, " ");
  return mayHaveEnding.test(parted) ? parted.replace(/-/g, " ").replace(ending, "") : parted;
}

const elision = /['’]/;
const elisions = /(?<![\p{L}\p{N}])([dl])['’](?=\p{L}{2})/giu;
const hostName = /^(?:https?:\/\/)?(?:www\.)?([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*)\.[a-z]{2,6}(?:\/\S*)?$/iu;
const ending = /(?<=\p{L}{3})\.(?:com|net|org|io|[a-z]{2})(?=\s|$)/giu;
/** Asks less, and is asked of every name. */
const mayHaveEnding = /\.[a-z]{2,3}(?:[\s-]|$)/i;

function withMeanings(written: readonly WrittenWord[]): NameWord[] {
  const words: NameWord[] = [];
  let at = 0;
  for (let word = written[at]; word !== undefined; word = written[at]) {
    const phrase = word.longestPhrase > 1 ? phraseAt(written, at, word.longestPhrase) : null;
    words.push(phrase?.word ?? { text: word.latin, meaning: word.meaning ?? word.latin });
    at += phrase?.count ?? 1;
  }
  return words;
}

/** The longest of several words that begins there and has a meaning. */
function phraseAt(
  written: readonly WrittenWord[],
  at: number,
  longest: number,
): { word: NameWord; count: number } | null {
  for (let count = Math.min(longest, written.length - at); count > 1; count -= 1) {
    const phrase = written.slice(at, at + count);
    const meaning = meaningOf(nativeOf(phrase));
    if (meaning !== undefined) return { word: { text: latinOf(phrase), meaning }, count };
  }
  return null;
}

function latinOf(phrase: readonly WrittenWord[]): string {
  let text = "";
  for (const { latin } of phrase) text += latin;
  return text;
}

const nativeOf = (phrase: readonly WrittenWord[]): string => phrase.map(({ native }) => native).join(" ");
