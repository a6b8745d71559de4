import { describe, expect, test } from "@jest/globals";
import { decide } from "../../src/engine/decide.ts";
import { namesOf } from "../../src/engine/names.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { LeadFacts, Shared } from "../../src/engine/snapshot.ts";
import { type TaskTextInput, taskText } from "../../src/engine/task-text.ts";
import {
  aLead,
  aMatch,
  anOpportunity,
  aPolicy,
  aPool,
  aRep,
  aShared,
  aState,
  aTrigger,
  someFacts,
} from "../builders.ts";

const names = namesOf([
  aRep({ id: "rep-a", name: "Anna Weber" }),
  aRep({ id: "rep-b", name: "Ben Koch" }),
  aRep({ id: "rep-c", name: "Clara Vogt" }),
]);

const demoRequest = aLead({
  fields: {
    jobTitle: "Head of Production",
    phone: "+49 89 1234",
    score: "86",
    conversion: "Demo request",
    conversionAt: "2026-11-20T08:58:00Z",
    source: "ORGANIC_SEARCH",
    firstPage: "https://muster.example/presses",
    lastPage: "https://muster.example/demo",
    pageViews: "14",
  },
});

type Situation = { shared?: Partial<Shared>; load?: Record<string, number> };

function textOf(parts: Partial<LeadFacts>, input: Partial<TaskTextInput> = {}, situation: Situation = {}) {
  const { shared = {}, load = { "rep-b": 30, "rep-c": 30 } } = situation;
  const facts = someFacts({ lead: demoRequest, ...parts });
  const { decision } = decide(aShared(shared), facts, aState({ load }));
  const links = { lead: "https://crm.example/lead/1", trace: "https://baton.example/decisions/1" };
  const due = { at: "2026-11-20T09:15:00.000Z", timeZone: "Europe/Berlin" };
  return taskText({ template: "first-touch", facts, decision, names, links, due, ...input });
}

test("a first touch tells why, who, what they did and what to do by when", () => {
  const { subject, body } = textOf({});

  expect(subject).toBe("New lead, T1 (hot): Jana Muster, Muster Maschinen GmbH");
  expect(body.split("<br>")).toEqual([
    "<b>Why you:</b> You are the only one free in pool dach (territory dach).",
    "<b>Who:</b> Jana Muster, Head of Production, Muster Maschinen GmbH, Germany",
    "<b>Reach:</b> jana.muster@muster-maschinen.de, +49 89 1234",
    "<b>What they did:</b> filled in “Demo request” on Fri 20 Nov, 09:58; came through organic search; first page https://muster.example/presses; last page https://muster.example/demo; page views: 14",
    "<b>Tier:</b> T1 (hot): asked to talk to sales (score 86)",
    "<b>Do now:</b> call or write by Fri 20 Nov, 10:15 (Europe/Berlin). A logged call, e-mail or meeting stops the clock, and so does completing this task.",
    '<a href="https://crm.example/lead/1">Open the lead</a> · <a href="https://baton.example/decisions/1">How this was decided</a>',
  ]);
});

test("an owner of the account reads about the account, its deals and who had the person before", () => {
  const { body } = textOf({
    match: aMatch({ isCustomer: true, ownerId: "rep-c", employees: "1200" }),
    opportunities: [anOpportunity()],
    ownerHistory: [{ ownerId: "rep-b", at: "2026-01-01T00:00:00Z", by: "automation" }],
  });

  expect(body.split("<br>")).toEqual(
    expect.arrayContaining([
      "<b>Why you:</b> You own an open deal of this company.",
      "<b>Account:</b> Muster Maschinen GmbH, a customer, employees: 1200, owner Clara Vogt",
      "<b>Open deals:</b> “Pressen 2027”, stage qualified",
      "<b>Earlier owner:</b> Ben Koch",
    ]),
  );
});

test("who has had the person before is not told so twice: the earlier owner is the one before them", () => {
  const at = "2026-01-01T00:00:00Z";
  const alone = textOf({ ownerHistory: [{ ownerId: "rep-b", at, by: "person" }] }).body;
  expect(alone).toContain("<b>Why you:</b> You have had this person before.");
  expect(alone).not.toContain("Earlier owner");

  const change = (ownerId: string | null) => ({ ownerId, at, by: "automation" as const });
  const both = textOf({ ownerHistory: [change("rep-b"), change(null), change("rep-c")] }).body;
  expect(both).toContain("<b>Earlier owner:</b> Clara Vogt");
});

test("a lead that cannot be reached, and an owner who has left, are said to be so", () => {
  const lead = aLead({ fields: { email: null, phone: null } });
  const gone = { ...names.reps, "rep-g": { name: "Gero Alt", active: false } };
  const { body } = textOf({ lead, match: aMatch({ ownerId: "rep-g" }) }, { names: { reps: gone } });

  expect(body.split("<br>")).toEqual(
    expect.arrayContaining([
      "<b>Reach:</b> neither e-mail nor phone is known",
      "<b>Account:</b> Muster Maschinen GmbH, not a customer yet, owner Gero Alt (not active any more)",
    ]),
  );
});

test.each([
  [
    { score: "70", engagedAt: "2026-11-19T08:00:00Z" },
    "T2 (warm): scored 60 or more and was active in the last 30 days (score 70)",
  ],
  [{ score: null }, "T3 (moderate): no score"],
])("the tier of %j reads as a sentence", (fields, text) => {
  expect(textOf({ lead: aLead({ fields }) }).body).toContain(`<b>Tier:</b> ${text}<br>`);
});

test("a lead from the waterfall says why its own team has not got it", () => {
  const none = textOf({ lead: aLead({ fields: { country: null } }) });
  const full = { "rep-a": 30, "rep-b": 30, "rep-c": 30 };

  expect(none.body).toContain("You are the only one free in pool general, because the country is not known.");
  expect(textOf({}, {}, { load: full }).body).toContain(
    "You are the only one free in pool general, because nobody of territory dach can take it now.",
  );
});

test("who is of the other territory that covers the place reads that the two share it", () => {
  const rest = { states: [], postalCodes: [], accounts: [], teamPool: null, also: { teams: [], reps: [] } };
  const policy = aPolicy({
    territories: [
      { name: "germany", countries: ["DE"], pool: "germany", ...rest },
      { name: "europe", countries: ["DE", "FR"], pool: "europe", ...rest },
    ],
    pools: [
      aPool({ name: "germany", reps: ["rep-c"] }),
      aPool({ name: "europe", reps: ["rep-a"] }),
      ...aPolicy().pools.filter(({ name }) => name === "general" || name === "sdr"),
    ],
  });
  const reps = ["rep-a", "rep-b", "rep-c"].map((id) => aRep({ id, teams: [] }));
  const full = { "rep-a": 30, "rep-b": 30, "rep-c": 30 };

  expect(textOf({}, {}, { shared: { policy, reps } }).body).toContain(
    "You are the only one free in pool germany (territory germany shared with europe).",
  );
  const ofTeam = [...reps, aRep({ id: "rep-d", teams: ["General Sales"] })];
  expect(textOf({}, {}, { shared: { policy, reps: ofTeam }, load: full }).body).toContain(
    "because nobody of territory germany shared with europe can take it now.",
  );
});

describe("the owner of the account is away", () => {
  const away = aRep({ id: "rep-c", absences: [{ startAt: "2026-11-19T00:00:00Z", endAt: "2026-11-23T23:00:00Z" }] });
  const facts = { match: aMatch({ ownerId: "rep-c" }) };
  const shared = { reps: [aRep(), away] };

  const policy = aPolicy({ reps: { "rep-c": { ...aPolicy().repDefaults, backupId: "rep-a" } } });

  test("the backup reads for whom they stand in, and why it is theirs", () => {
    expect(textOf(facts, {}, { shared: { ...shared, policy } }).body).toContain(
      "You are the backup of Clara Vogt, who owns the account and is away.",
    );
  });

  test("the owner reads who has the lead", () => {
    const { subject, body } = textOf(facts, { template: "owner-away" }, { shared: { ...shared, policy } });

    expect(subject).toMatch(/^A lead of yours while you are away: Jana Muster/);
    expect(body).toContain("You own this account. While you are away, the lead went to Anna Weber, the backup.");
    expect(body).toContain("<b>Do now:</b> nothing until you are back");
  });

  test("the owner reads who has the lead where nobody stands in", () => {
    expect(textOf(facts, { template: "owner-away" }, { shared }).body).toContain(
      "While you are away, the lead went to Anna Weber, whose turn it was in pool dach.",
    );
  });

  test("the manager reads for whom the late backup stands in", () => {
    expect(textOf(facts, { template: "breach-manager" }, { shared: { ...shared, policy } }).body).toContain(
      "It stays there, because Anna Weber is the backup of Clara Vogt, who owns the account and is away.",
    );
  });
});

describe("a partner registered the deal", () => {
  const registered = { field: "lead.crm.deal_registration", operator: "known", value: null } as const;
  const pool = { ...aPolicy().pools[0], name: "partners", teams: [], reps: ["rep-b"] } as Policy["pools"][number];
  const policy = aPolicy({
    pools: [...aPolicy().pools, pool],
    partner: { registered, referral: null, poolId: "partners", queueId: "unrouted" },
  });
  const lead = aLead({ fields: { ...demoRequest.fields, "crm.deal_registration": "PR-17" } });
  const facts = { lead, match: aMatch({ ownerId: "rep-c" }) };
  const reps = [aRep({ id: "rep-b" }), aRep({ id: "rep-c" })];

  test("the partner manager reads why, and who else had a claim", () => {
    const { body } = textOf(facts, {}, { shared: { policy, reps }, load: {} });
    expect(body).toContain("You are the only one free in pool partners, because a partner registered the deal.");
    expect(body).toContain(
      "<b>Channel conflict:</b> Clara Vogt had a claim to it (its account has an owner) and has been told.",
    );
  });

  test("whoever had the claim reads who has it now", () => {
    const { subject, body } = textOf(facts, { template: "channel-conflict" }, { shared: { policy, reps }, load: {} });
    expect(subject).toMatch(/^Channel conflict: a partner registered a deal: Jana Muster/);
    expect(body).toContain(
      "You own this account. A partner registered a deal for this lead, so it went to Ben Koch, whose turn it was in pool partners.",
    );
    expect(body).toContain("<b>Do now:</b> decide between you who talks to them");
  });
});

describe("an override of the policy", () => {
  const by = (to: Policy["overrides"][number]["to"], because = "override", reps: Policy["reps"] = {}) => {
    const when = { field: "lead.score", operator: "known", value: null } as const;
    const override = { name: "vip", when, to, until: null, because };
    return aPolicy({ overrides: [override], reps });
  };
  const lineOf = (label: string, input: Partial<TaskTextInput>, shared: Partial<Shared>): string | undefined =>
    textOf({}, input, { shared })
      .body.split("<br>")
      .find((text) => text.startsWith(`<b>${label}`));

  test.each([
    [{ repId: "rep-c" }, "override", "An override of the policy names you for such leads."],
    [{ repId: "rep-c" }, "board-decides", "An override of the policy names you for such leads (board decides)."],
    [{ poolId: "dach" }, "board-decides", "You are the only one free in pool dach, because board decides."],
  ])("%j, because of %s", (to, because, text) => {
    expect(lineOf("Why", {}, { policy: by(to, because) })).toBe(`<b>Why you:</b> ${text}`);
  });

  test("whom it names and who stands in read of each other", () => {
    const absences = [{ startAt: "2026-11-19T00:00:00Z", endAt: "2026-11-23T23:00:00Z" }];
    const reps = aShared().reps.map((rep) => (rep.id === "rep-c" ? { ...rep, absences } : rep));
    const policy = by({ repId: "rep-c" }, "override", {
      "rep-c": { ...aPolicy().repDefaults, backupId: "rep-a" },
    });
    expect(lineOf("Why", {}, { policy, reps })).toBe(
      "<b>Why you:</b> You are the backup of Clara Vogt, who has it by an override of the policy and is away.",
    );
    expect(lineOf("What happened", { template: "owner-away" }, { policy, reps })).toBe(
      "<b>What happened:</b> An override of the policy names you for such leads. While you are away, the lead went to Anna Weber, the backup.",
    );
  });

  test("its queue says why the lead is there", () => {
    expect(lineOf("What happened", { template: "unrouted" }, { policy: by({ queueId: "board" }) })).toBe(
      "<b>What happened:</b> This lead has no owner: an override of the policy is for such leads. Please give it to somebody.",
    );
  });
});

test("a reassigned lead says who did not get to it", () => {
  const trigger = aTrigger({ round: 1, cause: "breached", breachedBy: ["rep-b"] });

  expect(textOf({ trigger }, { template: "reassigned" })).toMatchObject({
    subject: expect.stringMatching(/^Lead passed on to you, T1 \(hot\): /),
    body: expect.stringContaining("<b>Why you:</b> Ben Koch did not get to it in time. You are "),
  });
});

test("a manager reads who had it and what happens next", () => {
  expect(textOf({}, { template: "breach-manager" }).body).toContain(
    "Anna Weber has had this lead since it was routed, and nobody has acted on it in time. It goes to the next rep who can take it, unless somebody else holds the task already.",
  );
  expect(textOf({ match: aMatch({ ownerId: "rep-c" }) }, { template: "breach-manager" }).body).toContain(
    "It stays there, because Clara Vogt owns the account. Please decide who follows up.",
  );
});

test("whoever catches what is left reads why nobody took it", () => {
  const trigger = aTrigger({ round: 3, cause: "breached", breachedBy: ["rep-a"] });

  expect(textOf({ trigger }, { template: "unrouted" }).body).toContain(
    "This lead has no owner: as many reps as the policy allows have had it without getting to it. Please give it to somebody.",
  );
});

test("what is not known is left out", () => {
  const bare = Object.fromEntries(Object.keys(demoRequest.fields).map((field) => [field, null]));
  const lead = aLead({ id: "41", fields: { ...bare, country: "DE" } });
  const { subject, body } = textOf({ lead }, { links: { lead: null, trace: null } });

  expect(subject).toBe("New lead, T3 (moderate): lead 41");
  expect(body.split("<br>").map((line) => line.split(":")[0])).toEqual([
    "<b>Why you",
    "<b>Who",
    "<b>Reach",
    "<b>Tier",
    "<b>Do now",
  ]);
});

test("the limit is told in the reader's own zone", () => {
  const due = { at: "2026-11-20T09:15:00.000Z", timeZone: "Asia/Kolkata" };

  expect(textOf({}, { due }).body).toContain("by Fri 20 Nov, 14:45 (Asia/Kolkata)");
});

describe("a lead's own text is not trusted", () => {
  const withName = (firstName: string) => textOf({ lead: aLead({ fields: { firstName, lastName: null } }) });

  test("HTML is escaped in the body, and the subject is one line of plain text", () => {
    const { subject, body } = withName(`<img src=x onerror="alert('1')">&\r\nBcc: x`);

    expect(body).toContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp; Bcc: x");
    expect(body).not.toContain("<img");
    expect(subject).toContain(`: <img src=x onerror="alert('1')">& Bcc: x, `);
  });

  test.each([
    ["text that reorders", "Ja\u202Ena\u2066", "Jana"],
    ["invisible text", "Ja\u200B\u200Dna\uFEFF\u00AD", "Jana"],
    ["control characters", "Ja\u0000na\u0007", "Ja na"],
    ["half a letter", "Jana\uD800", "Jana"],
  ])("%s is taken out", (_, name, shown) => {
    expect(withName(name).subject).toContain(`: ${shown}, Muster`);
  });

  test("long text is cut to 200 letters, emoji whole", () => {
    const { body } = withName("😀".repeat(5000));
    expect(body).toContain(`<b>Who:</b> ${"😀".repeat(199)}…, Muster`);
  });

  test("a link that is none is left out", () => {
    expect(textOf({}, { links: { lead: "javascript:alert(1)", trace: null } }).body).not.toContain("<a ");
  });
});
