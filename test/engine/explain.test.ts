import { describe, expect, test } from "@jest/globals";
import { reasonLine } from "../../src/engine/claim.ts";
import { decide } from "../../src/engine/decide.ts";
import type { Decision } from "../../src/engine/decision.ts";
import { type ExplainInput, explain } from "../../src/engine/explain.ts";
import { explainHotterTiers } from "../../src/engine/explain-tier.ts";
import { namesOf } from "../../src/engine/names.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import { aLead, aMatch, anOpportunity, aPolicy, aRep, aShared, aState, aTrigger, someFacts } from "../builders.ts";

const names = namesOf([
  aRep({ id: "rep-a", name: "Anna Weber" }),
  aRep({ id: "rep-b", name: "Ben Koch" }),
  aRep({ id: "rep-c", name: "Clara Vogt" }),
]);

const decided = (
  facts: LeadFacts,
  parts: Parameters<typeof aShared>[0] = {},
  load: Record<string, number> = {},
): Decision => decide(aShared(parts), facts, aState({ load })).decision;

const before = { "rep-a": 0.25, "rep-c": -0.25 };
const creditOf = (facts: LeadFacts, load: Record<string, number>): ExplainInput["credit"] => {
  const { pick } = decide(aShared(), facts, aState({ load }));
  return pick && { pick, before: { dach: before } };
};

const sentences = (facts: LeadFacts, load: Record<string, number> = {}): string[] =>
  explain({
    facts,
    decision: decided(facts, {}, load),
    names,
    timeZone: "Europe/Berlin",
    credit: creditOf(facts, load),
    by: aShared(),
  });

test.each([
  [["europe"], "The territory europe covers it as closely, and its pool takes part."],
  [["europe", "key"], "The territories europe, key cover it as closely, and their pools take part."],
])("a place that %j cover as well says so", (others, sentence) => {
  const rest = { states: [], postalCodes: [], accounts: [], teamPool: null, also: { teams: [], reps: [] } };
  const territories = ["germany", ...others].map((name) => ({ name, countries: ["DE"], pool: "dach", ...rest }));
  const policy = aPolicy({ territories });
  const told = explain({
    facts: someFacts(),
    decision: decided(someFacts(), { policy }),
    names,
    timeZone: "Europe/Berlin",
    credit: null,
    by: aShared({ policy }),
  });
  expect(told).toContain(sentence);
});

test("a pick reads from the data to the rep", () => {
  expect(sentences(someFacts(), { "rep-a": 2, "rep-b": 30, "rep-c": 9 })).toEqual([
    "Lead lead-1 qualified on Fri 20 Nov 2026, 10:00:00 (Europe/Berlin).",
    "It belongs to no known account: a domain that no account has, and nothing that tells enough of its company.",
    "Its tier is T3 (moderate): scored 40 or more and took up content that counts.",
    "T1 (hot) is for a lead that asked to talk to sales (its conversion is Guide: presses), or scored 80 or more (its score is 50).",
    "T2 (warm) is for a lead that scored 60 or more and was active in the last 30 days (its score is 50).",
    "Open deal, customer and owned account did not apply: no account is known for this lead.",
    "Prior owner did not apply: no rep has had this person before.",
    "Territory narrowed the choice to dach: 3 reps left.",
    "Language did not apply: the lead's language is not known.",
    "Segment did not apply: no rep is set aside for this segment.",
    "Tier did not apply: any rep may take this tier.",
    "Ben Koch was passed over: already at full capacity.",
    "Anna Weber was chosen from pool dach: next in turn.",
    "Credit in pool dach, before and after: Anna Weber +0.25 → −0.18, Clara Vogt −0.25 → +0.18.",
    "So it went to Anna Weber.",
    "The data had no number of employees.",
  ]);
});

test("a claim reads with the account, its rivals and the deal", () => {
  const match = aMatch({}, { rivals: [{ accountId: "77", because: "less-recent-activity" }] });
  const facts = someFacts({ match, opportunities: [anOpportunity()] });

  expect(sentences(facts, { "rep-c": 31 })).toEqual([
    "Lead lead-1 qualified on Fri 20 Nov 2026, 10:00:00 (Europe/Berlin).",
    "It belongs to Muster Maschinen GmbH (account account-1), by the domain of its e-mail, muster-maschinen.de, before account 77 (less recent activity).",
    "Its tier is T3 (moderate): scored 40 or more and took up content that counts.",
    "T1 (hot) is for a lead that asked to talk to sales (its conversion is Guide: presses), or scored 80 or more (its score is 50).",
    "T2 (warm) is for a lead that scored 60 or more and was active in the last 30 days (its score is 50).",
    "Open deal decided: there is an open deal with its account.",
    "The claim comes from opportunity deal-1.",
    "Clara Vogt had open work of 31 points and can carry 30; a claim counts more.",
    "So it went to Clara Vogt.",
  ]);
});

test("an account of another CRM is told with what people call that, and so is the claim that comes from it", () => {
  const match = { ...aMatch({ name: "Globex", ownerId: "rep-a" }, {}), crm: "acme" };
  const facts = someFacts({ match });
  const told = explain({
    ...{ facts, decision: decided(facts), names, timeZone: "Europe/Berlin", credit: null, by: aShared() },
    crmTitles: { acme: "Acme CRM" },
  });
  expect(told).toContainEqual(expect.stringMatching(/^It belongs to Globex \(account account-1\) in Acme CRM, /));
  expect(told).toContain("The claim comes from account Globex (account-1) in Acme CRM.");
});

test("what a policy asks of the common field and of a CRM's own is told once where they have the same", () => {
  const either = (least: number) => ({
    any: ["lead.score", "lead.crm.Own_Score"].map((field) => ({ field, operator: "gte" as const, value: least })),
  });
  const policy = aPolicy({ tiers: [{ tier: "T1", because: "score-80", when: either(80) }] });
  const lead = someFacts().lead;
  const tierOf = (ownScore: string | null) => {
    const facts = someFacts({ lead: { ...lead, fields: { ...lead.fields, score: "76", "crm.Own_Score": ownScore } } });
    const by = aShared({ policy });
    const decision = { ...decided(facts, { policy }), tier: "T3" as const };
    return explain({ facts, decision, names, timeZone: "Europe/Berlin", credit: null, by }).join(" ");
  };
  expect(tierOf("76")).toContain("scored 80 or more (its score is 76)");
  expect(tierOf(null)).toContain("scored 80 or more (its score is 76)");
  expect(tierOf("70")).toContain("scored 80 or more (its score is 76, its Own_Score is 70)");
});

test("a reassignment says who had it", () => {
  const facts = someFacts({ trigger: aTrigger({ round: 1, cause: "breached", breachedBy: ["rep-a"] }) });

  expect(sentences(facts)[0]).toBe(
    "Lead lead-1 qualified on Fri 20 Nov 2026, 10:00:00 (Europe/Berlin); this is reassignment 1, because Anna Weber did not get to it in time.",
  );
});

describe("one line", () => {
  test.each<[string, Partial<LeadFacts>, string]>([
    [
      "a person's choice",
      {
        lead: aLead({ ownerId: "rep-a" }),
        ownerHistory: [{ ownerId: "rep-a", at: "2026-11-19T00:00:00Z", by: "person" }],
      },
      "Anna Weber keeps it: a person gave it to its owner not long ago, and that stands",
    ],
    [
      "a gate",
      { lead: aLead({ fields: { "crm.baton_do_not_route": "true" } }) },
      "not routed: it is marked as not to be routed",
    ],
    ["nurture", { lead: aLead({ fields: { score: "3" } }) }, "not routed: it stays in nurture, which no rep works on"],
    [
      "too many owners",
      { trigger: aTrigger({ round: 3, cause: "breached", breachedBy: ["rep-a"] }) },
      "queue unrouted: as many reps as the policy allows have had it without getting to it",
    ],
    ["a rep without a name", { match: aMatch({ ownerId: "rep-g" }) }, "rep rep-g: owns the account"],
    [
      "the waterfall",
      { lead: aLead({ fields: { country: null } }) },
      "rep rep-g: the only one free in pool general, because the country is not known",
    ],
  ])("%s", (_, facts, line) => {
    expect(reasonLine(decided(someFacts(facts)), names)).toBe(line);
  });

  test("an override, and one that is over", () => {
    const when = { field: "lead.score", operator: "known", value: null } as const;
    const overrides = [
      { name: "fair", when, to: { queueId: "board" }, until: "2026-11-19", because: "override" },
      { name: "vip", when, to: { repId: "rep-c" }, until: null, because: "board-decides" },
    ];
    const facts = someFacts();
    const decision = decided(facts, { policy: aPolicy({ overrides }) });
    const told = explain({ facts, decision, names, timeZone: "UTC", credit: null, by: null });
    expect(told.slice(3, 7)).toEqual([
      "The override fair is for such a lead too, but its last day has passed.",
      "The override vip is for such a lead.",
      "Override decided: board decides.",
      "So it went to Clara Vogt.",
    ]);
    expect(reasonLine(decision, names)).toBe("Clara Vogt: has it by an override of the policy (board decides)");
  });

  test("an override of one who has left", () => {
    const when = { field: "lead.score", operator: "known", value: null } as const;
    const overrides = [{ name: "vip", when, to: { repId: "rep-z" }, until: null, because: "override" }];
    const facts = someFacts();
    const decision = decided(facts, { policy: aPolicy({ overrides }) });
    const told = explain({ facts, decision, names, timeZone: "UTC", credit: null, by: null });
    expect(told.slice(4, 6)).toEqual([
      expect.stringContaining("is named by an override but is not active."),
      "Override did not apply: whom the override names is not active any more.",
    ]);
  });

  test("the backup of an owner who is away", () => {
    const absences = [{ startAt: "2026-11-19T00:00:00Z", endAt: "2026-11-23T23:00:00Z" }];
    const decision = decided(someFacts({ match: aMatch({ ownerId: "rep-c" }) }), {
      reps: [aRep({ id: "rep-b" }), aRep({ id: "rep-c", absences })],
      policy: aPolicy({ reps: { "rep-c": { ...aPolicy().repDefaults, backupId: "rep-b" } } }),
    });
    expect(reasonLine(decision, names)).toBe("Ben Koch: the backup of Clara Vogt, who owns the account and is away");
  });

  test("overnight", () => {
    const decision = decided(someFacts(), { now: "2026-11-21T12:00:00.000Z" }, { "rep-b": 29, "rep-c": 29 });
    expect(reasonLine(decision, names)).toBe(
      "Anna Weber: next in turn in pool dach (territory dach), from the start of their shift",
    );
  });
});

test("what a hotter tier asks for is told with what the lead has, whatever the policy calls its rules", () => {
  const policy = aPolicy({
    tiers: [
      { tier: "T1", because: "our-darlings", when: { field: "account.country", operator: "equals", value: "FR" } },
      {
        tier: "T1",
        because: "score-80",
        when: { any: [scoreOf(80), { all: [scoreOf(70), { field: "lead.crm.vip", operator: "known", value: null }] }] },
      },
      { tier: "T2", because: "score-60-engaged", when: scoreOf(40) },
    ],
  });
  const facts = someFacts();

  expect(explainHotterTiers(policy, facts, { tier: "T2", now: aShared().now })).toEqual([
    'T1 (hot) is for a lead that falls under "our darlings" (its account\'s country is not known), or scored 80 or more (its score is 50, its vip is not known).',
  ]);
  expect(explainHotterTiers(policy, facts, { tier: "T1", now: aShared().now })).toEqual([]);
});

const scoreOf = (least: number) => ({ field: "lead.score", operator: "gte" as const, value: least });
