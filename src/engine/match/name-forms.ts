import { isNoCompany, withoutLegalForms } from "../normalise/company.ts";
import { foldedWords, isAscii } from "../normalise/folded-words.ts";
import { remembered } from "../normalise/remembered.ts";
import { cutWords } from "./cut-words.ts";
import { isSmallWord } from "./small-words.ts";
import { inLatin, longestFrom, meaningOf } from "./word-meanings.ts";

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
  const written = writtenWords(bare).slice(0, mostWords);
  if (written.length === 0) return null;
  const latin = written.map((word) => word.latin);
  return {
    words: withMeanings(written),
    joined: latin.join(""),
    numbers: latin.filter(isNumberWord),
    initials: bare.length === folded.length ? initialsOf(folded) : unique([...initialsOf(bare), ...initialsOf(folded)]),
  };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** As it stands and in Latin letters. */
type Written = { native: string; latin: string };

/** Of a word in any script: a part for each word that it holds. */
const partsOf = remembered((word): readonly Written[] =>
  cutWords(word)
    .map((native) => ({ native, latin: inLatin(native) }))
    .filter(({ latin }) => latin !== ""),
);

/** Single letters that follow each other are one word: "R. S. Clark". */
function writtenWords(words: readonly string[]): Written[] {
  const written: Written[] = [];
  let letters = false;
  for (const word of words)
    for (const part of isAscii(word) ? [{ native: word, latin: word }] : partsOf(word)) {
      const isLetter = part.latin.length === 1 && part.latin >= "a";
      const last = written.at(-1);
      if (isLetter && letters && last !== undefined) {
        const both = last.latin + part.latin;
        written[written.length - 1] = { native: both, latin: both };
      } else written.push(part);
      letters = isLetter;
    }
  return written;
}

const fewestInitials = 3;
const mostInitials = 8;

function initialsOf(words: readonly string[]): string[] {
  if (words.length < fewestInitials) return [];
  let all = "";
  let bare = "";
  for (const word of words) {
    const text = isAscii(word) ? word : inLatin(word);
    const initial = text[0] ?? "";
    all += initial;
    if (!isSmallWord(text)) bare += initial;
  }
  return (all === bare ? [all] : [all, bare]).filter(({ length }) => isAsLongAsInitials(length));
}

/** Is a name so long as initials are? */
export const isAsLongAsInitials = (length: number): boolean => length >= fewestInitials && length <= mostInitials;

/** "gymnasium.sulingen.com" and "www.acme-robotics.de/about" as the names that they stand for, "d'Azur" as two words. */
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

/** Arabic, or roman from two on: "I" and "V" are letters of names. */
export const isNumberWord = (word: string): boolean => number.test(word);

const number = /^(?:\d+|i{2,3}|iv|vi{0,3}|ix|xi{0,3})$/;

function withMeanings(written: readonly Written[]): NameWord[] {
  const words: NameWord[] = [];
  for (let at = 0; at < written.length; ) {
    const { count, meaning } = phraseAt(written, at);
    const first = written[at]?.latin ?? "";
    const text = count === 1 ? first : latinOf(written.slice(at, at + count));
    words.push({ text, meaning: meaning ?? text });
    at += count;
  }
  return words;
}

const latinOf = (phrase: readonly Written[]): string => phrase.map(({ latin }) => latin).join("");

function phraseAt(written: readonly Written[], at: number): { count: number; meaning?: string } {
  const first = written[at]?.native ?? "";
  for (let count = Math.min(longestFrom(first), written.length - at); count > 0; count -= 1) {
    const phrase = count === 1 ? first : nativeOf(written.slice(at, at + count));
    const meaning = meaningOf(phrase);
    if (meaning !== undefined) return { count, meaning };
  }
  return { count: 1 };
}

const nativeOf = (phrase: readonly Written[]): string => phrase.map(({ native }) => native).join(" ");
