import type { NameForms } from "./name-forms.ts";
import { soundOf } from "./word-likeness.ts";

/** Keys that one name of an account is found by, whole. */
export function keysOfName(name: NameForms): string[] {
  const { joined } = name;
  const initials = acronymsOf(name);
  return [`j:${joined}`, `s:${sortedMeanings(name)}`, ...initials.map((each) => `a:${each}`)];
}

export const sortedMeanings = ({ words }: NameForms): string =>
  words
    .map(({ meaning }) => meaning)
    .sort()
    .join(" ");

const smallWords = new Set(
  "a an and at by for from in of on or the to with de del della di da do dos das du des la le les l el los las y e et en i und fur der die das den dem des zu zur zum von vom im am mit och for av till i og til van het een en voor w z na do i dla".split(
    " ",
  ),
);

/** Of what it would tell by its rarity: "the" and "of" come and go. */
export const ofSmall = 0.2;
export const isSmallWord = (text: string): boolean => smallWords.has(text);

const fewest = 3;
const most = 8;

/** Initials with and without small words; none of a name of fewer than three words. */
export function initialsOf(texts: readonly string[]): string[] {
  const all = texts.map((text) => text[0] ?? "").join("");
  const bare = texts
    .filter((text) => !smallWords.has(text))
    .map((text) => text[0] ?? "")
    .join("");
  return [...new Set([all, bare])].filter(({ length }) => length >= fewest && length <= most);
}

/** Its first words joined, which may be the label of its domain: "sky" of "Sky Retail Stores". */
export function startsOf({ words }: NameForms): string[] {
  const starts = [1, 2, 3]
    .filter((count) => count < words.length)
    .map((count) =>
      words
        .slice(0, count)
        .map(({ text }) => text)
        .join(""),
    );
  return starts.filter(({ length }) => length >= fewest);
}

const mostSounded = 4;

/** Pairs of words by their sound, in one country: names of one body in two languages have some in common. */
export function soundKeys({ words }: NameForms, country: string | null): string[] {
  if (country === null) return [];
  const telling = words.filter((word) => !isSmallWord(word.text) && word.text.length > 3);
  const sounds = [
    ...new Set(
      telling.slice(0, mostSounded + 2).map(({ text, meaning }) => (meaning === text ? soundOf(text) : `=${meaning}`)),
    ),
  ];
  const rarest = sounds.filter(({ length }) => length > 1).slice(0, mostSounded);
  return rarest.flatMap((a, at) =>
    rarest.slice(at + 1).map((b) => (a < b ? `x:${country}${a}+${b}` : `x:${country}${b}+${a}`)),
  );
}

/** Is this short name made of the first letters of these words? */
export const isInitials = (name: string, texts: readonly string[]): boolean =>
  name.length >= fewest && name.length <= most && texts.length >= fewest && initialsOf(texts).includes(name);

export const acronymsOf = ({ words }: NameForms): string[] => initialsOf(words.map(({ text }) => text));
