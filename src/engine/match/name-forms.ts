import anyAscii from "any-ascii";
import companyWords from "../../data/company-words.json" with { type: "json" };
import { isNoCompany, withoutLegalForms } from "../normalise/company.ts";
import { foldedWords } from "../normalise/folded-words.ts";
import { remembered } from "../normalise/remembered.ts";

/** A word of a name in Latin letters, and the one that stands for all that mean the same in any language: "university" for "universität". */
export type NameWord = { text: string; meaning: string };

/** An organisation's name without its legal form, as it is compared. */
export type NameForms = {
  words: readonly NameWord[];
  /** Its words as they are written, without blanks. */
  joined: string;
  /** Numbers and roman numerals, which tell sisters apart. */
  numbers: readonly string[];
};

const longestName = 300;
const mostWords = 24;

/** Null: the text names nobody ("n/a", "Freiberufler", signs alone). */
export function nameForms(text: string | null | undefined): NameForms | null {
  const folded = foldedWords(bareName((text ?? "").slice(0, longestName)));
  if (folded.length === 0 || isNoCompany(folded)) return null;
  const written = inLatin(withoutLegalForms(folded));
  if (written.length === 0) return null;
  const words = withMeanings(written.slice(0, mostWords));
  return { words, joined: written.join(""), numbers: written.filter(isNumberWord) };
}

/** "gymnasium.sulingen.com" and "www.acme-robotics.de/about" as the names that they stand for. */
function bareName(text: string): string {
  if (!text.includes(".")) return text;
  const trimmed = text.trim();
  const host = /\s/.test(trimmed) ? undefined : hostName.exec(trimmed)?.[1];
  if (host !== undefined) return host.replace(/[.-]/g, " ");
  return mayHaveEnding.test(text) ? text.replace(/-/g, " ").replace(ending, "$1") : text;
}

const hostName = /^(?:https?:\/\/)?(?:www\.)?([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*)\.[a-z]{2,6}(?:\/\S*)?$/iu;
const ending = /(\p{L}{3,})\.(?:com|net|org|io|[a-z]{2})(?=\s|$)/giu;
/** Asks less, and is asked of every name. */
const mayHaveEnding = /\.[a-z]{2,3}(?:[\s-]|$)/i;

const unspacedScript = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}\p{sc=Myanmar}]/u;
const segmenter = new Intl.Segmenter("ja", { granularity: "word" });

/** Scripts that write no blanks are cut into words by the runtime's dictionaries. */
function segmented(word: string): string[] {
  if (!unspacedScript.test(word)) return [word];
  return Array.from(segmenter.segment(word), ({ segment }) => segment);
}

const plain = /^[a-z0-9]+$/;

const inLatin = (words: readonly string[]): readonly string[] =>
  words.every((word) => plain.test(word)) ? words : words.flatMap((word) => (plain.test(word) ? word : spelled(word)));

const spelled = remembered((word): readonly string[] =>
  segmented(word)
    .map(transliterated)
    .filter((part) => part !== ""),
);

const transliterated = (word: string): string =>
  anyAscii(word)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");

/** Arabic, or roman from two on: "I" and "V" are letters of names. */
export const isNumberWord = (word: string): boolean =>
  /^\d+$/.test(word) || /^(?:i{2,3}|iv|vi{0,3}|ix|xi{0,3})$/.test(word);

const longestPhrase = 4;

/** By phrase in Latin letters: the one word that stands for it. */
const meanings: ReadonlyMap<string, string> = new Map(
  [companyWords.telling, companyWords.weak].flatMap((groups) =>
    Object.entries(groups).flatMap(([meaning, phrases]) =>
      phrases.flatMap((phrase: string): [string, string][] => {
        const latin = phrase.split(" ").map(transliterated).join(" ");
        return latin === "" || latin.split(" ").length > longestPhrase ? [] : [[latin, meaning]];
      }),
    ),
  ),
);

const weakMeanings: ReadonlySet<string> = new Set(Object.keys(companyWords.weak));

/** Does the word say nothing of which company it is: "group", "international"? */
export const isWeak = ({ meaning }: NameWord): boolean => weakMeanings.has(meaning);

/** By the first word of phrases: how many words the longest has. */
const longestFrom = new Map<string, number>();
for (const phrase of meanings.keys()) {
  const words = phrase.split(" ");
  const [first = ""] = words;
  longestFrom.set(first, Math.max(words.length, longestFrom.get(first) ?? 0));
}

function withMeanings(written: readonly string[]): NameWord[] {
  const words: NameWord[] = [];
  for (let at = 0; at < written.length; ) {
    const { count, meaning } = phraseAt(written, at);
    words.push({ text: count === 1 ? (written[at] ?? "") : written.slice(at, at + count).join(""), meaning });
    at += count;
  }
  return words;
}

function phraseAt(written: readonly string[], at: number): { count: number; meaning: string } {
  const first = written[at] ?? "";
  for (let count = Math.min(longestFrom.get(first) ?? 0, written.length - at); count > 0; count -= 1) {
    const meaning = meanings.get(count === 1 ? first : written.slice(at, at + count).join(" "));
    if (meaning !== undefined) return { count, meaning };
  }
  return { count: 1, meaning: first };
}
