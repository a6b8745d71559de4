import legalForms from "../../data/legal-forms.json" with { type: "json" };
import noCompany from "../../data/no-company-names.json" with { type: "json" };
import { editsBetween } from "../match/edits.ts";
import { foldedWords, isAscii } from "./folded-words.ts";
import type { Normalised } from "./normalised.ts";

const joined = (words: readonly string[]): string => words.join("");

const atEnd: ReadonlySet<string> = new Set(legalForms.atEnd.map((form) => joined(foldedWords(form))));
const atStart: ReadonlySet<string> = new Set(legalForms.atStart.map((form) => joined(foldedWords(form))));
const none: ReadonlySet<string> = new Set(noCompany.entries.map((name) => joined(foldedWords(name))));

/** East Asian names have no blank between the form and the name. */
const unspaced = (forms: ReadonlySet<string>): string[] =>
  [...forms].filter((form) => /^[\p{sc=Han}\p{sc=Hangul}]{2,}$/u.test(form)).sort((a, b) => b.length - a.length);
const unspacedAtEnd = unspaced(atEnd);
const unspacedAtStart = unspaced(atStart);

/** Long forms by their first letter, which is seldom the slip. */
const longForms = Map.groupBy(
  [...atEnd].filter((form) => /^[a-z]{5,}$/.test(form)),
  (form) => form[0] ?? "",
);

/** Is this word a legal form wherever it stands: "gmbh", and when nobody knows it as a word, "corporatipn"? */
export function looksLegal(word: string, isUnknown: boolean): boolean {
  if (word.length > 2 && atEnd.has(word)) return true;
  if (!isUnknown || word.length < 5) return false;
  return longForms.get(word[0] ?? "")?.some((form) => editsBetween(word, form, 1) <= 1) === true;
}

const beginningsOf = (texts: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...texts].flatMap((text) => Array.from(text, (_, at) => text.slice(0, at + 1))));

/** What none of the forms begins or ends with is not part of one. */
const endings = new Set([...atEnd].flatMap((form) => Array.from(form, (_, at) => form.slice(at))));
const beginnings = beginningsOf(atStart);
const beginningsOfNone = beginningsOf(none);

/** A form of several words: "gesellschaft mit beschränkter haftung". */
const mostWords = 4;

/**
 * A company's name without its legal forms, as two spellings of one name have it in common: "ACME S.p.A.", "Acme SpA" and
 * "acme" are all "acme". At least one word stays. What names no company ("n/a", "Freiberufler") is unknown and marked
 * `company-not-understood`, a missing name `company-missing`.
 */
export function normaliseCompany(text: string | null | undefined): Normalised<string> {
  const given = (text ?? "").slice(0, 300);
  if (given.trim() === "") return { value: null, mark: "company-missing" };
  const words = foldedWords(given);
  if (words.length === 0 || isNoCompany(words)) return { value: null, mark: "company-not-understood" };
  return { value: withoutLegalForms(words).join(" "), mark: null };
}

/** Do these folded words name no company: "n/a", "self employed"? */
export const isNoCompany = (words: readonly string[]): boolean =>
  beginningsOfNone.has(words[0] ?? "") && none.has(joined(words));

/** Folded words without the legal forms at their end and start; at least one word stays. */
export function withoutLegalForms(words: readonly string[]): readonly string[] {
  const left = stripStart(stripEnd(words));
  return left.some((word) => !isAscii(word) && eastAsian.test(word)) ? stripUnspaced(left.join(" ")).split(" ") : left;
}

const eastAsian = /[\p{sc=Han}\p{sc=Hangul}]/u;

function stripEnd(words: readonly string[]): readonly string[] {
  const most = Math.min(mostWords + 1, words.length - 1);
  let end = "";
  let found = 0;
  for (let count = 1; count <= most; count += 1) {
    end = (words[words.length - count] ?? "") + end;
    if (!endings.has(end)) break;
    if (atEnd.has(end)) found = count;
  }
  if (found === 0) return words;
  const left = words.slice(0, -found);
  // "Smith & Co": the sign goes with the form.
  return stripEnd(left.length > 1 && left.at(-1) === "and" ? left.slice(0, -1) : left);
}

function stripStart(words: readonly string[]): readonly string[] {
  const most = Math.min(mostWords, words.length - 1);
  let start = "";
  let found = 0;
  for (let count = 1; count <= most; count += 1) {
    start += words[count - 1] ?? "";
    if (!beginnings.has(start)) break;
    if (atStart.has(start)) found = count;
  }
  return found === 0 ? words : words.slice(found);
}

function stripUnspaced(name: string): string {
  const end = unspacedAtEnd.find((form) => name.length > form.length && name.endsWith(form));
  const left = end === undefined ? name : name.slice(0, -end.length).trim();
  const start = unspacedAtStart.find((form) => left.length > form.length && left.startsWith(form));
  return start === undefined ? left : left.slice(start.length).trim();
}
