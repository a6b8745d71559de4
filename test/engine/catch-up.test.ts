import { expect, test } from "@jest/globals";
import { decideAll } from "../../src/engine/decide.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { State } from "../../src/engine/snapshot.ts";
import { aLead, aPolicy, aPool, aRep, aShared, aState, someFacts } from "../builders.ts";

const absence = { startAt: "2026-11-16T00:00:00Z", endAt: "2026-11-27T00:00:00Z" };

/** How many of so many leads each of three equal reps gets; `away`: the third is absent. */
function give(catchUp: Policy["catchUp"], count: number, { state, away }: { state: State; away: boolean }) {
  const policy = aPolicy({
    catchUp,
    stages: [],
    pools: [aPool({ name: "all", teams: ["*"], strategy: "round_robin" })],
    waterfall: [{ name: "all", isList: false, wait: null, reviewer: null }],
    nearCapacity: null,
  });
  const reps = ["a", "b", "c"].map((id) => aRep({ id, absences: id === "c" && away ? [absence] : [] }));
  const caps = { leadsPerDay: null, leadsPerWeek: null, t1PerHour: null };
  const shared = aShared({ policy: { ...policy, repDefaults: { ...policy.repDefaults, capacity: 1000, caps } }, reps });
  const leads = Array.from({ length: count }, (_, at) => someFacts({ lead: aLead({ id: `${away}-${at}` }) }));
  const { decisions, after } = decideAll(shared, leads, state);
  const got = (repId: string): number =>
    decisions.filter(({ outcome }) => outcome.kind === "assigned" && outcome.repId === repId).length;
  return { got: ["a", "b", "c"].map(got), after, decisions };
}

function absentThenBack(catchUp: Policy["catchUp"]) {
  const before = give(catchUp, 30, { state: aState(), away: true });
  expect(before.got).toEqual([15, 15, 0]);
  return { ...give(catchUp, 15, { state: before.after, away: false }), while: before };
}

test("none: who was away gets turns as all others do", () => {
  expect(absentThenBack("none").got).toEqual([5, 5, 5]);
});

test("full: who was away gets every turn that went to others, one after the other", () => {
  const { got, after } = absentThenBack("full");
  expect(got).toEqual([0, 0, 15]);
  for (const credit of Object.values(after.credits.all ?? {})) expect(credit).toBeCloseTo(0, 9);
});

test("capped: who was away is owed no more than a round of the pool gives them", () => {
  const { got, while: before } = absentThenBack("capped");
  expect(before.after.credits.all?.c).toBeLessThanOrEqual(1);
  expect(before.after.credits.all?.c).toBeGreaterThan(0.6);
  expect(got[2]).toBe(6);
});

test("the decision tells whose turn counted, and the moves of each pick sum to 0", () => {
  const { decisions, after } = give("full", 1, { state: aState(), away: true });
  expect(decisions[0]?.trace).toContainEqual({ step: "noted", because: "catch-up", detail: "c" });
  const credits = Object.values(after.credits.all ?? {});
  expect(credits.reduce((sum, credit) => sum + credit, 0)).toBeCloseTo(0, 12);
});
