import { describe, expect, test } from "@jest/globals";
import type { Outcome } from "../../src/engine/decision.ts";
import { afterWait, isStillHeld, nextTurn, ownersBefore } from "../../src/engine/next-turn.ts";
import type { Trigger } from "../../src/engine/snapshot.ts";
import { aTrigger } from "../builders.ts";

const until = "2026-11-20T09:15:00.000Z";
const held: Outcome = { kind: "queued", queueId: "general", because: "shift-begins", held: { until, opensAt: null } };
const given: Outcome = { kind: "assigned", repId: "rep-a", stage: "pick" };
const made = (trigger: Partial<Trigger>, outcome: Outcome) => ({
  facts: { trigger: aTrigger(trigger) },
  decision: { outcome },
});
const breached = { cause: "breached", breachedBy: ["rep-a"] } as const;

test("a time in a list is a decision, and no owner", () => {
  const waited = afterWait(made({}, held));
  expect(waited).toMatchObject({ round: 1, cause: "waited", owners: 0, waits: [{ level: "general", until }] });
  expect(ownersBefore(nextTurn(made(waited, given), breached))).toBe(1);
});

test("where each decision gave the lead to somebody, the rounds tell how many had it", () => {
  expect(nextTurn(made({ round: 1, ...breached }, given), breached)).toEqual({ ...aTrigger(), round: 2, ...breached });
});

test("who had the lead since has ended its waits", () => {
  const waited = afterWait(made({}, held));
  expect(nextTurn(made(waited, given), breached).waits).toBeUndefined();
});

test("a level that holds it once more does so until the same end, and stands last", () => {
  const other = { level: "sdr", until: "2026-11-20T10:00:00.000Z" };
  const trigger = { cause: "waited", round: 2, owners: 0, waits: [{ level: "general", until }, other] } as const;
  expect(afterWait(made(trigger, held)).waits).toEqual([other, { level: "general", until }]);
});

describe("nothing new", () => {
  const waits = [{ level: "general", until }];

  test.each([
    ["held where it was", { cause: "waited", waits }, held, true],
    ["held by the next level", { cause: "waited", waits: [{ level: "dach", until }] }, held, false],
    ["given to somebody", { cause: "waited", waits }, given, false],
    ["held for the first time", {}, held, false],
  ] as const)("%s", (_, trigger, outcome, expected) => {
    expect(isStillHeld(made({ round: 1, ...trigger }, outcome))).toBe(expected);
  });
});
