import { bucketOf } from "./buckets.ts";
import { withRoom } from "./growing.ts";
import { type Seed, sipHash } from "./sip-hash.ts";

/** Texts by number, in flat arrays: the letters of all, where those of each begin, and a hash table to find one by. */
export type PooledTexts = {
  letters: Uint8Array;
  /** Of each text, and where the last one ends. */
  starts: Uint32Array;
  /** Open addressing, linear probing, two of three taken: a text's number + 1; 0: free. */
  slots: Uint32Array;
};

export type TextPool = {
  readonly size: number;
  textOf(number: number): string;
  /** -1: it is none of them. */
  numberOf(text: string): number;
  /** Below 0: the first is shorter, or as long and before the other in the order of its letters. */
  compare(a: number, b: number): number;
};

export type TextPoolBuilder = {
  readonly size: number;
  /** The text's number: the next one of a text that is new. */
  add(text: string): number;
  /** Ends the adding. */
  done(): PooledTexts;
};

const firstSlots = 1_024;

export function createTextPool(seed: Seed): TextPoolBuilder {
  let letters = new Uint8Array(firstSlots);
  let starts = new Uint32Array(firstSlots);
  let hashes = new Uint32Array(firstSlots);
  let slots = new Uint32Array(firstSlots);
  let size = 0;

  function enlarge(): void {
    slots = new Uint32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < size; number += 1) {
      let slot = (hashes[number] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
  }

  function append(text: string, low: number, slot: number): number {
    const from = starts[size] ?? 0;
    const length = encode(text);
    letters = withRoom(letters, from + length);
    starts = withRoom(starts, size + 2);
    hashes = withRoom(hashes, size + 1);
    for (let at = 0; at < length; at += 1) letters[from + at] = scratch[at] ?? 0;
    starts[size + 1] = from + length;
    hashes[size] = low;
    size += 1;
    slots[slot] = size;
    if (size * 4 > slots.length * 3) enlarge();
    return size - 1;
  }

  return {
    get size() {
      return size;
    },
    add(text) {
      sipHash(text, seed, hash);
      const low = hash[0] ?? 0;
      const mask = slots.length - 1;
      let slot = low & mask;
      for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
        if (hashes[taken - 1] === low && isText(text, letters, starts[taken - 1] ?? 0, starts[taken] ?? 0))
          return taken - 1;
        slot = (slot + 1) & mask;
      }
      return append(text, low, slot);
    },
    done: () => ({
      letters: letters.slice(0, starts[size]),
      starts: starts.slice(0, size + 1),
      slots: slotsOf(hashes.subarray(0, size)),
    }),
  };
}

const slotsOfText = 1.5;

function slotsOf(hashes: Uint32Array): Uint32Array<ArrayBuffer> {
  const slots = new Uint32Array(Math.ceil(hashes.length * slotsOfText) + 1);
  for (let number = 0; number < hashes.length; number += 1) {
    let slot = bucketOf(hashes[number] ?? 0, slots.length);
    while (slots[slot] !== 0) slot = slot + 1 === slots.length ? 0 : slot + 1;
    slots[slot] = number + 1;
  }
  return slots;
}

export function openTextPool({ letters, starts, slots }: PooledTexts, seed: Seed): TextPool {
  return {
    size: starts.length - 1,
    textOf: (number) =>
      number < 0 || number >= starts.length - 1 ? "" : decode(letters, starts[number] ?? 0, starts[number + 1] ?? 0),
    compare(a, b) {
      const [from, other] = [starts[a] ?? 0, starts[b] ?? 0];
      const length = (starts[a + 1] ?? 0) - from;
      const longer = length - ((starts[b + 1] ?? 0) - other);
      if (longer !== 0) return longer;
      let at = 0;
      while (at < length && letters[from + at] === letters[other + at]) at += 1;
      return at === length ? 0 : (letters[from + at] ?? 0) - (letters[other + at] ?? 0);
    },
    numberOf(text) {
      sipHash(text, seed, hash);
      let slot = bucketOf(hash[0] ?? 0, slots.length);
      for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
        if (isText(text, letters, starts[taken - 1] ?? 0, starts[taken] ?? 0)) return taken - 1;
        slot = slot + 1 === slots.length ? 0 : slot + 1;
      }
      return -1;
    },
  };
}

/** Do these letters spell the text? */
function isText(text: string, letters: Uint8Array, from: number, to: number): boolean {
  const { length } = text;
  if (to - from === length) {
    let at = 0;
    for (let unit = text.charCodeAt(at); at < length && unit < 0x80 && letters[from + at] === unit; )
      unit = text.charCodeAt(++at);
    return at === length;
  }
  // One byte a letter is the least: there are more where letters are not ASCII.
  if (to - from < length || encode(text) !== to - from) return false;
  for (let at = from; at < to; at += 1) if (letters[at] !== scratch[at - from]) return false;
  return true;
}

const hash = new Uint32Array(2);
let scratch = new Uint8Array(1_024);

/** UTF-16 units one by one as UTF-8 has them (CESU-8), which also keeps halves of pairs; into `scratch`. Gives the length in bytes. */
function encode(text: string): number {
  if (text.length * 3 > scratch.length) scratch = new Uint8Array(text.length * 4);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) scratch[length++] = unit;
    else if (unit < 0x800) {
      scratch[length++] = 0xc0 | (unit >> 6);
      scratch[length++] = 0x80 | (unit & 0x3f);
    } else {
      scratch[length++] = 0xe0 | (unit >> 12);
      scratch[length++] = 0x80 | ((unit >> 6) & 0x3f);
      scratch[length++] = 0x80 | (unit & 0x3f);
    }
  }
  return length;
}

function decode(letters: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; ) {
    const first = letters[at++] ?? 0;
    if (first < 0x80) text += asciiSigns[first];
    else if (first < 0xe0) text += String.fromCharCode(((first & 0x1f) << 6) | ((letters[at++] ?? 0) & 0x3f));
    else {
      const second = (letters[at++] ?? 0) & 0x3f;
      text += String.fromCharCode(((first & 0x0f) << 12) | (second << 6) | ((letters[at++] ?? 0) & 0x3f));
    }
  }
  return text;
}

const asciiSigns: readonly string[] = Array.from({ length: 0x80 }, (_, unit) => String.fromCharCode(unit));
