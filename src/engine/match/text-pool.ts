import { createGrowing, createGrowingBytes } from "./growing.ts";
import { type Seed, sipHash } from "./sip-hash.ts";

/** Texts by number, in flat arrays: the letters of all, where those of each begin, and a hash table to find one by. */
export type PooledTexts = {
  letters: Uint8Array;
  /** Of each text, and where the last one ends. */
  starts: Uint32Array;
  /** Open addressing, linear probing, a power of two long: a text's number + 1; 0: free. */
  slots: Uint32Array;
};

export type TextPool = {
  readonly size: number;
  textOf(number: number): string;
  /** -1: it is none of them. */
  numberOf(text: string): number;
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
  const letters = createGrowingBytes();
  const starts = createGrowing();
  starts.push(0);
  const hashes = createGrowing();
  let slots = new Uint32Array(firstSlots);

  const isSame = (number: number, length: number): boolean => {
    const from = starts.at(number);
    if (starts.at(number + 1) - from !== length) return false;
    for (let at = 0; at < length; at += 1) if (letters.at(from + at) !== scratch[at]) return false;
    return true;
  };

  function enlarge(): void {
    slots = new Uint32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < hashes.length; number += 1) {
      let slot = hashes.at(number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
  }

  return {
    get size() {
      return hashes.length;
    },
    add(text) {
      const length = encode(text);
      sipHash(text, seed, hash);
      const [low = 0] = hash;
      const mask = slots.length - 1;
      let slot = low & mask;
      for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
        if (hashes.at(taken - 1) === low && isSame(taken - 1, length)) return taken - 1;
        slot = (slot + 1) & mask;
      }
      for (let at = 0; at < length; at += 1) letters.push(scratch[at] ?? 0);
      starts.push(letters.length);
      hashes.push(low);
      slots[slot] = hashes.length;
      if (hashes.length * 4 > slots.length * 3) enlarge();
      return hashes.length - 1;
    },
    done: () => ({ letters: letters.trimmed(), starts: starts.trimmed(), slots }),
  };
}

export function openTextPool({ letters, starts, slots }: PooledTexts, seed: Seed): TextPool {
  const mask = slots.length - 1;
  return {
    size: starts.length - 1,
    textOf: (number) =>
      number < 0 || number >= starts.length - 1 ? "" : decode(letters, starts[number] ?? 0, starts[number + 1] ?? 0),
    numberOf(text) {
      const length = encode(text);
      sipHash(text, seed, hash);
      let slot = (hash[0] ?? 0) & mask;
      for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
        const from = starts[taken - 1] ?? 0;
        let at = (starts[taken] ?? 0) - from === length ? 0 : -1;
        while (at >= 0 && at < length) at = letters[from + at] === scratch[at] ? at + 1 : -1;
        if (at === length) return taken - 1;
        slot = (slot + 1) & mask;
      }
      return -1;
    },
  };
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
