import type { NameForms, NameWord } from "./name-forms.ts";
import { isSmallWord } from "./small-words.ts";
import { soundOf } from "./word-likeness.ts";

type Put = (key: string) => void;

/** Calls `put` with the keys that one name of an account is found by, whole. */
export function eachKeyOfName(name: NameForms, put: Put): void {
  put(`j:${name.joined}`);
  put(`s:${sortedMeanings(name)}`);
  for (const initials of name.initials) put(`a:${initials}`);
}

export function sortedMeanings({ words }: NameForms): string {
  // By insertion: of so few that is quickest.
  const sorted: string[] = [];
  for (const { meaning } of words) {
    let at = sorted.push(meaning) - 1;
    for (let before = sorted[at - 1]; before !== undefined && before > meaning; before = sorted[at - 1]) {
      sorted[at] = before;
      at -= 1;
    }
    sorted[at] = meaning;
  }
  return sorted.join(" ");
}

const fewest = 3;

/** Its first words joined, which may be the label of its domain: "kestrel" of "Kestrel Retail Stores". */
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

const fewestOfRun = 3;
const mostOfRun = 6;

/** Initials of its first or last words, in one country: "nvs" of "ABC Northern Valve Systems". */
function eachRunKey({ initials }: NameForms, country: string, put: Put): void {
  for (const all of initials)
    for (const cut of [1, 2]) {
      const length = all.length - cut;
      if (length < fewestOfRun || length > mostOfRun) continue;
      put(runKey(all.slice(cut), country));
      put(runKey(all.slice(0, length), country));
    }
}

export const runKey = (run: string, country: string): string => `i:${country}${run}`;

const fewestOfSound = 3;

/** By the sound of one word, in one country; null: it has too little of it. */
export function wordSoundKey({ text, meaning }: NameWord, country: string): string | null {
  const sound = meaning === text ? soundOf(text) : "";
  return sound.length < fewestOfSound ? null : `y:${country}${sound}`;
}

const mostOfWordSounds = 2;

/** Calls `put` with what an account is found by in its country. */
export function eachKeyInCountry(name: NameForms, country: string | null, put: Put): void {
  if (country === null) return;
  for (const key of soundKeys(name, country)) put(key);
  eachRunKey(name, country, put);
  for (const word of name.words.slice(0, mostOfWordSounds)) {
    const key = wordSoundKey(word, country);
    if (key !== null) put(key);
  }
}

/** Pairs of words by their sound, in one country: names of one body in two languages have some in common. */
export function soundKeys({ words }: NameForms, country: string | null): string[] {
  if (country === null) return [];
  const sounds: string[] = [];
  let telling = 0;
  for (const { text, meaning } of words) {
    if (text.length < fewestOfTelling || isSmallWord(text)) continue;
    telling += 1;
    if (telling > mostTelling) break;
    const sound = meaning === text ? soundOf(text) : `=${meaning}`;
    if (sound.length > 1 && !sounds.includes(sound)) sounds.push(sound);
    if (sounds.length === mostSounded) break;
  }
  const keys: string[] = [];
  for (let one = 0; one < sounds.length; one += 1)
    for (let other = one + 1; other < sounds.length; other += 1) {
      const a = sounds[one] ?? "";
      const b = sounds[other] ?? "";
      keys.push(a < b ? `x:${country}${a}+${b}` : `x:${country}${b}+${a}`);
    }
  return keys;
}
