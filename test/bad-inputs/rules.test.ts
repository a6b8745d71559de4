import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { decide } from "../../src/engine/decide.ts";
import { explain } from "../../src/engine/explain.ts";
import { Invalid } from "../../src/engine/invalid.ts";
import { namesOf } from "../../src/engine/names.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { patternOf, patternProblem } from "../../src/engine/pattern.ts";
import { printPolicy } from "../../src/engine/print-policy.ts";
import { aShared, aState, someFacts } from "../builders.ts";
import { patternRows, policyRows, templateRows } from "./rows/rules.ts";

// Rules of a user: each refused with its place, or harmless whatever a lead's field holds.

const shipped = readFileSync(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");

test.each(patternRows)("%s", (_, { pattern, text, matches }) => {
  if (typeof matches === "boolean") {
    expect(patternProblem(pattern)).toBeNull();
    expect(patternOf(pattern).test(text)).toBe(matches);
  } else expect(patternProblem(pattern)).toMatch(matches.refused);
});

test.each(policyRows)("%s", (_, { change: [before, after], path, says }) => {
  expect(shipped).toContain(before);
  expect(problemsOf(shipped.replace(before, after))).toEqual([{ path, message: expect.stringContaining(says) }]);
});

test.each(templateRows)("%s stands there as it was written", (_, text) => {
  const quoted = JSON.stringify(text);
  const policy = parsePolicy(
    shipped
      .replace("because: score-40\n", `because: ${quoted}\n`)
      .replace("name: dach, countries", `name: ${quoted}, countries`),
  );
  const shared = aShared({ policy });
  const { decision } = decide(shared, someFacts(), aState());
  const told = explain({
    facts: someFacts(),
    decision,
    names: namesOf(shared.reps),
    timeZone: "UTC",
    credit: null,
    by: shared,
  });

  expect(decision.trace).toContainEqual({ step: "tier", tier: "T3", because: text });
  expect(told).toContainEqual(expect.stringContaining(`narrowed the choice to ${text}`));
  expect(printPolicy(policy)).toContainEqual(expect.stringContaining(text));
});

test("a pattern of 201 characters, and the 101st pattern of a policy, are refused", () => {
  const rule = (value: string) =>
    `  - { tier: T1, because: x, when: { field: lead.email, operator: matches, value: "${value}" } }\n`;
  const withRules = (rules: string) => problemsOf(shipped.replace("tiers:\n", `tiers:\n${rules}`));

  expect(withRules(rule("a".repeat(201)))).toMatchObject([{ message: expect.stringContaining("longer than 200") }]);
  expect(withRules(rule("a".repeat(200)).repeat(100))).toEqual([]);
  expect(withRules(rule("a").repeat(101))).toMatchObject([{ message: expect.stringContaining("101 patterns") }]);
});

function problemsOf(text: string): { path: string; message: string }[] {
  try {
    parsePolicy(text);
    return [];
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return error.problems.map(({ path, message }) => ({ path, message }));
  }
}
