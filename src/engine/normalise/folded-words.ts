import { foldName, inPlainLetters } from "./normalised.ts";

/** East Asian short forms, whose parentheses would be lost. */
const shortForms: Readonly<Record<string, string>> = {
  "(株)": "株式会社",
  "(有)": "有限会社",
  "(주)": "주식회사",
  "(유)": "유한회사",
};

const joiners = new Set(["and", "und"]);

/** The words of an organisation's name: lower case, without accents and signs; `&`, `+` and "und" are "and". */
export function foldedWords(text: string): string[] {
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
