import legalForms from "../../data/legal-forms.json" with { type: "json" };
import noCompany from "../../data/no-company-names.json" with { type: "json" };
import { foldName, inPlainLetters, type Normalised } from "./normalised.ts";

/** East Asian short forms, whose parentheses would be lost. */
const shortForms: Readonly<Record<string, string>> = {
  "(株)": "株式会社",
  "(有)": "有限会社",
  "(주)": "주식회사",
  "(유)": "유한회사",
};

const joiners = new Set(["and", "und"]);

/** The words of a company's name: lower case, without accents and signs; `&`, `+` and "und" are "and". */
function wordsOf(text: string): string[] {
  const spelled = inPlainLetters(text.normalize("NFKC").toLowerCase()).replace(
    /\([株有주유]\)/g,
    (form) => shortForms[form] ?? form,
  );
  return foldName(spelled)
    .replace(/[&+]/g, " and ")
    .replace(/\//g, "")
    .replace(/[^\p{L}\p{N} ]/gu, " ")
    .normalize("NFC")
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => (joiners.has(word) ? "and" : word));
}

const joined = (words: readonly string[]): string => words.join("");

const atEnd: ReadonlySet<string> = new Set(legalForms.atEnd.map((form) => joined(wordsOf(form))));
const atStart: ReadonlySet<string> = new Set(legalForms.atStart.map((form) => joined(wordsOf(form))));
const none: ReadonlySet<string> = new Set(noCompany.entries.map((name) => joined(wordsOf(name))));

/** East Asian names have no blank between the form and the name. */
const unspaced = (forms: ReadonlySet<string>): string[] =>
  [...forms].filter((form) => /^[\p{sc=Han}\p{sc=Hangul}]{2,}$/u.test(form)).sort((a, b) => b.length - a.length);
const unspacedAtEnd = unspaced(atEnd);
const unspacedAtStart = unspaced(atStart);

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
  const words = wordsOf(given);
  if (words.length === 0 || none.has(joined(words))) return { value: null, mark: "company-not-understood" };
  return { value: stripUnspaced(stripStart(stripEnd(words)).join(" ")), mark: null };
}

function stripEnd(words: readonly string[]): readonly string[] {
  for (let count = Math.min(mostWords + 1, words.length - 1); count > 0; count -= 1) {
    if (!atEnd.has(joined(words.slice(-count)))) continue;
    const left = words.slice(0, -count);
    // "Smith & Co": the sign goes with the form.
    return stripEnd(left.length > 1 && left.at(-1) === "and" ? left.slice(0, -1) : left);
  }
  return words;
}

function stripStart(words: readonly string[]): readonly string[] {
  for (let count = Math.min(mostWords, words.length - 1); count > 0; count -= 1)
    if (atStart.has(joined(words.slice(0, count)))) return words.slice(count);
  return words;
}

function stripUnspaced(name: string): string {
  const end = unspacedAtEnd.find((form) => name.length > form.length && name.endsWith(form));
  const left = end === undefined ? name : name.slice(0, -end.length).trim();
  const start = unspacedAtStart.find((form) => left.length > form.length && left.startsWith(form));
  return start === undefined ? left : left.slice(start.length).trim();
}
