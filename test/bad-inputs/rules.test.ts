import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Invalid } from "../../src/engine/invalid.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { patternOf, patternProblem } from "../../src/engine/pattern.ts";
import { patternRows, policyRows } from "./rows/rules.ts";

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
