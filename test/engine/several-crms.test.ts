import { describe, expect, test } from "@jest/globals";
import { whyNotInWords } from "../../src/engine/counterfactual/in-words.ts";
import { whyNot } from "../../src/engine/counterfactual/why-not.ts";
import { decide } from "../../src/engine/decide.ts";
import { lintPolicy } from "../../src/engine/lint/lint-policy.ts";
import { namesOf } from "../../src/engine/names.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { policyInCrm } from "../../src/engine/policy-in-crm.ts";
import { withSections } from "../../src/engine/policy-sections-text.ts";
import { printPolicy } from "../../src/engine/print-policy.ts";
import { aMatch, aRep, aShared, aState, someFacts } from "../builders.ts";
import { shippedPolicy } from "../golden/read-directory.ts";

const policyWith = (sections: Record<string, unknown>) =>
  parsePolicy(withSections(shippedPolicy("default.yaml"), sections));

describe("which of several CRMs counts", () => {
  const found = (sections: Record<string, unknown>, crms: readonly string[]) =>
    lintPolicy(policyWith(sections), { now: "2026-11-20T09:00:00.000Z", roster: null, samples: null, crms })
      .filter(({ kind }) => kind === "crms-named")
      .map(({ severity, message }) => `${severity}: ${message}`);

  test.each<[what: string, sections: Record<string, unknown>, crms: readonly string[], findings: readonly string[]]>([
    ["one needs no name", {}, ["desk"], []],
    ["one may be named", { owner_authority: "desk" }, ["desk"], []],
    [
      "of two one must be named",
      {},
      ["desk", "mill"],
      [
        "error: owner_authority is missing: the workspace has desk and mill; name the one whose records say who has a lead",
      ],
    ],
    [
      "of two none but them",
      { owner_authority: "mil" },
      ["desk", "mill"],
      ['error: owner_authority names mil, which is not linked — did you mean "mill"?; the workspace has desk and mill'],
    ],
    [
      "before the second is linked it may be named",
      { owner_authority: "shop" },
      ["desk"],
      ["warning: owner_authority names shop, which is not linked; the workspace has desk"],
    ],
    [
      "values for one that is not linked",
      { by_crm: { shop: { qualifying_stage: "hot" } } },
      ["desk"],
      ["warning: by_crm names shop, which is not linked; the workspace has desk"],
    ],
    ["nothing is said where nobody knows what is linked", { owner_authority: "shop" }, [], []],
  ])("%s", (_what, sections, crms, findings) => {
    expect(found(sections, crms)).toEqual(findings);
  });
});

describe("stages that a linked CRM does not have", () => {
  const stages = {
    desk: { stages: ["lead", "warm", "marketingqualifiedlead"], areStatuses: false },
    mill: { stages: ["New", "MQL", "Closed"], areStatuses: true },
  };
  const found = (sections: Record<string, unknown>) =>
    lintPolicy(policyWith(sections), { now: "2026-11-20T09:00:00.000Z", roster: null, samples: null, stages })
      .filter(({ kind }) => kind === "unknown-stage")
      .map(({ severity, message }) => `${severity}: ${message}`);

  test("are errors, by where the policy names them and in which CRM", () => {
    expect(found({ by_crm: { mill: { qualifying_stage: "mql", writes: { stage: "Open", status: "New" } } } })).toEqual([
      'error: by_crm.mill.qualifying_stage is "mql", a stage that mill does not have: none of its leads qualifies. It has New, MQL, Closed — did you mean "MQL"?',
      'error: by_crm.mill.writes.stage is "Open", a stage that mill does not have: it is no value of that field. It has New, MQL, Closed.',
    ]);
    expect(found({})).toEqual([
      'error: qualifying_stage is "marketingqualifiedlead", a stage that mill does not have: none of its leads qualifies. It has New, MQL, Closed.',
      'error: writes.status is "OPEN", a stage that mill does not have: it is no value of that field. It has New, MQL, Closed.',
    ]);
  });

  test("are none where each CRM has its own", () => {
    expect(found({ by_crm: { mill: { qualifying_stage: "MQL", writes: { stage: null } } } })).toEqual([]);
  });
});

describe("what one CRM calls otherwise", () => {
  const policy = policyWith({
    owner_authority: "mill",
    by_crm: { mill: { qualifying_stage: "MQL", dispositions: ["Closed"], writes: { stage: "Working" } } },
  });

  test("takes the place of the policy's own for its leads alone", () => {
    expect(policyInCrm(policy, "mill")).toEqual({
      ...policy,
      qualifyingStage: "MQL",
      dispositions: ["Closed"],
      writes: { stage: "Working", status: null, clearBackwardStage: false },
    });
    expect(policyInCrm(policy, "desk")).toBe(policy);
    expect(policyInCrm(policy, "mill")).toBe(policyInCrm(policy, "mill"));
  });

  test("is told in the policy's words", () => {
    expect(printPolicy(policy)).toEqual(
      expect.arrayContaining([
        "- Who has a lead that several have stands in mill, and Baton writes it there alone.",
        "- mill: its own stage MQL is the one that counts.",
        "- mill: a lead counts until its status is Closed.",
        "- mill: The stage Working.",
      ]),
    );
  });
});

describe("a rep without a user in the CRM where the lead is", () => {
  const shared = aShared({
    reps: [aRep({ id: "rep-a", active: false, noUser: true }), aRep({ id: "rep-b" })],
  });

  test("is passed over, and the trace says why", () => {
    const snapshot = { shared, facts: someFacts(), state: aState() };
    const { decision } = decide(snapshot.shared, snapshot.facts, snapshot.state);
    expect(decision.outcome).toMatchObject({ kind: "assigned", repId: "rep-b" });
    expect(decision.trace).toContainEqual({ step: "rep-excluded", repId: "rep-a", because: "no-user" });
    expect(whyNotInWords(whyNot(snapshot, "rep-a"), snapshot.state, namesOf(shared.reps))).toContain(
      "they had had a user in the CRM where the lead is",
    );
  });

  test("has no claim to it, and is no ghost for whom a new owner is wanted", () => {
    const facts = someFacts({ match: aMatch({ ownerId: "rep-a" }) });
    const { decision } = decide(shared, facts, aState());
    expect(decision.outcome).toMatchObject({ kind: "assigned", repId: "rep-b" });
    expect(decision.trace).toContainEqual({ step: "stage-passed", stage: "owned-account", because: "owner-no-user" });
    expect(decision.trace.filter(({ step }) => step === "ghost-owner")).toEqual([]);
  });
});
