import { editsBetween } from "./edits.ts";

/** How one word may stand for another: written the same or meaning the same, by a slip, cut short, akin in another language, or as initials of several. */
export type Kinship = "same" | "slip" | "short" | "akin" | "initials";
/** `degree`: 0 to 1, of how much of the word counts as matched. */
export type WordLikeness = { degree: number; kinship: Kinship };

export const sameWord: WordLikeness = { degree: 1, kinship: "same" };
const short: WordLikeness = { degree: 0.9, kinship: "short" };

/** A word by its length and the codes of its first and last letter. */
export type WordShape = { length: number; first: number; last: number };

export const shapeOf = (word: string): WordShape => ({
  length: word.length,
  first: word.charCodeAt(0),
  last: word.charCodeAt(word.length - 1),
});

/** False: `likenessOf` finds nothing in common, whatever stands between. So it is with nearly all pairs of words. */
export function mayBeLike(a: WordShape, b: WordShape): boolean {
  if (a.first === b.first) return true;
  const apart = Math.abs(a.length - b.length);
  if (apart > mostApart || Math.min(a.length, b.length) < fewestOfStart) return false;
  return a.last === b.last || initialClass(a.first) === initialClass(b.first);
}

/** Null: they have nothing in common. Both in Latin letters, of other meanings. */
export function likenessOf(a: string, b: string): WordLikeness | null {
  return bySlip(a, b) ?? (isShortFor(a, b) || isShortFor(b, a) ? short : byStart(a, b));
}

const fewestForSlip = 4;
/** From so many letters on two slips are forgiven. */
const fewestForTwo = 8;

function bySlip(a: string, b: string): WordLikeness | null {
  const longer = Math.max(a.length, b.length);
  const most = longer >= fewestForTwo ? 2 : 1;
  if (Math.min(a.length, b.length) < fewestForSlip || Math.abs(a.length - b.length) > most) return null;
  // Slips at both ends at once are rarer than strangers.
  if (a[0] !== b[0] && a.at(-1) !== b.at(-1)) return null;
  const edits = editsBetween(a, b, most);
  return edits > most ? null : { degree: 1 - edits / (longer + 4), kinship: "slip" };
}

const fewestOfLong = 5;
const widestGap = 3;

/**
 * "hldgs" for "holdings", "tech" for "technologies", "engy" for "energy": its beginning, or its first letter and later
 * consonants in their order, none of them far from the one before.
 */
function isShortFor(cut: string, whole: string): boolean {
  if (cut.length < 2 || cut.length >= whole.length || whole.length < fewestOfLong || cut[0] !== whole[0]) return false;
  if (cut.length > 2 && whole.startsWith(cut)) return true;
  const stem = cut.endsWith("s") && whole.endsWith("s") ? cut.slice(0, -1) : cut;
  if (stem.length > 2 && whole.startsWith(stem)) return true;
  if (stem.length < 2 || /[aeiou]/.test(stem.slice(1))) return false;
  let from = 1;
  for (let at = 1; at < stem.length; at += 1) {
    const found = whole.indexOf(stem[at] ?? "", from);
    if (found === -1 || (found - from > widestGap && at < stem.length - 1)) return false;
    from = found + 1;
  }
  return true;
}

const fewestOfStart = 4;

/** "turismo" and "tourism" are not found so, "lutheran" and "luterana" by three letters; "ecological" and "ecologica" are. */
function byStart(a: string, b: string): WordLikeness | null {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared += 1;
  const longer = Math.max(a.length, b.length);
  if (shared >= fewestOfStart && shared * 2 >= longer)
    return { degree: 0.4 + (0.5 * shared) / longer, kinship: "akin" };
  if (!mayBeAkin(a, b)) return null;
  const sound = soundOf(a);
  return sound.length >= 3 && sound === soundOf(b) ? { degree: 0.6, kinship: "akin" } : null;
}

const mostApart = 4;

/** Told without their sounds, which take long to make: nearly all pairs of words are strangers. */
function mayBeAkin(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < fewestOfStart || Math.abs(a.length - b.length) > mostApart) return false;
  return initialClass(a.charCodeAt(0)) === initialClass(b.charCodeAt(0));
}

/** Letters that may begin the same sound; vowels are left out of it. */
const initials: readonly string[] = ["aeiouyhj", "ckq", "zs", "wv", "pf", "lr"];

/** By the letter's code: a number that those of one sound have in common. */
const classes = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const group = initials.findIndex((letters) => letters.includes(String.fromCharCode(code)));
  return group === -1 ? code : group;
});

const initialClass = (code: number): number => classes[code] ?? code;

/**
 * Its consonants, those that languages take for each other as one, without doubles: "turismo" and "tourism" are "trsm",
 * "luterana" and "lutheran" "rtrn".
 */
export function soundOf(word: string): string {
  let sound = "";
  let before = "";
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    const isPair = isHeardAsOne(word[at], word[at + 1]);
    const heard = isPair && code === codeOfP ? "f" : (heardAs[code] ?? "");
    if (heard !== before) sound += heard;
    before = heard;
    if (isPair) at += 1;
  }
  return sound;
}

const isHeardAsOne = (letter: string | undefined, next: string | undefined): boolean =>
  next === "h" ? letter === "t" || letter === "p" || letter === "c" : next === "k" && letter === "c";

const codeOfP = "p".charCodeAt(0);
const consonants: Readonly<Record<string, string>> = { c: "k", q: "k", z: "s", w: "v", l: "r" };

/** By a letter's code: the consonant that it is heard as; "" of vowels and of what is often written for none, which part doubles. */
const heardAs: readonly string[] = Array.from({ length: 0x80 }, (_, code) => {
  const letter = String.fromCharCode(code);
  return "aeiouyhj".includes(letter) ? "" : (consonants[letter] ?? letter);
});
