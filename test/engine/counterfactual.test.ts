import { describe, expect, test } from "@jest/globals";
import { otherNumberInWords, whyNotInWords } from "../../src/engine/counterfactual/in-words.ts";
import { otherNumbers } from "../../src/engine/counterfactual/other-numbers.ts";
import { type Obstacle, without } from "../../src/engine/counterfactual/snapshot-changes.ts";
import { whyNot } from "../../src/engine/counterfactual/why-not.ts";
import { decide } from "../../src/engine/decide.ts";
import type { Decision } from "../../src/engine/decision.ts";
import { namesOf } from "../../src/engine/names.ts";
import type { Condition, Policy } from "../../src/engine/policy.ts";
import type { Shared, Snapshot } from "../../src/engine/snapshot.ts";
import { aLead, aMatch, aPolicy, aRep, aShared, aState, aTrigger, someFacts } from "../builders.ts";
import { randomWorld } from "./random-world.ts";

const absences = [{ startAt: "2026-11-19T00:00:00Z", endAt: "2026-11-23T23:00:00Z" }];
const reps = [
  aRep({ id: "rep-a", name: "Anna Weber" }),
  aRep({ id: "rep-b", name: "Ben Koch" }),
  aRep({ id: "rep-e", name: "Elif Acar", teams: ["DACH Sales", "Enterprise Sales"] }),
  aRep({ id: "rep-l", name: "Lena Left", active: false }),
  aRep({ id: "rep-v", name: "Vera Vogel", absences }),
  aRep({ id: "rep-u", name: "Uma Shah", teams: ["UK & Nordics Sales"] }),
];
const names = namesOf(reps);

/** Turns whatever the load, so that a load counts as too high or not at all. */
const inTurn = aPolicy({ pools: aPolicy().pools.map((pool) => ({ ...pool, strategy: "round_robin" })) });

/** It is this rep's turn in pool dach, as far as it goes. */
const aheadOf = (repId: string) => ({
  dach: Object.fromEntries(reps.slice(0, 5).map(({ id }) => [id, id === repId ? 0.8 : -0.2])),
});

const ofRegion = (repId: string, region: string): Policy => {
  const policy = aPolicy();
  return { ...policy, reps: { [repId]: { ...policy.repDefaults, holidayRegion: region } } };
};

/** Each stands in for the one before. */
const inLine = (...repIds: readonly string[]): Policy => {
  const policy = aPolicy();
  const settings = repIds.map((id, at) => [id, { ...policy.repDefaults, backupId: repIds[at + 1] ?? null }] as const);
  return { ...policy, reps: Object.fromEntries(settings) };
};

/** Each line about the score, asked of a CRM's own field too. */
function inEitherField(condition: Condition): Condition {
  if ("all" in condition) return { all: condition.all.map(inEitherField) };
  if ("any" in condition) return { any: condition.any.map(inEitherField) };
  if ("not" in condition) return { not: inEitherField(condition.not) };
  if (condition.field !== "lead.score") return condition;
  const both = [condition, { ...condition, field: "lead.crm.Own_Score" }];
  return condition.operator === "unknown" ? { all: both } : { any: both };
}

const aSnapshot = (parts: Partial<Snapshot> = {}): Snapshot => ({
  shared: aShared({ reps }),
  facts: someFacts(),
  state: aState(),
  ...parts,
});

const why = (snapshot: Snapshot, repId: string): string =>
  whyNotInWords(whyNot(snapshot, repId), snapshot.state, names);

const decisionOf = ({ shared, facts, state }: Snapshot): Decision => decide(shared, facts, state).decision;

describe("a policy that asks for the score by the field of each of its CRMs", () => {
  const policy = aPolicy({
    tiers: aPolicy().tiers.map((rule) => ({ ...rule, when: inEitherField(rule.when) })),
  });
  const numbersOf = (fields: Record<string, string | null>) => {
    const lead = aLead();
    const facts = someFacts({ lead: { ...lead, fields: { ...lead.fields, ...fields } } });
    const snapshot = aSnapshot({ shared: aShared({ reps, policy }), facts });
    return otherNumbers(snapshot)
      .map(({ field }) => field)
      .filter((field) => /score/i.test(field));
  };
  const own = "lead.crm.Own_Score";

  test.each<[string, Record<string, string | null>, string[]]>([
    ["have the same", { score: "50", "crm.Own_Score": "50" }, ["lead.score"]],
    ["the CRM's own is not known", { score: "50", "crm.Own_Score": null }, ["lead.score"]],
    ["the common one is not known", { score: null, "crm.Own_Score": "50" }, [own]],
    ["differ", { score: "50", "crm.Own_Score": "45" }, ["lead.score", own]],
  ])("where they %s", (_, fields, told) => {
    expect([...new Set(numbersOf(fields))]).toEqual(told);
  });
});

describe("why not me", () => {
  test.each<[string, string, Snapshot, string]>([
    [
      "someone who is full",
      "rep-a",
      aSnapshot({
        state: aState({ load: { "rep-a": 30, "rep-b": 12, "rep-e": 12 }, credits: aheadOf("rep-a") }),
      }),
      "It would have gone to Anna Weber if their load had been below 30 (it was 30).",
    ],
    [
      "someone whose turn it was not",
      "rep-b",
      aSnapshot({ state: aState({ credits: aheadOf("rep-a") }) }),
      "It would have gone to Ben Koch if it had been their turn.",
    ],
    [
      "someone who is away, and full",
      "rep-v",
      aSnapshot({
        shared: aShared({ reps, policy: inTurn }),
        state: aState({ load: { "rep-v": 30 }, credits: aheadOf("rep-v") }),
      }),
      "It would have gone to Vera Vogel if their load had been below 30 (it was 30) and they had been on shift and not away.",
    ],
    [
      "someone who has left",
      "rep-l",
      aSnapshot({ state: aState({ credits: aheadOf("rep-l") }) }),
      "It would have gone to Lena Left if they had been active.",
    ],
    [
      "someone of another segment",
      "rep-a",
      aSnapshot({
        facts: someFacts({ lead: aLead({ fields: { employees: "5000" } }) }),
        state: aState({ credits: aheadOf("rep-a") }),
      }),
      "It would have gone to Anna Weber if they had been set aside for segment enterprise.",
    ],
    [
      "someone of another pool",
      "rep-u",
      aSnapshot(),
      "It would have gone to Uma Shah if they had been in pool dach and it had been their turn.",
    ],
    [
      "someone else's account",
      "rep-a",
      aSnapshot({
        facts: someFacts({ match: aMatch({ ownerId: "rep-b" }) }),
        state: aState({ credits: aheadOf("rep-a") }),
      }),
      "It would have gone to Anna Weber if nobody had had a claim to it.",
    ],
    [
      "someone who was late with it",
      "rep-a",
      aSnapshot({
        facts: someFacts({ trigger: aTrigger({ round: 1, cause: "breached", breachedBy: ["rep-a"] }) }),
        state: aState({ credits: aheadOf("rep-a") }),
      }),
      "It would have gone to Anna Weber if they had not been late with it before.",
    ],
    [
      "someone who has a public holiday",
      "rep-a",
      aSnapshot({
        shared: aShared({ reps, policy: ofRegion("rep-a", "DE-BY"), holidays: { "DE-BY": ["2026-11-20"] } }),
        state: aState({ credits: aheadOf("rep-a") }),
      }),
      "It would have gone to Anna Weber if it had not been a public holiday of theirs.",
    ],
    [
      "someone who is away on a public holiday",
      "rep-v",
      aSnapshot({
        shared: aShared({ reps, policy: ofRegion("rep-v", "DE-BY"), holidays: { "DE-BY": ["2026-11-20"] } }),
        state: aState({ credits: aheadOf("rep-v") }),
      }),
      "It would have gone to Vera Vogel if they had been on shift and not away and it had not been a public holiday of theirs.",
    ],
    [
      "the owner of the account, who has a backup and is away",
      "rep-v",
      aSnapshot({
        shared: aShared({ reps, policy: inLine("rep-v", "rep-a", "rep-b") }),
        facts: someFacts({ match: aMatch({ ownerId: "rep-v" }) }),
      }),
      "It would have gone to Vera Vogel if they had been on shift and not away.",
    ],
    [
      "the backup of a backup who is there",
      "rep-b",
      aSnapshot({
        shared: aShared({ reps, policy: inLine("rep-v", "rep-a", "rep-b") }),
        facts: someFacts({ match: aMatch({ ownerId: "rep-v" }) }),
      }),
      "It would have gone to Ben Koch if Anna Weber had been away.",
    ],
    [
      "the backup of an owner who is there",
      "rep-b",
      aSnapshot({
        shared: aShared({ reps, policy: inLine("rep-a", "rep-b") }),
        facts: someFacts({ match: aMatch({ ownerId: "rep-a" }) }),
      }),
      "It would have gone to Ben Koch if Anna Weber had been away.",
    ],
    [
      "someone of no team that may have leads of the country",
      "rep-u",
      aSnapshot({
        shared: aShared({ reps, policy: { ...aPolicy(), residency: [{ countries: ["DE"], teams: ["DACH Sales"] }] } }),
        facts: someFacts({ match: aMatch({ ownerId: "rep-u" }) }),
      }),
      "It would have gone to Uma Shah if leads of Germany had not been for DACH Sales alone.",
    ],
    [
      "the one who got it",
      "rep-a",
      aSnapshot({ state: aState({ credits: aheadOf("rep-a") }) }),
      "Anna Weber has got it.",
    ],
    [
      "a lead that was stopped",
      "rep-a",
      aSnapshot({ facts: someFacts({ lead: aLead({ fields: { "crm.baton_do_not_route": "true" } }) }) }),
      "Nothing about Anna Weber alone would have given it to them: it was not routed, it is marked as not to be routed.",
    ],
  ])("%s", (_, repId, snapshot, sentence) => {
    expect(why(snapshot, repId)).toBe(sentence);
  });

  test("a load is the highest that would have done", () => {
    const policy = aPolicy();
    const pools = policy.pools.map((pool) => ({ ...pool, strategy: "lowest_load" as const }));
    const snapshot = aSnapshot({
      shared: aShared({ reps, policy: { ...policy, pools } }),
      state: aState({ load: { "rep-a": 25, "rep-b": 18, "rep-e": 20 } }),
    });

    expect(why(snapshot, "rep-a")).toBe(
      "It would have gone to Anna Weber if their load had been below 18 (it was 25).",
    );
  });

  test("over random snapshots, what is said is so: with all of it out of the way the rep gets the lead, with any of it there not", () => {
    const wrong: string[] = [];
    let told = 0;
    for (let seed = 1; seed <= 400; seed += 1) {
      const { shared: world, leads, state } = randomWorld(seed);
      const shared = seed % 2 === 0 ? world : withHolidaysAndResidency(world);
      const snapshot = { shared, facts: leads[0] ?? someFacts(), state };
      for (const { id } of shared.reps.slice(0, 4)) {
        const { because } = whyNot(snapshot, id);
        if (because === null || because.length === 0) continue;
        told += 1;
        if (!hasIt(freed(snapshot, id, because), id)) wrong.push(`seed ${seed}: ${id} does not get it`);
        for (const obstacle of because)
          if (
            hasIt(
              freed(
                snapshot,
                id,
                because.filter((each) => each !== obstacle),
              ),
              id,
            )
          )
            wrong.push(`seed ${seed}: ${id} gets it in spite of ${obstacle.kind}`);
      }
    }

    expect(wrong).toEqual([]);
    expect(told).toBeGreaterThan(200);
  });
});

/** Some of the reps have a holiday, and leads of Germany are for one team. */
const withHolidaysAndResidency = (shared: Shared): Shared => ({
  ...shared,
  policy: { ...shared.policy, residency: [{ countries: ["DE"], teams: ["SDR"] }] },
  holidays: { ...shared.holidays, DE: [shared.now.slice(0, 10)], IN: [shared.now.slice(0, 10)] },
});

const freed = (snapshot: Snapshot, repId: string, obstacles: readonly Obstacle[]): Snapshot =>
  obstacles.reduce((changed, each) => without(changed, repId, each), snapshot);

function hasIt(snapshot: Snapshot, repId: string): boolean {
  const { outcome } = decisionOf(snapshot);
  return (
    (outcome.kind === "assigned" && outcome.repId === repId) || (outcome.kind === "kept" && outcome.ownerId === repId)
  );
}

describe("other numbers", () => {
  const sentences = (snapshot: Snapshot): string[] =>
    otherNumbers(snapshot).map((other) => otherNumberInWords(other, decisionOf(snapshot), names));

  test("the nearest size that is another segment, and the nearest scores of the other tiers", () => {
    const facts = someFacts({ lead: aLead({ fields: { employees: "250", score: "65", fitScore: "50" } }) });
    const snapshot = aSnapshot({ facts, state: aState({ credits: aheadOf("rep-a") }) });

    expect(sentences(snapshot)).toEqual([
      "With 1001 employees it would have been segment enterprise and gone to Elif Acar.",
      "With a score of 80 it would have been T1 (hot) and gone to Anna Weber.",
      "With a score of 39 it would have been nurture and not been routed: it stays in nurture, which no rep works on.",
    ]);
  });

  test("a tier that only some may take is told once", () => {
    const policy = aPolicy({ tierNeeds: { T1: { seniority: 3, orPool: null } } });
    const senior = { ...policy, reps: { "rep-a": { ...policy.repDefaults, seniority: 3 } } };
    const facts = someFacts({ lead: aLead({ fields: { employees: "250", score: "65", fitScore: "50" } }) });
    const snapshot = aSnapshot({ facts, shared: aShared({ reps, policy: senior }) });

    expect(sentences(snapshot)).toContain("With a score of 80 it would have been T1 (hot) and gone to Anna Weber.");
  });

  test("a tier and a segment that are both others are listed", () => {
    const bands = aPolicy().tiers;
    const bySize = { field: "lead.employees", operator: "gte" as const, value: 1001 };
    const policy = aPolicy({ tiers: [{ tier: "T1", because: "large", when: bySize }, ...bands] });
    const facts = someFacts({ lead: aLead({ fields: { employees: "250", score: "65", fitScore: "50" } }) });

    expect(sentences(aSnapshot({ facts, shared: aShared({ reps, policy }) }))).toContain(
      "With 1001 employees it would have been T1 (hot), segment enterprise and gone to Elif Acar.",
    );
  });

  test("the account's own size is what is changed where it is known", () => {
    const facts = someFacts({ match: aMatch({ employees: "900" }), lead: aLead({ fields: { employees: "5" } }) });

    expect(otherNumbers(aSnapshot({ facts })).filter(({ field }) => field === "lead.employees")).toEqual([
      expect.objectContaining({ value: 1001 }),
    ]);
  });
});
