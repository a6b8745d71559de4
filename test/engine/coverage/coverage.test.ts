import { describe, expect, test } from "@jest/globals";
import { branchesOf } from "../../../src/engine/coverage/branches.ts";
import { coverageInWords, coverageOf } from "../../../src/engine/coverage/coverage.ts";
import { takenBranches } from "../../../src/engine/coverage/taken-branches.ts";
import { decideAll } from "../../../src/engine/decide.ts";
import { readGoldens } from "../../../src/engine/golden/read-goldens.ts";
import { runGoldens } from "../../../src/engine/golden/run-goldens.ts";
import { parsePolicy } from "../../../src/engine/parse-policy.ts";
import { withSections } from "../../../src/engine/policy-sections-text.ts";
import { shippedPolicy } from "../../golden/read-directory.ts";
import { randomWorld } from "../random-world.ts";

// A stage, a reason or an end that branches.ts does not know would never be asked for: put it there.
test("whatever a random decision does is a branch of its policy", () => {
  const unknown = new Set<string>();
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const { shared, leads, state } = randomWorld(seed);
    const { policy, now } = shared;
    const known = new Set(branchesOf(policy).map(({ key }) => key));
    for (const [at, decision] of decideAll(shared, leads, state).decisions.entries()) {
      const facts = leads[at];
      const taken = facts === undefined ? [] : takenBranches({ policy, facts, now, decision });
      for (const key of taken.filter((each) => !known.has(each))) unknown.add(key);
    }
  }
  expect([...unknown]).toEqual([]);
});

const text = shippedPolicy("starter.yaml");
const world = "reps: [{ id: anna }]";
const golden = `why: x
world: team
given: { fields: { conversion: Demo } }
outcome: { kind: assigned, repId: anna, stage: pick, poolId: everyone }
`;
const coverage = (file: string, policy = text) => {
  const files = [
    { path: "worlds/team.yaml", text: world },
    { path: "a.yaml", text: file },
  ];
  return coverageOf(parsePolicy(policy), runGoldens(readGoldens(files, policy).goldens));
};
const isCovered = (file: string, key: string): boolean =>
  !coverage(file).uncovered.some((branch) => branch.key === key);

describe("a branch is covered by a golden lead that goes it", () => {
  test("and by that alone", () => {
    expect([isCovered(golden, "tier rule 1"), isCovered(golden, "tier rule 2")]).toEqual([true, false]);
    expect(isCovered(golden, "picked everyone")).toBe(true);
  });

  test.each([
    ["fails", golden.replace("anna, stage", "bob, stage")],
    ["was recorded", `${golden}recorded: true\n`],
    ["changes the policy", golden.replace("{ fields", "{ policy: { max_owners: 2 }, fields")],
  ])("not by one that %s", (_, file) => {
    expect(isCovered(file, "tier rule 1")).toBe(false);
  });
});

test("what is not covered is told in words", () => {
  const lines = coverageInWords(coverage(golden));
  expect(lines[0]).toMatch(/^\d+ of \d+ branches of the policy are covered \(\d+ %\)\.$/);
  expect(lines).toContain('  not covered: gate "competitor" stops a lead');
  const few = coverageInWords(coverage(golden), 3);
  expect(few).toEqual([...lines.slice(0, 4), `  and ${lines.length - 4} more: --all lists them.`]);
});

test.each([
  [
    "a rule more",
    { gates: [{ name: "student", when: { field: "lead.jobTitle", operator: "contains", value: "student" } }] },
    "gate student",
  ],
  ["a pool for the rest", { catch_all: { rep: "anna", queue: "unrouted" } }, "level catch-all nobody-available"],
  [
    "tiers that leave scores",
    { tiers: [{ tier: "T1", because: "x", when: { field: "lead.score", operator: "gte", value: 80 } }] },
    "tier no-tier-rule",
  ],
])("%s is a branch more", (_, sections, key) => {
  const has = (policy: string): boolean => branchesOf(parsePolicy(policy)).some((branch) => branch.key === key);
  expect([has(text), has(withSections(text, sections))]).toEqual([false, true]);
});
