import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { evaluate } from "../../src/engine/conditions.ts";
import type { Condition } from "../../src/engine/policy.ts";
import { compileRules, itemsOf } from "../../src/engine/rule-set.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import { aLead, fridayMorning, someFacts } from "../builders.ts";

// The bits against the plain meaning of the rules: each evaluated in turn.

const texts = ["a", "b", "ab", "ba", "A"];
const text = fc.constantFrom(...texts);
const number = fc.integer({ min: 0, max: 5 });
const field = fc.constantFrom("lead.country", "lead.industry", "lead.score", "lead.engagedAt");

const line: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field, operator: fc.constantFrom("equals", "not_equals"), value: text }),
  fc.record({
    field,
    operator: fc.constantFrom("in", "not_in", "contains", "starts_with", "ends_with"),
    value: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ field, operator: fc.constant("matches"), value: fc.constantFrom("^a", "b$", "^(a|b)+$") }),
  fc.record({ field, operator: fc.constantFrom("gte", "gt", "lte", "lt"), value: number }),
  fc.record({ field, operator: fc.constant("between"), value: fc.constantFrom([0, 2], [2, 4], [3, 3]) }),
  fc.record({ field, operator: fc.constantFrom("within_days", "older_than_days"), value: fc.constantFrom(1, 5, 40) }),
  fc.record({ field, operator: fc.constantFrom("known", "unknown"), value: fc.constant(null) }),
) as fc.Arbitrary<Condition>;

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    line,
    fc.record({ all: fc.array(tie("condition"), { minLength: 1, maxLength: 4 }) }),
    fc.record({ any: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("condition") }),
  ),
}));

const instants = ["2026-11-19T10:00:00.000Z", "2026-10-20T10:00:00.000Z", "2020-01-01T00:00:00.000Z", "none"];
const lead = fc.dictionary(field, fc.oneof(text, number.map(String), fc.constantFrom(...instants)), { maxKeys: 4 });
const factsOf = (values: Readonly<Record<string, string>>): LeadFacts =>
  someFacts({
    lead: aLead({ fields: Object.fromEntries(Object.entries(values).map(([name, value]) => [name.slice(5), value])) }),
  });

const inTurn = (rules: readonly Condition[], facts: LeadFacts): number =>
  rules.findIndex((rule) => evaluate(rule, facts, fridayMorning));

/** Those of the rules passed over whose named item did not fail. */
function wronglyBlamed(
  rules: readonly Condition[],
  facts: LeadFacts,
  index: number,
  failed: readonly number[],
): number[] {
  const passed = index === -1 ? rules : rules.slice(0, index);
  expect(failed).toHaveLength(passed.length);
  return passed.flatMap((rule, at) => {
    const item = itemsOf(rule)[failed[at] ?? -1];
    return item !== undefined && !evaluate(item, facts, fridayMorning) ? [] : [at];
  });
}

test("the first rule that holds, is the one that is found when each is evaluated in turn, and of each before it the named item fails", () => {
  const sizes = { minLength: 0, maxLength: 70 };
  fc.assert(
    fc.property(fc.array(condition, sizes), fc.array(lead, { minLength: 1, maxLength: 8 }), (rules, leads) => {
      const set = compileRules(rules);
      // The values of one lead are known when the next one comes: a second look must answer the same.
      for (const values of [...leads, ...leads]) {
        const facts = factsOf(values);
        const expected = inTurn(rules, facts);
        const match = set.match(facts, fridayMorning);
        expect([match.index, set.first(facts, fridayMorning)]).toEqual([expected, expected]);
        expect(wronglyBlamed(rules, facts, match.index, set.failedItems(match))).toEqual([]);
      }
    }),
    { numRuns: 1_500, seed: 20261129 },
  );
}, 60_000);

test("more values than are kept change no answer", () => {
  const rules = Array.from(
    { length: 4_000 },
    (_, at): Condition => ({ field: "lead.email", operator: "equals", value: `p${at}@x.example` }),
  );
  const set = compileRules(rules);
  for (let at = 3_999; at >= 0; at -= 7) {
    const facts = factsOf({ "lead.email": `p${at}@x.example` });
    expect(set.first(facts, fridayMorning)).toBe(at);
  }
  expect(set.first(factsOf({}), fridayMorning)).toBe(-1);
});

test("texts of digits that mean one number are not taken for each other, where their letters count", () => {
  const digits = ["0", "00", "5", "05", "9999", "09999", "10000", "123", "1.0", "-1", "٣", "3"];
  const rules = digits.map((value): Condition => ({ field: "lead.industry", operator: "equals", value }));
  const set = compileRules(rules);
  for (const value of [...digits, ...digits.toReversed(), "55", "00000"]) {
    const facts = factsOf({ "lead.industry": value });
    expect([value, set.first(facts, fridayMorning)]).toEqual([value, inTurn(rules, facts)]);
  }
});

test("no rules, no match", () => {
  expect(compileRules([]).match(factsOf({}), fridayMorning)).toEqual({ index: -1, fields: [], others: [] });
});
