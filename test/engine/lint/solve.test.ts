import { describe, expect, test } from "@jest/globals";
import { evaluate } from "../../../src/engine/conditions.ts";
import { createSolver } from "../../../src/engine/lint/solve.ts";
import type { Condition, ConditionLine } from "../../../src/engine/policy.ts";
import { now, plain, randomLeads, randomRules, reachedBy } from "./random-rules.ts";

const { solve } = createSolver(plain, now);
const line = (field: string, operator: ConditionLine["operator"], value: ConditionLine["value"] = null): Condition => ({
  field,
  operator,
  value,
});

// The full run, 3,000 sets of rules by 100,000 leads: BATON_LINT_FULL=1 npm test -- test/engine/lint/solve
const isFull = process.env.BATON_LINT_FULL === "1";
const sets = isFull ? 3_000 : 250;
const leadsOfSet = isFull ? 100_000 : 1_000;

test("what is called unreachable no lead ever reaches, and what is called reachable a lead does", () => {
  const counts = { holds: 0, never: 0, undecided: 0 };
  const wrong: string[] = [];
  for (let seed = 1; seed <= sets; seed += 1) {
    const rules = randomRules(seed);
    const reached = reachedBy(rules, randomLeads(rules, { seed, count: leadsOfSet }));
    for (const [at, rule] of rules.entries()) {
      const before = rules.slice(0, at);
      const answer = solve(rule, before);
      counts[answer.kind] += 1;
      if (answer.kind === "never" && reached.has(at)) wrong.push(`seed ${seed}: rule ${at} is reached`);
      if (answer.kind !== "holds") continue;
      const isFirst = evaluate(rule, answer.lead, now) && !before.some((other) => evaluate(other, answer.lead, now));
      if (!isFirst) wrong.push(`seed ${seed}: rule ${at} is not reached by its witness`);
    }
  }
  expect(wrong).toEqual([]);
  // It is of use only where it seldom has to say that it does not know, and both answers come up.
  expect(counts.never).toBeGreaterThan(sets / 10);
  expect(counts.undecided / (counts.holds + counts.never)).toBeLessThan(0.05);
});

describe("what holds before a rule makes it unreachable", () => {
  const score = "lead.score";
  const conversion = "lead.conversion";
  test.each<[what: string, before: Condition[], rule: Condition, answer: string]>([
    [
      "everything",
      [{ not: { all: [line(score, "known"), line(score, "unknown")] } }],
      line(conversion, "contains", "demo"),
      "never",
    ],
    ["a wider number", [line(score, "gte", 60)], line(score, "gte", 80), "never"],
    ["a narrower number", [line(score, "gte", 80)], line(score, "gte", 60), "holds"],
    ["the number but for its bound", [line(score, "gt", 80)], line(score, "gte", 80), "holds"],
    ["two that cover it together", [line(score, "lt", 60), line(score, "gte", 60)], line(score, "known"), "never"],
    ["two that leave the bound", [line(score, "lt", 60), line(score, "gt", 60)], line(score, "known"), "holds"],
    [
      "whole employees, with none between",
      [line("lead.employees", "lte", 200), line("lead.employees", "gte", 201)],
      line("lead.employees", "known"),
      "never",
    ],
    ["scores that have one between", [line(score, "lte", 200), line(score, "gte", 201)], line(score, "known"), "holds"],
    [
      "a part of it",
      [line(conversion, "contains", "demo")],
      line(conversion, "contains", ["demo request", "live demo"]),
      "never",
    ],
    [
      "what is a part of it",
      [line(conversion, "contains", "demo request")],
      line(conversion, "contains", "demo"),
      "holds",
    ],
    ["its beginning", [line(conversion, "starts_with", "de")], line(conversion, "equals", "Demo"), "never"],
    [
      "all countries of the list",
      [line("lead.country", "in", ["Germany", "Austria"])],
      line("lead.country", "in", ["austria"]),
      "never",
    ],
    [
      "known and unknown",
      [line("lead.country", "known"), line("lead.country", "unknown")],
      line(score, "gte", 80),
      "never",
    ],
    ["a longer time", [line("lead.engagedAt", "within_days", 30)], line("lead.engagedAt", "within_days", 7), "never"],
    ["a shorter time", [line("lead.engagedAt", "within_days", 7)], line("lead.engagedAt", "within_days", 30), "holds"],
    [
      "both marks of an account",
      [line("account.isCustomer", "equals", "true"), line("account.isCustomer", "equals", "false")],
      line("account.country", "equals", "DE"),
      "never",
    ],
    [
      "the domain of the e-mail",
      [line("lead.emailDomain", "equals", "acme.com")],
      line("lead.email", "equals", "jo@acme.com"),
      "undecided",
    ],
    ["a pattern", [line(conversion, "matches", "demo")], line(conversion, "contains", "demo"), "holds"],
    ["the same pattern", [line(conversion, "matches", "^a+$")], line(conversion, "matches", "^a+$"), "never"],
    ["nothing, but it contradicts itself", [], { all: [line(score, "gte", 80), line(score, "lt", 80)] }, "never"],
  ])("%s", (_, before, rule, kind) => {
    expect(solve(rule, before).kind).toBe(kind);
  });
});
