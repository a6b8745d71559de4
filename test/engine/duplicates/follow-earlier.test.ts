import { describe, expect, test } from "@jest/globals";
import { reasonLine } from "../../../src/engine/claim.ts";
import { decide, decideAll } from "../../../src/engine/decide.ts";
import type { Decision } from "../../../src/engine/decision.ts";
import { explain } from "../../../src/engine/explain.ts";
import { planWriteBack } from "../../../src/engine/plan.ts";
import { planTimers } from "../../../src/engine/sla.ts";
import type { LeadStanding } from "../../../src/engine/snapshot.ts";
import { taskText } from "../../../src/engine/task-text.ts";
import { aLead, aPolicy, aShared, aState, aTrigger, fridayMorning, someFacts } from "../../builders.ts";

const names = { reps: { "rep-b": { name: "Bo", active: true } } };
const facts = someFacts({ earlierLeads: [{ leadId: "501", by: "phone" }] });
const shared = aShared();

function decided(earlier: LeadStanding): Decision {
  return decide(shared, facts, aState({ leads: { "501": earlier } })).decision;
}
const given = decided({ state: "assigned", ownerId: "rep-b" });
const waiting = decided({ state: "queued", ownerId: null });
const planned = (decision: Decision) => ({ shared, facts, decision, decisionId: "d1", connectionId: "c1" });

describe("what people read of a duplicate", () => {
  const told = (decision: Decision) =>
    explain({ facts, decision, names, timeZone: "UTC", credit: null, by: null }).slice(-4);

  test("that was given to whoever has the earlier lead", () => {
    expect(reasonLine(given, names)).toBe("Bo: has lead 501 of the same person");
    expect(told(given)).toEqual([
      "It is the same person as lead 501: they have the same phone number.",
      "Duplicate decided: an earlier lead of the same person has an owner.",
      "The claim comes from lead 501.",
      "So it went to Bo.",
    ]);
    const due = { at: fridayMorning, timeZone: "UTC" };
    const links = { lead: null, trace: null };
    const { body } = taskText({ template: "first-touch", facts, decision: given, names, links, due });
    expect(body).toContain("It is a duplicate of lead 501, which is yours: they have the same phone number.");
  });

  test("that follows the earlier lead", () => {
    expect(reasonLine(waiting, names)).toBe(
      "follows lead 501, which has no owner yet: they have the same phone number",
    );
    expect(told(waiting).slice(-2)).toEqual([
      "It is the same person as lead 501: they have the same phone number.",
      "So it follows lead 501, which has no owner yet, and goes to whoever gets that.",
    ]);
  });

  test("that followed until now", () => {
    const anew = { ...facts, trigger: aTrigger({ round: 1, cause: "followed" }) };
    const [first] = explain({ facts: anew, decision: given, names, timeZone: "UTC", credit: null, by: null });
    expect(first).toContain("was decided again: the lead that it followed had an owner now, or none to wait for.");
    const [, task] = planWriteBack({ ...planned(given), facts: anew });
    expect(task?.body).toMatchObject({ kind: "create-task", template: "first-touch", ownerId: "rep-b" });
  });
});

test("a lead that follows is stamped, and gets neither owner nor task nor clock", () => {
  expect(planWriteBack(planned(waiting)).map(({ body }) => body)).toEqual([
    { kind: "update-lead", update: { stamp: true } },
  ]);
  expect(planTimers(planned(waiting))).toEqual([]);
});

describe("leads of one batch", () => {
  const first = someFacts({ lead: aLead({ id: "601" }) });
  const second = someFacts({ lead: aLead({ id: "602" }), earlierLeads: [{ leadId: "601", by: "email" }] });

  test("see each other: the second goes where the first went, and moves nobody's turn", () => {
    const { decisions, picks } = decideAll(shared, [first, second], aState());
    const [one, other] = decisions.map(({ outcome }) => outcome);
    expect(one).toMatchObject({ kind: "assigned", stage: "pick" });
    expect(other).toMatchObject({ kind: "assigned", stage: "duplicate", repId: one?.kind === "assigned" && one.repId });
    expect(picks.map((pick) => pick?.paidBy ?? null)).toEqual([one?.kind === "assigned" && one.repId, null]);
  });

  test("the second follows the first where that found nobody", () => {
    const nobody = aShared({ reps: [] });
    const { decisions } = decideAll(nobody, [first, second], aState());
    expect(decisions.map(({ outcome }) => outcome.kind)).toEqual(["queued", "followed"]);
  });

  test("facts and states of before duplicates were looked for are decided as before", () => {
    const { earlierLeads: _, ...before } = second;
    const off = aShared({ policy: aPolicy({ duplicates: { match: [] } }) });
    const { leads: __, ...state } = aState();
    expect(decide(shared, before, state).decision).toEqual(decide(off, second, aState()).decision);
  });
});
