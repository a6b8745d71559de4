import { describe, expect, test } from "@jest/globals";
import type { LedgerPick, Outcome, Step } from "../../src/engine/decision.ts";
import { ownerAsDecision, stepAwayFrom } from "../../src/engine/owner-before.ts";

// Who had a lead in the CRM, beside a decision on it.

const decision = (outcome: Outcome, trace: Step[] = []) => ({
  leadId: "1",
  tier: "T2" as const,
  outcome,
  trace,
  marks: [],
});

const assigned: Outcome = { kind: "assigned", repId: "ada", stage: "pick", poolId: "dach" };
const kept: Outcome = { kind: "kept", ownerId: "ada", because: "human-owner" };
const queued: Outcome = { kind: "queued", queueId: "unrouted", because: "nobody-available" };

describe("the owner as an outcome", () => {
  test.each<[string, Outcome, string | null, Outcome]>([
    [
      "who gets it and had it was given it, by what nobody knows",
      assigned,
      "ada",
      { kind: "assigned", repId: "ada", stage: "" },
    ],
    ["who keeps it kept it", kept, "ada", kept],
    ["another was given it", assigned, "bo", { kind: "assigned", repId: "bo", stage: "" }],
    ["nobody is nobody, whichever list holds it", queued, null, queued],
    ["nobody where somebody gets it had none", assigned, null, { kind: "stopped", because: "without-owner" }],
  ])("%s", (_what, now, ownerId, expected) => {
    expect(ownerAsDecision(decision(now), ownerId)).toMatchObject({ tier: "T2", outcome: expected, trace: [] });
  });
});

describe("the step that sent it away from its owner", () => {
  const narrowed: Step = { step: "stage-narrowed", stage: "territory", to: "dach", left: 2 };
  const away: Step = { step: "rep-excluded", repId: "bo", because: "away" };
  const chosen: Step = { step: "rep-chosen", repId: "ada", because: "credit", poolId: "dach" };
  const claim: Step = { step: "stage-assigned", stage: "owned-account", because: "owned-account" };
  const pick: LedgerPick = { poolId: "dach", paidBy: "ada", repIds: ["ada", "cy"], weights: [1, 1] };
  const trace = [narrowed, away, chosen];

  test.each<[string, Step[], string | null, Step]>([
    ["is what kept it from them", trace, "bo", away],
    ["is the turn of another, where they were among those to choose from", trace, "cy", chosen],
    ["is the narrowing that left them out, where they were not", trace, "dee", narrowed],
    ["is who was chosen, where nobody had it", trace, null, chosen],
    ["is the claim of another", [claim], "bo", claim],
  ])("%s", (_what, steps, ownerId, expected) => {
    expect(stepAwayFrom({ ...decision(assigned, steps), pick }, ownerId)).toEqual(expected);
  });

  const tier: Step = { step: "tier", tier: "T2", because: "score-60" };

  test.each<[string, string, Step | null]>([
    ["is none, where a missing consent stopped it", "consent-required", null],
    ["is the tier, where it stays in nurture", "nurture", tier],
  ])("%s", (_what, because, expected) => {
    const stopped = decision({ kind: "stopped", because }, [tier]);
    expect(stepAwayFrom({ ...stopped, pick: null }, "bo")).toEqual(expected);
  });
});
