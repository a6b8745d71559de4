import anyAscii from "any-ascii";
import companyWords from "../../data/company-words.json" with { type: "json" };
import organisationWords from "../../data/organisation-words.json" with { type: "json" };
import placeNames from "../../data/place-names.json" with { type: "json" };
import { remembered } from "../normalise/remembered.ts";
import { isSmallWord } from "./small-words.ts";

const longestPhrase = 4;

/** A folded word or phrase in its own script, in Latin letters; kana without the sign that doubles a consonant. */
export const inLatin = (word: string): string => (/^[a-z0-9]+$/.test(word) ? word : spelled(word));

const spelled = remembered((word): string =>
  anyAscii(word.replace(/[ッっ]/g, ""))
    .toLowerCase()
    .replace(/[^a-z0-9]/g, ""),
);

/** One sign of Han says too little, and a short text in Latin letters is a word of some other language. */
const isTelling = (phrase: string): boolean => phrase.length > 1 && !isSmallWord(phrase);

const joined = (phrase: string): string => phrase.replaceAll(" ", "");

/** By word or phrase as it is folded, in its own script: the one word that stands for all that mean the same. */
const meanings = new Map<string, string>();

function learn(phrase: string, meaning: string): void {
  if (phrase.split(" ").length <= longestPhrase && isTelling(phrase) && !meanings.has(phrase))
    meanings.set(phrase, meaning);
}

for (const groups of [companyWords.telling, companyWords.weak, organisationWords.entries])
  for (const [meaning, phrases] of Object.entries(groups))
    for (const phrase of [meaning, ...phrases] as string[]) learn(phrase, meaning);
/** Letters that say about the same in Latin ones; signs of Han are read in many ways, and kana spell other languages' words. */
const alphabetic = /^[\p{sc=Cyrillic}\p{sc=Greek} ]+$/u;
const fewestLetters = 5;

for (const [phrase, meaning] of [...meanings]) {
  if (!alphabetic.test(phrase)) continue;
  const latin = phrase.split(" ").map(inLatin).join(" ");
  if (latin.length >= fewestLetters) learn(latin, meaning);
}

for (const [name, others] of Object.entries(placeNames.entries))
  for (const other of others as string[]) learn(other, joined(name));

/** Of a phrase in its own script; of an Arabic word also without its article. Undefined: it stands for itself. */
export const meaningOf = (phrase: string): string | undefined =>
  meanings.get(phrase) ?? (hasArticle(phrase) ? meanings.get(phrase.slice(article.length)) : undefined);

const article = "ال";
const hasArticle = (phrase: string): boolean =>
  phrase.charCodeAt(0) === article.charCodeAt(0) && phrase[1] === article[1];

/** By the first word of phrases: how many words the longest has. */
const longest = new Map<string, number>();
for (const phrase of meanings.keys()) {
  const words = phrase.split(" ");
  const [first = ""] = words;
  longest.set(first, Math.max(words.length, longest.get(first) ?? 0));
}

/** How many words a phrase has at most that begins with this one; 0: none does. */
export const longestFrom = (first: string): number =>
  longest.get(first) ?? (hasArticle(first) ? (longest.get(first.slice(article.length)) ?? 0) : 0);

const unspaced = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]+$/u;

/** By the last two signs of a word that is written without blanks: how long the longest of them is. */
const longestUnspaced = new Map<string, number>();
for (const phrase of meanings.keys())
  if (unspaced.test(phrase))
    longestUnspaced.set(phrase.slice(-2), Math.max(longestUnspaced.get(phrase.slice(-2)) ?? 0, phrase.length));

/** Length of the longest word with a meaning that ends there in a text without blanks; 0: none does. */
export function knownLengthBefore(text: string, end: number): number {
  const longest = Math.min(end, longestUnspaced.get(text.slice(Math.max(0, end - 2), end)) ?? 0);
  for (let length = longest; length > 1; length -= 1) if (meanings.has(text.slice(end - length, end))) return length;
  return 0;
}

/** A city's one name, whoever writes it: "vienna" for "wien". */
export const placeMeaning = (folded: string): string => placeMeanings.get(folded) ?? joined(folded);

const placeMeanings = new Map(
  Object.entries(placeNames.entries).flatMap(([name, others]) =>
    (others as string[]).map((other) => [other, joined(name)] as const),
  ),
);
