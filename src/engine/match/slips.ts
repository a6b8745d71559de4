import { bucketOf, bucketsFor, startsOf } from "./buckets.ts";
import { editsBetween } from "./edits.ts";
import { createGrowing } from "./growing.ts";
import { hashEnd, hashOn, hashStart, hashText } from "./hash.ts";

/**
 * Words by what is left of each without one of its letters, after the deletion neighbourhood of W. Garbe's SymSpell, in
 * flat arrays: an entry holds a word's number in its lower bits and in those above as much of the hash as there is room
 * for. What agrees by chance is told apart by its letters.
 */
export type SlipEntries = { starts: Uint32Array; entries: Uint32Array };

export type Near = { word: number; edits: number };

const shortest = 4;
const longest = 24;
/** From so many letters on two slips are forgiven. */
const forTwo = 8;

const isForgiving = ({ length }: string): boolean => length >= shortest && length <= longest;

/** `words`: their numbers, all below `limit`. */
export function slipsOf(words: Iterable<number>, textOf: (word: number) => string, limit: number): SlipEntries {
  const hashes = createGrowing();
  const of = createGrowing();
  for (const word of words) {
    const text = textOf(word);
    if (!isForgiving(text)) continue;
    eachSlip(text, 1, (hash) => {
      hashes.push(hash);
      of.push(word);
    });
  }
  const all = hashes.trimmed();
  const numbers = of.trimmed();
  const buckets = bucketsFor(all.length);
  const starts = startsOf(all, buckets);
  const next = starts.slice();
  const entries = new Uint32Array(all.length);
  const wordBits = bitsFor(limit);
  for (let at = 0; at < all.length; at += 1) {
    const hash = all[at] ?? 0;
    const bucket = bucketOf(hash, buckets);
    const place = next[bucket] ?? 0;
    next[bucket] = place + 1;
    entries[place] = (checkOf(hash, wordBits) | (numbers[at] ?? 0)) >>> 0;
  }
  return { starts, entries };
}

/** Bits that hold any number below the limit, at least one. */
const bitsFor = (limit: number): number => Math.max(1, 32 - Math.clz32(Math.max(0, limit - 1)));

/** Lower bits of the hash, which its bucket does not tell, above those of the word. */
const checkOf = (hash: number, wordBits: number): number => (wordBits >= 32 ? 0 : hash << wordBits);

/** Words that may be meant by a text that is none: one slip away, of longer ones two; with the number of slips. */
export function nearest(
  text: string,
  { starts, entries }: SlipEntries,
  { textOf, limit }: { textOf(word: number): string; limit: number },
): Near[] {
  if (!isForgiving(text)) return [];
  const most = text.length >= forTwo ? 2 : 1;
  const found = new Map<number, number>();
  const buckets = starts.length - 1;
  const wordBits = bitsFor(limit);
  const wordMask = wordBits >= 32 ? 0xffffffff : 2 ** wordBits - 1;
  eachSlip(text, most, (hash) => {
    const check = checkOf(hash, wordBits) >>> 0;
    const bucket = bucketOf(hash, buckets);
    const end = starts[bucket + 1] ?? 0;
    for (let at = starts[bucket] ?? 0; at < end; at += 1) {
      const entry = entries[at] ?? 0;
      const word = (entry & wordMask) >>> 0;
      if ((entry ^ word) >>> 0 !== check || found.has(word)) continue;
      const edits = editsBetween(text, textOf(word), most);
      if (edits <= most) found.set(word, edits);
    }
  });
  return Array.from(found, ([word, edits]) => ({ word, edits }));
}

/**
 * Hashes of a text as it is, then without each one of its letters, and where two slips are forgiven then without each two.
 * Of equal neighbours it is all the same which one is missing, so each text is made once.
 */
function eachSlip(text: string, most: number, found: (hash: number) => void): void {
  found(hashText(text));
  const { length } = text;
  let before = hashStart();
  for (let first = 0; first < length; first += 1) {
    if (first === 0 || text[first] !== text[first - 1]) found(hashEnd(hashOn(before, text, first + 1, length)));
    before = hashOn(before, text, first, first + 1);
  }
  if (most < 2) return;
  before = hashStart();
  for (let first = 0; first < length; first += 1) {
    let between = before;
    before = hashOn(before, text, first, first + 1);
    if (first > 0 && text[first] === text[first - 1]) continue;
    for (let second = first + 1; second < length; second += 1) {
      const neighbour = second - 1 === first ? first - 1 : second - 1;
      if (neighbour < 0 || text[second] !== text[neighbour]) found(hashEnd(hashOn(between, text, second + 1, length)));
      between = hashOn(between, text, second, second + 1);
    }
  }
}
