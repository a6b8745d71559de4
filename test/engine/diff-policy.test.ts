import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { diffPolicy, printChanges } from "../../src/engine/diff-policy.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { aPolicy } from "../builders.ts";

const shipped = readFileSync(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");

/** What is told when this stands in the shipped policy instead of that. */
function told(...changes: readonly (readonly [string, string])[]): string {
  const draft = changes.reduce((text, [was, now]) => {
    expect(text).toContain(was);
    return text.replace(was, now);
  }, shipped);
  return printChanges(diffPolicy(parsePolicy(shipped), parsePolicy(draft))).join("\n");
}

test("a policy and itself under another name differ in nothing", () => {
  expect(told(["name: default", "name: ours # and a comment"])).toBe("");
});

test("a sentence that says something else is told as it was and as it is", () => {
  expect(told(["keep_human_owner_days: 30", "keep_human_owner_days: 14"])).toBe(`Which leads
- was: An owner whom a person set in the last 30 days is kept.
  now: An owner whom a person set in the last 14 days is kept.`);
});

test("what is new, what is gone and what goes elsewhere stand under the heading that they belong to", () => {
  expect(
    told(
      ["countries: [DE, AT, CH, LI], pool: dach", "countries: [DE, AT, CH, LI, NL], pool: dach"],
      ['  - name: competitor\n    when: { field: account.isCompetitor, operator: equals, value: "true" }\n', ""],
      ["  - { name: sdr, teams: [SDR] }", "  - { name: sdr, teams: [SDR] }\n  - { name: partners, teams: [Partner] }"],
    ),
  ).toBe(`Which leads
- gone: It is stopped (competitor) when account's mark as competitor is true.

Where it belongs
- was: dach: Germany, Austria, Switzerland and Liechtenstein → pool dach.
  now: dach: Germany, Austria, Switzerland, Liechtenstein and Netherlands → pool dach.

Pools, and whose turn it is
- new: partners: Partner, in turn, in proportion to weight and room.`);
});

test("of claims that changed places one is told as moved, for that accounts for it", () => {
  const lines = told(["  - open-opportunity\n", ""], ["  - prior-owner\n", "  - prior-owner\n  - open-opportunity\n"]);

  expect(lines.split("\n")).toEqual([
    "Who has a claim to it, the first of these",
    expect.stringMatching(
      /^- moved: Open deal: the owner of an open deal with its account\. It comes after this one now: Prior owner: /,
    ),
  ]);
});

test("a rule that comes first now is told as moved to the top", () => {
  const { tiers, ...rest } = aPolicy();
  const [first, second, third, ...others] = tiers;
  const moved = { ...rest, tiers: [third, first, second, ...others].filter((rule) => rule !== undefined) };

  expect(printChanges(diffPolicy({ tiers, ...rest }, moved))).toEqual([
    "How hot a lead is: the first that fits",
    "- moved to the top: T1 (hot) when score is at least 80.",
  ]);
});

test("the order of pools decides nothing, and is not told", () => {
  const policy = aPolicy();

  expect(diffPolicy(policy, { ...policy, pools: [...policy.pools].reverse() })).toEqual([]);
});

test("a key that differs without a sentence of its own is named", () => {
  const policy = aPolicy();
  const other = { ...policy, writes: { ...policy.writes, clearBackwardStage: true } };

  expect(diffPolicy(policy, other)).toEqual([{ kind: "untold", key: "writes" }]);
  expect(printChanges(diffPolicy(policy, other))).toEqual(["Also different, without a sentence of its own: writes."]);
});
