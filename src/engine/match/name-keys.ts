import { remembered } from "../normalise/remembered.ts";
import type { NameForms } from "./name-forms.ts";
import { soundOf } from "./word-likeness.ts";

/** Keys that one name of an account is found by, whole. */
export function keysOfName(name: NameForms): string[] {
  const { joined } = name;
  const initials = acronymsOf(name);
  return [`j:${joined}`, `s:${sortedMeanings(name)}`, ...initials.map((each) => `a:${each}`)];
}

export function sortedMeanings({ words }: NameForms): string {
  if (words.length === 1) return words[0]?.meaning ?? "";
  return words
    .map(({ meaning }) => meaning)
    .sort()
    .join(" ");
}

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
  if (texts.length < fewest) return [];
  let all = "";
  let bare = "";
  for (const text of texts) {
    const initial = text[0] ?? "";
    all += initial;
    if (!smallWords.has(text)) bare += initial;
  }
  return (all === bare ? [all] : [all, bare]).filter(({ length }) => length >= fewest && length <= most);
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

const fewestOfTelling = 4;
const mostTelling = 6;
const mostSounded = 4;

const sounding = remembered(soundOf);

/** Pairs of words by their sound, in one country: names of one body in two languages have some in common. */
export function soundKeys({ words }: NameForms, country: string | null): string[] {
  if (country === null) return [];
  const sounds: string[] = [];
  let telling = 0;
  for (const { text, meaning } of words) {
    if (text.length < fewestOfTelling || isSmallWord(text)) continue;
    telling += 1;
    if (telling > mostTelling) break;
    const sound = meaning === text ? sounding(text) : `=${meaning}`;
    if (sound.length > 1 && !sounds.includes(sound)) sounds.push(sound);
  }
  const keys: string[] = [];
  const last = Math.min(sounds.length, mostSounded);
  for (let one = 0; one < last; one += 1)
    for (let other = one + 1; other < last; other += 1) {
      const a = sounds[one] ?? "";
      const b = sounds[other] ?? "";
      keys.push(a < b ? `x:${country}${a}+${b}` : `x:${country}${b}+${a}`);
    }
  return keys;
}

/** Is this short name made of the first letters of these words? */
export const isInitials = (name: string, texts: readonly string[]): boolean =>
  name.length >= fewest && name.length <= most && texts.length >= fewest && initialsOf(texts).includes(name);

export const acronymsOf = ({ words }: NameForms): string[] => initialsOf(words.map(({ text }) => text));
