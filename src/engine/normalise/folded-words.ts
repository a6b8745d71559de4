import { foldName, inPlainLetters } from "./normalised.ts";
import { remembered } from "./remembered.ts";

/** East Asian short forms, whose parentheses would be lost. */
const shortForms: Readonly<Record<string, string>> = {
  "(株)": "株式会社",
  "(有)": "有限会社",
  "(주)": "주식회사",
  "(유)": "유한회사",
};

const joiners = new Set(["and", "und"]);

const blanks = /[\t-\r ]+/;

/** The words of an organisation's name: lower case, without accents and signs; `&`, `+` and "und" are "and". */
export function foldedWords(text: string): string[] {
  if (isAscii(text)) return plainWords(text.toLowerCase());
  const words: string[] = [];
  for (const part of text.split(blanks))
    for (const word of isAscii(part) ? plainWords(part.toLowerCase()) : foreignWords(part)) words.push(word);
  return words;
}

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** Of a text between blanks, which are what letters on either side have no influence across. */
const foreignWords = remembered((text): readonly string[] => {
  const spelled = inPlainLetters(text.normalize("NFKC").toLowerCase()).replace(
    /\([株有주유]\)/g,
    (form) => shortForms[form] ?? form,
  );
  return foldName(spelled)
    .replace(/[&+]/g, " and ")
    .replace(/\//g, "")
    .replace(/[^\p{L}\p{M}\p{N} ]/gu, " ")
    .normalize("NFC")
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => (joiners.has(word) ? "and" : word));
});

/** What an ASCII sign does to the word that it stands in. */
const goesOn = 0;
const isLeftOut = 1;
const ends = 2;
const isAnd = 3;
const doing = Uint8Array.from({ length: 0x80 }, (_, unit) => {
  const sign = String.fromCharCode(unit);
  if (/[a-z0-9]/.test(sign)) return goesOn;
  if (".,'()/".includes(sign)) return isLeftOut;
  return sign === "&" || sign === "+" ? isAnd : ends;
});

/** As `foreignWords`, of ASCII in small letters, where nothing has to be taken apart. */
function plainWords(text: string): string[] {
  const words: string[] = [];
  let word = "";
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const does = at === text.length ? ends : (doing[text.charCodeAt(at)] ?? ends);
    if (does === goesOn) continue;
    if (at > from) word = word === "" ? text.slice(from, at) : word + text.slice(from, at);
    from = at + 1;
    if (does === isLeftOut) continue;
    if (word !== "") words.push(joiners.has(word) ? "and" : word);
    word = "";
    if (does === isAnd) words.push("and");
  }
  return words;
}
