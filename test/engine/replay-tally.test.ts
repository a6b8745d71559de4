import { describe, expect, test } from "@jest/globals";
import type { Decision, Step } from "../../src/engine/decision.ts";
import { decidingDifference } from "../../src/engine/first-difference.ts";
import { namesOf } from "../../src/engine/names.ts";
import { printReplay, whyInWords } from "../../src/engine/print-replay.ts";
import { countCredits, countReason, createTally } from "../../src/engine/replay-tally.ts";
import { aPolicy, aRep } from "../builders.ts";

const reader = {
  names: namesOf([
    aRep({ id: "rep-a", name: "Anna" }),
    aRep({ id: "rep-b", name: "Ben" }),
    aRep({ id: "rep-c", name: "Anna" }),
  ]),
  timeZone: "UTC",
};

const toRep = (repId: string, trace: readonly Step[], parts: Partial<Decision> = {}): Decision => ({
  leadId: "lead-1",
  outcome: { kind: "assigned", repId, stage: "pick", poolId: "dach" },
  tier: "T2",
  trace,
  marks: [],
  ...parts,
});

const tier = (name: "T1" | "T2" | "T3" | "nurture", because: string): Step => ({ step: "tier", tier: name, because });
const passed = (stage: string, because: string): Step => ({ step: "stage-passed", stage, because });
const territory = (to: string): Step => ({ step: "stage-narrowed", stage: "territory", to, left: 3 });
const chosen = (repId: string): Step => ({ step: "rep-chosen", repId, because: "credit", poolId: "dach" });

const why = (was: Decision, now: Decision): string => {
  const told = whyInWords(countReason(createTally(), was, now), reader);
  return `${told.was} → ${told.now}`;
};

describe("why a lead goes elsewhere is the first difference that can have sent it there", () => {
  test.each<[what: string, was: Decision, now: Decision, told: string]>([
    [
      "not the name of a motion",
      toRep("rep-a", [{ step: "motion", motion: "event-batch" }, tier("T2", "x"), territory("dach"), chosen("rep-a")]),
      toRep("rep-b", [{ step: "motion", motion: "webinar" }, tier("T2", "x"), territory("south"), chosen("rep-b")]),
      "Territory narrowed the choice to dach: 3 reps left. → Territory narrowed the choice to south: 3 reps left.",
    ],
    [
      "not two codes for one tier",
      toRep("rep-a", [tier("T3", "score-missing"), territory("dach"), chosen("rep-a")]),
      toRep("rep-b", [tier("T3", "no-score"), territory("dach"), chosen("rep-b")]),
      "Anna was chosen from pool dach: next in turn. → Ben was chosen from pool dach: next in turn.",
    ],
    [
      "not why a stage did not apply that neither came to",
      toRep("rep-a", [tier("T2", "x"), passed("customer", "no-account"), territory("dach"), chosen("rep-a")]),
      toRep("rep-b", [tier("T2", "x"), passed("customer", "not-a-customer"), territory("uk"), chosen("rep-b")]),
      "Territory narrowed the choice to dach: 3 reps left. → Territory narrowed the choice to uk: 3 reps left.",
    ],
    [
      "not a tier that another territory has nothing to do with",
      toRep("rep-a", [tier("T2", "score-60"), territory("dach"), chosen("rep-a")]),
      toRep("rep-b", [tier("T1", "score-80"), territory("uk"), chosen("rep-b")], { tier: "T1" }),
      "Territory narrowed the choice to dach: 3 reps left. → Territory narrowed the choice to uk: 3 reps left.",
    ],
    [
      "a tier that ends in nurture",
      toRep("rep-a", [tier("T3", "score-40"), territory("dach"), chosen("rep-a")]),
      toRep("", [tier("nurture", "score-below-40")], {
        tier: "nurture",
        outcome: { kind: "stopped", because: "nurture" },
      }),
      "Its tier is T3 (moderate): scored 40 or more and took up content that counts. → Its tier is nurture: scored below 40.",
    ],
    [
      "a tier that only some may take",
      toRep("rep-a", [tier("T2", "score-60"), territory("dach"), chosen("rep-a")]),
      toRep("rep-b", [
        tier("T1", "score-80"),
        territory("dach"),
        { step: "stage-narrowed", stage: "tier", to: "T1", left: 1 },
        chosen("rep-b"),
      ]),
      "Its tier is T2 (warm): score 60. → Its tier is T1 (hot): scored 80 or more.",
    ],
    [
      "a gate, told by where it stops the lead",
      toRep("rep-a", [tier("T2", "x"), territory("dach"), chosen("rep-a")]),
      toRep("", [tier("T2", "x")], { outcome: { kind: "stopped", because: "competitor" } }),
      "Territory narrowed the choice to dach: 3 reps left. → nobody: the account is a competitor",
    ],
    [
      "an override whose last day has passed",
      toRep("rep-a", [
        tier("T2", "x"),
        { step: "noted", because: "override", detail: "board" },
        { step: "stage-assigned", stage: "override", because: "override" },
      ]),
      toRep("rep-b", [
        tier("T2", "x"),
        { step: "noted", because: "override-over", detail: "board" },
        territory("dach"),
        chosen("rep-b"),
      ]),
      "The override board is for such a lead. → The override board is for such a lead too, but its last day has passed.",
    ],
    [
      "two reps of one name, told by their ids",
      toRep("rep-a", [tier("T2", "x"), territory("dach"), chosen("rep-a")]),
      toRep("rep-c", [tier("T2", "x"), territory("dach"), chosen("rep-c")]),
      "rep rep-a → rep rep-c",
    ],
  ])("%s", (_what, was, now, told) => {
    expect(why(was, now)).toBe(told);
  });

  test("steps that can send a lead nowhere leave none", () => {
    const steps = (motion: string): Step[] => [{ step: "motion", motion }, tier("T2", motion), chosen("rep-a")];

    expect(decidingDifference(toRep("rep-a", steps("a")), toRep("rep-a", steps("b")))).toBeNull();
  });
});

test("fairness names the pools of a pool of pools as pools", () => {
  const base = aPolicy();
  const [pool] = base.pools.map((each) => ({ ...each, groups: [{ pool: "dach", weight: 1 }], name: "world" }));
  const policy = { pools: pool === undefined ? [] : [pool, ...base.pools] };
  const tally = { ...createTally(), decisions: 1 };
  const credits = { world: { dach: 0.75 } };
  for (const side of [tally.was, tally.now]) {
    countCredits(side, credits, policy);
    side.shares.world = { dach: { given: 3, due: 2 } };
  }

  const lines = printReplay(tally, reader, { notes: [] });

  expect(lines).toContain(
    "- the furthest that a credit went from 0: +0.75 (pool dach in world) → +0.75 (pool dach in world)",
  );
  expect(lines).toContain(
    "- the furthest from their share by weight: +1.0 leads (pool dach in world: 3 for 2.0 due) → +1.0 leads (pool dach in world: 3 for 2.0 due)",
  );
});
