import { describe, expect, test } from "@jest/globals";
import { whyNotInWords } from "../../src/engine/counterfactual/in-words.ts";
import { whyNot } from "../../src/engine/counterfactual/why-not.ts";
import { decide } from "../../src/engine/decide.ts";
import { namesOf } from "../../src/engine/names.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import { aLead, aMatch, aRep, aShared, aState, someFacts } from "../builders.ts";

describe("software that works as a user", () => {
  const shared = aShared({ reps: [aRep({ id: "rep-a", active: false, software: true }), aRep({ id: "rep-b" })] });
  const decided = (facts: Partial<LeadFacts>, state = aState()) => decide(shared, someFacts(facts), state).decision;

  test("is passed over, and the trace says why", () => {
    const snapshot = { shared, facts: someFacts(), state: aState() };
    expect(decided({}).trace).toContainEqual({ step: "rep-excluded", repId: "rep-a", because: "software" });
    expect(whyNotInWords(whyNot(snapshot, "rep-a"), snapshot.state, namesOf(shared.reps))).toContain(
      "they had been a person",
    );
  });

  test("has no claim by the account that it owns, and is no ghost for whom a new owner is wanted", () => {
    const { outcome, trace } = decided({ match: aMatch({ ownerId: "rep-a" }) });
    expect(outcome).toMatchObject({ kind: "assigned", repId: "rep-b" });
    expect(trace).toContainEqual({ step: "stage-passed", stage: "owned-account", because: "owner-software" });
    expect(trace.filter(({ step }) => step === "ghost-owner")).toEqual([]);
  });

  test.each(["automation", "baton", "person"] as const)("keeps no lead that it owns, whoever gave it: %s", (by) => {
    const ownerHistory = [{ ownerId: "rep-a", at: "2026-11-20T08:00:00.000Z", by }];
    const { outcome, trace } = decided({ lead: aLead({ ownerId: "rep-a" }), ownerHistory });
    expect(outcome).toMatchObject({ kind: "assigned", repId: "rep-b" });
    expect(trace.filter(({ step }) => step === "ghost-owner")).toEqual([]);
  });
});
