import { evaluate, type Field, fieldOf } from "./conditions.ts";
import { operators } from "./operators.ts";
import type { Condition } from "./policy.ts";
import type { LeadFacts } from "./snapshot.ts";
import { type Ask, type Bits, createValueBits, type ValueBits } from "./value-bits.ts";

/**
 * What was found: the first rule that holds (-1: none does), and why each rule before it does not. `fields`: for each
 * word of 32 rules and each field that they ask for, a bit for every rule that failed there first; `others`: rule after
 * rule, and the item that failed, of those that fail on more than the value of a field.
 */
export type Match = { index: number; fields: readonly number[]; others: readonly number[] };

/**
 * Ordered rules of which the first that holds counts, as if each were evaluated in turn. The items of a rule are those of
 * its outermost `all`, or the rule itself.
 */
export type RuleSet = {
  first(facts: LeadFacts, now: string): number;
  match(facts: LeadFacts, now: string): Match;
  /** Of each rule that was passed over, an item that failed. */
  failedItems(match: Match): number[];
  /** Every rule that holds, not the first alone. */
  every(facts: LeadFacts, now: string): number[];
};

type AskedItem = Ask & { item: number };

/** What rules ask of one field, once each; a rule that asks for it twice has the second one in another column. */
type Column = { field: string; asks: readonly AskedItem[]; items: Int16Array };
/** What no value of a single field tells, `any` and `all` within a rule among it, and what depends on the time. */
type Residue = { item: number; condition: Condition };

/**
 * Compiles rules to bits: what a value does to all rules is worked out when it is first seen, and a lead's first match
 * is the lowest bit that its values have in common; the residue is evaluated for those rules alone that the bits let
 * through. After the bit-vector packet classifiers of Lakshman and Stiliadis (SIGCOMM 1998).
 */
export function compileRules(conditions: readonly Condition[]): RuleSet {
  const count = conditions.length;
  const { columns, residues } = takeApart(conditions);
  const cells = columns.map(({ field, asks }) => createValueBits(field, asks, count));
  const raws = columns.map(({ field }) => fieldOf(field).raw);

  const words = Math.ceil(count / 32);
  // Filled anew for each lead: nothing of it is handed out.
  const bits: Bits[] = cells.map(({ missing }) => missing);

  function bitsOf(column: number, facts: LeadFacts): Bits {
    const cell = cells[column] as ValueBits;
    const text = (raws[column] as Field["raw"])(facts);
    return text === null ? cell.missing : (cell.known(text) ?? cell.learn(text));
  }

  function look(facts: LeadFacts): void {
    for (let column = 0; column < cells.length; column += 1) bits[column] = bitsOf(column, facts);
  }

  function failedResidue(rule: number, facts: LeadFacts, now: string): number {
    for (const { item, condition } of residues[rule] ?? []) if (!evaluate(condition, facts, now)) return item;
    return -1;
  }

  function firstOf(facts: LeadFacts, now: string, from = 0): number {
    let wanted = -1 << (from & 31);
    for (let word = from >>> 5; word * 32 < count; word += 1, wanted = -1) {
      for (let left = common(bits, word, count) & wanted; left !== 0; left &= left - 1) {
        const rule = lowestOf(left, word);
        if (failedResidue(rule, facts, now) === -1) return rule;
      }
    }
    return -1;
  }

  function match(facts: LeadFacts, now: string): Match {
    look(facts);
    const fields: number[] = [];
    const others: number[] = [];
    for (let word = 0; word < words; word += 1) {
      let left = upTo(count - word * 32);
      for (let column = 0; column < bits.length; column += 1) {
        const after = left & ((bits[column] as Bits)[word] as number);
        fields.push(left ^ after);
        left = after;
      }
      for (; left !== 0; left &= left - 1) {
        const rule = lowestOf(left, word);
        const item = failedResidue(rule, facts, now);
        if (item === -1) return { index: rule, fields, others };
        others.push(rule, item);
      }
    }
    return { index: -1, fields, others };
  }

  return {
    first(facts, now) {
      look(facts);
      return firstOf(facts, now);
    },
    match,
    failedItems: (found) => spelledOut(found, columns, count),
    every(facts, now) {
      look(facts);
      const holding: number[] = [];
      for (let at = firstOf(facts, now); at !== -1; at = firstOf(facts, now, at + 1)) holding.push(at);
      return holding;
    },
  };
}

/** By rule: the item that failed. */
function spelledOut({ index, fields, others }: Match, columns: readonly Column[], count: number): number[] {
  const failed = new Array<number>(index === -1 ? count : index).fill(-1);
  for (const [at, mask] of fields.entries()) {
    const word = Math.floor(at / columns.length);
    for (let out = mask; out !== 0; out &= out - 1) {
      const rule = lowestOf(out, word);
      if (rule < failed.length) failed[rule] = columns[at % columns.length]?.items[rule] ?? -1;
    }
  }
  for (let at = 0; at < others.length; at += 2) {
    const rule = others[at] ?? -1;
    if (rule < failed.length) failed[rule] = others[at + 1] ?? -1;
  }
  return failed;
}

/** The items of a rule, in the order they are written. */
export const itemsOf = (when: Condition): readonly Condition[] => ("all" in when ? when.all : [when]);

function takeApart(conditions: readonly Condition[]): { columns: Column[]; residues: Residue[][] } {
  const byField = new Map<string, AskedItem[][]>();
  const residues = conditions.map((when, rule) =>
    itemsOf(when).flatMap((condition, item): Residue[] => {
      const asked = onlyLine(condition);
      if (asked === null) return [{ item, condition }];
      const { field } = asked.line;
      const columns = byField.get(field) ?? [];
      byField.set(field, columns);
      const ask = { rule, item, ...asked };
      const column = columns.find((asks) => asks.at(-1)?.rule !== rule);
      if (column === undefined) columns.push([ask]);
      else column.push(ask);
      return [];
    }),
  );
  const columns = [...byField].flatMap(([field, all]) =>
    all.map((asks) => ({ field, asks, items: itemsByRule(asks, conditions.length) })),
  );
  // The field that most rules ask for leaves the fewest to look at.
  return { columns: columns.sort((a, b) => b.asks.length - a.asks.length), residues };
}

/**
 * The line that alone decides a condition at any time, held or denied; null: there is none. Of what is dear the answer is
 * not worked out for each new text, but where it is asked for.
 */
function onlyLine(condition: Condition): Pick<Ask, "line" | "isDenied"> | null {
  const isDenied = "not" in condition;
  const line = isDenied ? condition.not : condition;
  if (!("field" in line)) return null;
  const { form } = operators[line.operator];
  return form === "days" || (isDenied && form === "pattern") ? null : { line, isDenied };
}

/** By rule: the item that asks for the field, -1 when none does. */
function itemsByRule(asks: readonly AskedItem[], count: number): Int16Array {
  const items = new Int16Array(count).fill(-1);
  for (const { rule, item } of asks) items[rule] = item;
  return items;
}

/** The rule of a word's lowest bit that is set. */
const lowestOf = (mask: number, word: number): number => word * 32 + 31 - Math.clz32(mask & -mask);

/** The lowest so many bits of a word. */
const upTo = (count: number): number => (count >= 32 ? -1 : (1 << count) - 1);

/** The rules of one word that every value lets through. */
function common(bits: readonly Bits[], word: number, count: number): number {
  let all = upTo(count - word * 32);
  for (const each of bits) {
    all &= each[word] ?? 0;
    if (all === 0) return 0;
  }
  return all;
}
