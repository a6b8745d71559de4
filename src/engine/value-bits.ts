import { fieldOf, lineHolds } from "./conditions.ts";
import type { ConditionLine } from "./policy.ts";

/** A bit for each rule: set when a value lets it through, or when it does not ask for the field. */
export type Bits = Int32Array;

/** What one of some rules asks of a field: that a line holds, or that it does not. */
export type Ask = { rule: number; line: ConditionLine; isDenied: boolean };

/** What the values of one field do to the rules that ask for it, each worked out when it is first seen. */
export type ValueBits = {
  /** Of no value. */
  missing: Bits;
  /** By the text that the CRM has, which is cleaned once, however often it comes again; undefined: never seen. */
  known(text: string): Bits | undefined;
  learn(text: string): Bits;
};

/** Bounds what is kept of the values of one field, in bytes: e-mail addresses never come to an end. */
const mostKept = 4 << 20;
/** Of so many values that do otherwise to the rules, few are alike. */
const mostAlike = 200;
/** What a value costs beside its bits. */
const perValue = 150;

/** `count`: of all rules. No line may depend on more than this field's value. */
export function createValueBits(field: string, asks: readonly Ask[], count: number): ValueBits {
  const { clean } = fieldOf(field);
  const atMost = Math.floor(mostKept / (perValue + count / 8));
  const texts = new Map<string, Bits>();
  const numbers: (Bits | undefined)[] = [];
  // Many values do the same to all rules: their bits are one array, which stays close to the processor.
  const alike = new Map<string, Bits>();

  function keep(text: string, bits: Bits): void {
    if (texts.size >= atMost) texts.clear();
    const number = shortNumber(text);
    if (number === -1) texts.set(text, bits);
    else {
      while (numbers.length <= number) numbers.push(undefined);
      numbers[number] = bits;
    }
  }

  function shared(made: Bits): Bits {
    const key = made.join();
    const known = alike.get(key);
    if (known !== undefined) return known;
    if (alike.size >= mostAlike) alike.clear();
    alike.set(key, made);
    return made;
  }

  return {
    missing: lettingThrough(asks, null, count),
    known(text) {
      const number = shortNumber(text);
      return number === -1 ? texts.get(text) : numbers[number];
    },
    learn(text) {
      const bits = shared(lettingThrough(asks, clean(text), count));
      keep(text, bits);
      return bits;
    },
  };
}

function lettingThrough(asks: readonly Ask[], value: string | null, count: number): Bits {
  const bits = new Int32Array(Math.ceil(count / 32)).fill(-1);
  for (const { rule, line, isDenied } of asks)
    if (lineHolds(line, value, "") === isDenied) bits[rule >>> 5] = (bits[rule >>> 5] ?? 0) & ~(1 << (rule & 31));
  return bits;
}

/** The number that a text of one to four digits is; -1 for any other text, one with a zero in front among them. */
function shortNumber(text: string): number {
  const { length } = text;
  if (length === 0 || length > 4) return -1;
  let number = text.charCodeAt(0) - zero;
  if (number < 0 || number > 9 || (number === 0 && length > 1)) return -1;
  for (let at = 1; at < length; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

const zero = "0".charCodeAt(0);
