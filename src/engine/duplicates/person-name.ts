import { foldName, inPlainLetters } from "../normalise/normalised.ts";

/** A person's name for comparing: folded, without title; parts that are not known are empty. */
export type PersonName = { first: string; last: string };

const titles = new Set([
  "dr",
  "prof",
  "mr",
  "mrs",
  "ms",
  "miss",
  "herr",
  "frau",
  "mme",
  "monsieur",
  "madame",
  "ing",
  "dipl",
]);

/** Of its fields: "Dr. Jana", "Müller-Weiß" and "jana", "mueller weiss" are the same. Null when no part is known. */
export function personName(
  firstName: string | null | undefined,
  lastName: string | null | undefined,
): PersonName | null {
  const first = wordsOf(firstName);
  const last = wordsOf(lastName);
  if (first.length + last.length === 0) return null;
  // Some forms have one field for the whole name.
  if (last.length === 0 && first.length > 1) return ofWhole(first, firstName ?? "");
  if (first.length === 0 && last.length > 1) return ofWhole(last, lastName ?? "");
  // Of several first names the one that is used stands first, and others come and go.
  return { first: first[0] ?? "", last: last.join("") };
}

function ofWhole([one = "", ...rest]: readonly string[], written: string): PersonName {
  const isLastFirst = /^\s*[^\s,]+\s*,/.test(written);
  return isLastFirst ? { first: rest[0] ?? "", last: one } : { first: one, last: rest.join("") };
}

function wordsOf(text: string | null | undefined): string[] {
  const plain = foldName(inPlainLetters((text ?? "").toLowerCase()).replaceAll(",", " "));
  const words = plain.replace(/[^\p{L}\p{N} ]/gu, "").split(" ");
  return words.filter((word) => word !== "" && !titles.has(word));
}

/** Umlauts are written with an e behind the letter, or without. */
const isSame = (a: string, b: string): boolean => a === b || withoutUmlauts(a) === withoutUmlauts(b);

const withoutUmlauts = (part: string): string => part.replace(/([aou])e/g, "$1");

const isInitial = (part: string): boolean => part.length === 1;

const isWhole = ({ first, last }: PersonName): boolean => first.length > 1 && last.length > 1;

/** What near-same names have in common, so that they can be looked up by it; null for names that do not tell enough. */
export function nameInitials(name: PersonName | null): string | null {
  if (name === null || !isWhole(name)) return null;
  return [name.first, name.last]
    .map((part) => part.charAt(0))
    .sort()
    .join("");
}

/**
 * Is it nearly the same name? First and last name are both known and the same, in either order, but for one slip: two
 * neighbouring letters of one part changed places, or one letter of the last name is another, missing or too many. Only
 * parts of five letters and more may have it, and figures are no slip: "Maria" and "Mario", "Jan" and "Jana" are two people.
 */
export function isNearName(a: PersonName, b: PersonName): boolean {
  if (!isWhole(a) || !isWhole(b)) return false;
  if (isSame(a.first, b.last) && isSame(a.last, b.first)) return true;
  if (isSame(a.first, b.first)) return isSame(a.last, b.last) || isSlip(a.last, b.last);
  return isSame(a.last, b.last) && isSwap(a.first, b.first);
}

/** Do two names tell of one person or of two? Unknown when no part is known of both. An initial may stand for a name. */
export function compareNames(a: PersonName | null, b: PersonName | null): "agree" | "differ" | "unknown" {
  if (a === null || b === null) return "unknown";
  if (isNearName(a, b)) return "agree";
  const known = (["first", "last"] as const).filter((part) => a[part] !== "" && b[part] !== "");
  if (known.length === 0) return "unknown";
  return known.every((part) => isAlike(a[part], b[part])) ? "agree" : "differ";
}

const isAlike = (a: string, b: string): boolean =>
  isSame(a, b) || isSlip(a, b) || isInitialOf(a, b) || isInitialOf(b, a);

const isInitialOf = (one: string, other: string): boolean => isInitial(one) && other.startsWith(one);

const leastLetters = 5;

/** One letter is another, missing or too many, or two neighbours changed places. */
function isSlip(a: string, b: string): boolean {
  if (isSwap(a, b)) return true;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < leastLetters || long.length - short.length > 1) return false;
  const at = firstDifference(short, long);
  const isOneOff =
    short.length === long.length ? short.slice(at + 1) === long.slice(at + 1) : short.slice(at) === long.slice(at + 1);
  return isOneOff && !/\p{N}/u.test(`${short.charAt(at)}${long.charAt(at)}`);
}

function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length || a.length < leastLetters) return false;
  const at = firstDifference(a, b);
  return a.charAt(at) === b.charAt(at + 1) && a.charAt(at + 1) === b.charAt(at) && a.slice(at + 2) === b.slice(at + 2);
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charAt(at) === b.charAt(at)) at += 1;
  return at;
}
