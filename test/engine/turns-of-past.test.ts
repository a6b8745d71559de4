import { expect, test } from "@jest/globals";
import { createRerunOfPast } from "../../src/engine/rerun-past.ts";
import type { LeadFacts, Shared } from "../../src/engine/snapshot.ts";
import { createTurnsOfPast } from "../../src/engine/turns-of-past.ts";
import { aLead, aMatch, aPolicy, aRep, aShared, aTrigger, someFacts } from "../builders.ts";

// Leads of the past, with all that would have come after a first decision. It is a Friday in Berlin.

const at = (time: string): string => `2026-11-20T${time}:00.000Z`;

/** A lead that qualified at this time; its own person unless an e-mail says otherwise. */
function lead(id: string, time: string, more: { endAt?: string; email?: string; match?: LeadFacts["match"] } = {}) {
  const { email = `${id}@${id}.example`, endAt, match = null } = more;
  const facts = someFacts({
    trigger: aTrigger({ qualifiedAt: at(time) }),
    lead: aLead({ id, qualifiedAt: at(time), fields: { email, firstName: id, lastName: id, score: "50" } }),
    match,
  });
  return { facts, endAt: endAt === undefined ? null : at(endAt) };
}

function turnsWith(parts: Partial<Shared>) {
  const rerun = createRerunOfPast();
  const turns = createTurnsOfPast(rerun, (now) => aShared({ ...parts, now }));
  return { rerun, turns };
}

const awayUntil = (time: string) => [{ startAt: at("08:00"), endAt: at(time) }];

/** All are away until noon, but rep-b until half past nine. */
const morningOff = [
  aRep({ id: "rep-a", absences: awayUntil("12:00") }),
  aRep({ id: "rep-b", absences: awayUntil("09:30") }),
  aRep({ id: "rep-g", teams: ["General Sales"], absences: awayUntil("12:00") }),
];

const whom = (ended: ReturnType<ReturnType<typeof createTurnsOfPast>["take"]>) =>
  ended.map(({ made, last }) => [
    made.leadId,
    "repId" in made.outcome ? made.outcome.repId : made.outcome.kind,
    last.now,
  ]);

test("a lead that a list holds goes to who is back first, when they are back", () => {
  const { turns } = turnsWith({ reps: morningOff });

  expect(turns.take(lead("one", "09:00"))).toEqual([]);
  const ended = turns.end(at("17:00"));

  expect(whom(ended)).toEqual([["one", "rep-b", at("09:30")]]);
  expect(ended[0]?.first.now).toBe(at("09:00"));
});

test("it does so before a lead that qualifies later", () => {
  const { turns } = turnsWith({ reps: morningOff });
  turns.take(lead("one", "09:00"));

  expect(whom(turns.take(lead("two", "09:45")))).toEqual([
    ["one", "rep-b", at("09:30")],
    ["two", "rep-b", at("09:45")],
  ]);
});

test("what somebody has seen to meanwhile waits no longer", () => {
  const { turns } = turnsWith({ reps: morningOff });
  turns.take(lead("one", "09:00", { endAt: "09:10" }));

  expect(whom(turns.end(at("17:00")))).toEqual([["one", "queued", at("09:00")]]);
});

test("what waits still at the end stands as it does", () => {
  const { turns } = turnsWith({ reps: morningOff });
  turns.take(lead("one", "09:00"));

  expect(whom(turns.end(at("09:10")))).toEqual([["one", "queued", at("09:00")]]);
});

test("a second lead of a person waits with the first, and goes where that one goes", () => {
  const { turns } = turnsWith({ reps: morningOff });
  turns.take(lead("one", "09:00", { email: "jana@one.example" }));

  expect(turns.take(lead("two", "09:05", { email: "jana@one.example" }))).toEqual([]);
  expect(whom(turns.end(at("17:00")))).toEqual([
    ["one", "rep-b", at("09:30")],
    ["two", "rep-b", at("09:30")],
  ]);
});

const oneEach = [aRep({ id: "rep-a" }), aRep({ id: "rep-g", teams: ["General Sales"] })];

const smallCapacity = () => {
  const policy = aPolicy();
  return { ...policy, repDefaults: { ...policy.repDefaults, capacity: 1 } };
};

test("a lead is work for whom the policy gave it, for as long as it really was open", () => {
  const { turns } = turnsWith({ reps: oneEach, policy: smallCapacity() });

  expect(whom(turns.take(lead("one", "09:00", { endAt: "09:30" })))).toEqual([["one", "rep-a", at("09:00")]]);
  expect(whom(turns.take(lead("two", "09:10")))).toEqual([["two", "rep-g", at("09:10")]]);
  expect(whom(turns.take(lead("three", "09:40")))).toEqual([["three", "rep-a", at("09:40")]]);
});

test("a lead from before is work for who had it", () => {
  const { rerun, turns } = turnsWith({ reps: oneEach, policy: smallCapacity() });
  rerun.had({ repId: "rep-a", from: at("08:00"), to: at("09:30"), points: 1 });

  expect(whom(turns.take(lead("one", "09:10")))).toEqual([["one", "rep-g", at("09:10")]]);
  expect(whom(turns.take(lead("two", "09:40")))).toEqual([["two", "rep-a", at("09:40")]]);
});

test("work that begins later does not count before", () => {
  const { rerun, turns } = turnsWith({ reps: oneEach, policy: smallCapacity() });
  rerun.had({ repId: "rep-a", from: at("09:20"), to: null, points: 1 });

  expect(whom(turns.take(lead("one", "09:10", { endAt: "09:15" })))).toEqual([["one", "rep-a", at("09:10")]]);
  expect(whom(turns.take(lead("two", "09:20")))).toEqual([["two", "rep-g", at("09:20")]]);
});

test("turns go on from lead to lead", () => {
  const { turns } = turnsWith({ reps: [aRep({ id: "rep-a" }), aRep({ id: "rep-b" })] });
  const got = ["one", "two", "three", "four"].flatMap((id, each) => whom(turns.take(lead(id, `09:0${each}`))));

  expect(got.map(([, repId]) => repId).sort()).toEqual(["rep-a", "rep-a", "rep-b", "rep-b"]);
});

test("leads of an account stay with who got its last one", () => {
  const { turns } = turnsWith({ reps: [aRep({ id: "rep-a" }), aRep({ id: "rep-b" })] });
  const match = aMatch({ id: "acc-9", ownerId: null });
  const [first, second] = ["one", "two"].map(
    (id, each) => whom(turns.take(lead(id, `09:0${each}`, { match })))[0]?.[1],
  );

  expect(first).toMatch(/^rep-[ab]$/);
  expect(second).toBe(first);
});
