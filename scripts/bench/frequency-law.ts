import { createRandom } from "../../src/sandbox/create-random.ts";

/**
 * How often texts come, by rank: the commonest as they were counted, the others by a power of their rank without end (Zipf),
 * so that ten times as many draws bring new ones as they do among real names.
 */
export type FrequencyLaw = {
  /** Place of a text among those counted, from 0; -1: it is none of them. */
  rankOf(text: string): number;
  /** A text of rank `from` or more. `random`: numbers in [0, 1). */
  draw(random: () => number, from?: number): string;
  /** The text of a rank: counted, or made of letters as they follow each other in rare ones. */
  textAt(rank: number): string;
  /** Texts with their counts, the commonest first. */
  counted: readonly (readonly [text: string, count: number])[];
};

/** Ranks below are drawn as they were counted. */
const mostExact = 1_000;

export function createLaw(texts: Iterable<string>): FrequencyLaw {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const counted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const ranks = new Map(counted.map(([text], rank) => [text, rank]));
  const total = counted.reduce((sum, [, count]) => sum + count, 0);
  const exact = Math.min(mostExact, Math.ceil(counted.length / 2));
  const below = new Float64Array(exact + 1);
  for (let rank = 0; rank < exact; rank += 1) below[rank + 1] = (below[rank] ?? 0) + (counted[rank]?.[1] ?? 0) / total;
  const left = 1 - (below[exact] ?? 0);
  // As much as is left lies below the curve that goes on where the counted ones end.
  const power = 1 + ((counted[exact]?.[1] ?? 1) / total) * (exact / left);
  const make = createMaker(counted.slice(exact).map(([text]) => text));
  const textAt = (rank: number): string => counted[rank]?.[0] ?? make(rank);
  return {
    rankOf: (text) => ranks.get(text) ?? -1,
    textAt,
    counted,
    draw(random, from = 0) {
      const first = below[Math.min(from, exact)] ?? 0;
      const at = first + random() * (1 - first);
      if (at < (below[exact] ?? 0)) return textAt(rankIn(below, at));
      return textAt(Math.floor(exact * (1 - random()) ** (-1 / (power - 1))));
    },
  };
}

/** The last rank that begins at or below a share of all. */
function rankIn(below: Float64Array, share: number): number {
  let low = 0;
  let high = below.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((below[middle] ?? 0) <= share) low = middle;
    else high = middle - 1;
  }
  return low;
}

const shortest = 4;
const longest = 11;

/** Words by number, always the same: each letter follows the one before as often as in these words. */
function createMaker(words: readonly string[]): (number: number) => string {
  const plain = words.map((word) => word.toLowerCase()).filter((word) => /^[a-z]{4,}$/.test(word));
  const alphabet = "abcdefghijklmnopqrstuvwxyz";
  // By the letter before; the last one is that of beginnings.
  const followers = Array.from({ length: alphabet.length + 1 }, () => "");
  const beginning = alphabet.length;
  for (const word of plain)
    for (let at = 0; at < word.length; at += 1) {
      const before = at === 0 ? beginning : alphabet.indexOf(word[at - 1] ?? "");
      followers[before] = (followers[before] ?? "") + word[at];
    }
  return (number) => {
    const random = createRandom(number % 4_294_967_291);
    const length = shortest + Math.floor(random() * (longest - shortest));
    let before = beginning;
    let word = "";
    for (let at = 0; at < length; at += 1) {
      const next = followers[before] || followers[beginning] || alphabet;
      const letter = next.charCodeAt(Math.floor(random() * next.length));
      word += String.fromCharCode(at === 0 ? letter - 32 : letter);
      before = letter - 97;
    }
    return word;
  };
}
