import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { conditionFields } from "../../src/engine/conditions.ts";
import { Invalid } from "../../src/engine/invalid.ts";
import { operators } from "../../src/engine/operators.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { policyFields } from "../../src/engine/policy-fields.ts";
import { policySections } from "../../src/engine/policy-schema.ts";
import { strategies } from "../../src/engine/strategies/index.ts";

const shipped = readFileSync(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");

const small = `name: small
qualifying_stage: marketingqualifiedlead
stages: [owned-account, availability, pick]
pools:
  - { name: all, teams: [Sales] }
waterfall: [all]
`;

/** `line: path: message` of each problem. */
function problemsOf(text: string): string[] {
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof Invalid) return error.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
    throw error;
  }
  return [];
}

const replaced = (from: string, to: string): string => {
  if (!shipped.includes(from)) throw new Error(`default.yaml has no "${from}"`);
  return shipped.replace(from, () => to);
};

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split("\n").length;

test("the shipped policy means what default-policy.md says", () => {
  expect(parsePolicy(shipped)).toMatchObject({
    name: "default",
    qualifyingStage: "marketingqualifiedlead",
    keepHumanOwnerDays: 30,
    staleAfterMinutes: 240,
    relax: ["vertical", "tier", "segment"],
    languages: [{ language: "de", countries: ["DE", "AT", "CH"] }],
    waterfall: [
      { name: "general", wait: { T1: 2, T2: 15, T3: 60 } },
      { name: "sdr", wait: null },
    ],
    repDefaults: { weight: 1, capacity: 30 },
    tierNeeds: { T1: { seniority: 2, orPool: null } },
    firstTouch: {
      T1: { warnMinutes: 5, breachMinutes: 15 },
      T2: { warnMinutes: 30, breachMinutes: 60 },
      T3: { warnMinutes: 180, breachMinutes: 240 },
    },
    maxOwnersByAutomation: 3,
    gates: [{ because: "do-not-route" }, { because: "competitor" }, { because: "test-record" }],
    qualification: { version: "1", score: "crm", when: null },
    consent: { refused: ["refused"], optInCountries: [] },
    overrideHumanOwner: [],
  });
});

test("a small policy gets the defaults", () => {
  const policy = parsePolicy(small);

  expect([policy.hours.shifts.length, policy.repDefaults, policy.catchAll, policy.pools[0]?.strategy]).toEqual([
    5,
    {
      weight: 1,
      capacity: 30,
      caps: { leadsPerDay: null, leadsPerWeek: null, t1PerHour: null },
      seniority: 1,
      segments: [],
      languages: [],
      verticals: [],
      ramp: null,
      managerId: null,
      holidayRegion: null,
      backupId: null,
      role: null,
      tags: [],
      never: null,
    },
    { repId: null, queueId: "unrouted", reviewer: null },
    "smooth_weighted",
  ]);
});

test("a rep's caps fill up one by one, and null lifts one", () => {
  const caps = "caps: { leads_per_day: 10, t1_per_hour: 3 }";
  const policy = parsePolicy(
    `${small}rep_defaults: { ${caps} }\nreps: { Ada: { caps: { leads_per_week: 40, t1_per_hour: null } } }\n`,
  );

  expect(policy.reps.Ada?.caps).toEqual({ leadsPerDay: 10, leadsPerWeek: 40, t1PerHour: null });
});

test("a rep's settings fill up from rep_defaults", () => {
  const policy = parsePolicy(`${small}rep_defaults: { capacity: 20, manager: Ada }\nreps:\n  41: { weight: 0.5 }\n`);

  expect(policy.reps).toEqual({
    "41": {
      weight: 0.5,
      capacity: 20,
      caps: { leadsPerDay: null, leadsPerWeek: null, t1PerHour: null },
      seniority: 1,
      segments: [],
      languages: [],
      verticals: [],
      ramp: null,
      managerId: "Ada",
      holidayRegion: null,
      backupId: null,
      role: null,
      tags: [],
      never: null,
    },
  });
});

test("leads of partners need a condition, a pool that there is, and their stage", () => {
  const naming = (partner: string) => problemsOf(shipped.replace("partner: null", `partner: ${partner}`));
  const known = "{ field: lead.crm.partner, operator: known }";
  expect(naming(`{ referral: ${known}, pool: sdr }`)).toEqual([]);
  expect(naming("{ pool: sdrs }")).toEqual([
    expect.stringContaining("partner: knows no lead of a partner: give it `registered`, `referral` or both"),
    expect.stringContaining('partner.pool: there is no pool "sdrs" — did you mean "sdr"?'),
  ]);
  expect(naming("{ referral: { field: lead.scor, operator: known }, pool: sdr }")).toEqual([
    expect.stringContaining('partner.referral.field: "lead.scor" is no field that we know'),
  ]);
  const text = shipped.replace("partner: null", `partner: { referral: ${known}, pool: sdr }`);
  expect(problemsOf(text.replace("  - partner\n", ""))).toEqual([
    expect.stringContaining('partner: says nothing without "partner" among the `stages`'),
  ]);
  expect(problemsOf(text.replace("  - partner\n  - territory\n", "  - territory\n  - partner\n"))).toEqual([
    expect.stringContaining('"partner" must come before the stages that narrow'),
  ]);
});

test("pools name roles and tags that reps have, and exceptions are conditions like others", () => {
  const pool = "  - { name: north, tags: [preses], roles: [closer] }\n";
  const reps = "reps:\n  Ada: { tags: [presses], role: closer, never: { field: lead.scor, operator: known } }\n";
  const text = shipped.replace("pools:\n", `pools:\n${pool}`).replace("reps: {}\n", reps);
  expect(problemsOf(text)).toEqual([
    expect.stringContaining('pools[0].tags[0]: no rep has the tag "preses" — did you mean "presses"?'),
    expect.stringContaining('reps.Ada.never.field: "lead.scor" is no field that we know'),
  ]);
});

test("an override goes to one rep, pool or queue, until a date that there is", () => {
  const when = "when: { field: lead.score, operator: gte, value: 80 }";
  const text = `${small}overrides:
  - { name: a, ${when}, to: { rep: Ada, pool: all } }
  - { name: b, ${when}, to: {} }
  - { name: c, ${when}, to: { pool: al }, until: 2026-02-30 }
  - { name: d, ${when}, to: { queue: all } }
  - { name: d, when: { field: lead.scor, operator: known }, to: { rep: Ada } }
`;
  expect(problemsOf(text)).toEqual([
    "8 overrides[0].to: needs one of `rep`, `pool` and `queue`",
    "9 overrides[1].to: needs one of `rep`, `pool` and `queue`",
    expect.stringMatching(/^10 overrides\[2\]\.to\.pool: there is no pool "al" — did you mean "all"\?/),
    expect.stringContaining('10 overrides[2].until: "2026-02-30" is no date'),
    expect.stringContaining('11 overrides[3].to.queue: "all" is a pool; write `pool: all`'),
    expect.stringContaining('12 overrides[4].name: "d" is the name of an earlier one'),
    expect.stringContaining('12 overrides[4].when.field: "lead.scor" is no field that we know'),
  ]);
});

test("the fields that an override asks for are read", () => {
  const text = `${small}overrides: [{ name: a, when: { field: lead.crm.vip, operator: known }, to: { rep: Ada } }]\n`;
  expect(policyFields(parsePolicy(text)).crm).toContain("vip");
});

test("nobody is their own backup", () => {
  expect(problemsOf(`${small}reps:\n  Ada: { backup: Bo }\n  Bo: { backup: Bo }\n`)).toEqual([
    expect.stringContaining('reps.Bo.backup: "Bo" cannot be their own backup'),
  ]);
});

test("a policy may be written as JSON, and a problem in it stands at its line", () => {
  const data: unknown = parse(shipped);
  expect(parsePolicy(JSON.stringify(data, null, 2))).toEqual(parsePolicy(shipped));

  const broken = JSON.stringify({ ...(data as object), max_owners: 0 }, null, 2);
  expect(problemsOf(broken)).toEqual([`${lineOf(broken, '"max_owners"')} max_owners: must be at least 1`]);
});

test("a language is written by its name or its code", () => {
  const policy = parsePolicy(
    `${small}languages: [{ language: German, countries: [DE] }, { language: fr }]\nreps: { Ada: { languages: [Deutsch, en-US] } }\n`,
  );

  expect(policy.languages.map(({ language }) => language)).toEqual(["de", "fr"]);
  expect(policy.reps.Ada?.languages).toEqual(["de", "en"]);
});

test("a shift that ends before it starts passes midnight", () => {
  const policy = parsePolicy(`${small}hours:\n  shifts: [{ days: SA-SU, start: "22:00", end: "06:00" }]\n`);

  expect(policy.hours.shifts).toEqual([
    { day: "SA", startMinute: 1320, endMinute: 1800 },
    { day: "SU", startMinute: 1320, endMinute: 1800 },
  ]);
});

test("all problems are told at once, in the order of their lines", () => {
  const problems = problemsOf(`nam: x
qualifying_stage: mql
stages: [owned-acount, availability, pick]
pools:
  - { name: all, teams: [Sales], strategy: smoth_weighted }
  - { name: all }
waterfall: [alll]
max_owners: 0
`);

  expect(problems).toEqual([
    '1 nam: is no key of a policy — did you mean "name"?',
    expect.stringContaining("3 stages[0]: must be one of"),
    expect.stringContaining(
      '5 pools[0].strategy: must be one of smooth_weighted, highest_effective_weight, lowest_load, round_robin, claim; it is "smoth_weighted" — did you mean "smooth_weighted"?',
    ),
    '6 pools[1]: pool "all" has no members: give it teams, roles, tags or reps',
    '7 waterfall[0]: there is no pool "alll" — did you mean "all"?',
    "8 max_owners: must be at least 1",
  ]);
});

test("the message lists every problem with its line and column", () => {
  expect(() => parsePolicy(`${small}max_owners: many\nwrites: { stag: x }\n`)).toThrow(
    new Invalid("The policy", [
      { path: "max_owners", line: 7, column: 1, message: 'must be a number, not "many"' },
      { path: "writes.stag", line: 8, column: 11, message: 'is no key that belongs here — did you mean "stage"?' },
    ]),
  );
});

describe("a problem stands at its own line", () => {
  test.each([
    [
      "a near miss of a key",
      "countries: [DE, AT, CH, LI]",
      "countyr: [DE, AT, CH, LI]",
      "territories[0].countyr",
      'is no key that belongs here — did you mean "countries"?',
    ],
    [
      "an unknown pool",
      "pool: uk-nordics }",
      "pool: uk-nordic }",
      "territories[1].pool",
      'there is no pool "uk-nordic" — did you mean "uk-nordics"?',
    ],
    [
      "an unknown pool of the waterfall",
      "  - sdr\n",
      "  - sdrs\n",
      "waterfall[1]",
      'there is no pool "sdrs" — did you mean "sdr"?',
    ],
    [
      "a percentage",
      "near_capacity: 0.8",
      'near_capacity: "80%"',
      "near_capacity",
      "must be a number above 0 and up to 1 — write 0.8 for 80 %",
    ],
    [
      "a percentage as a number",
      "near_capacity: 0.8",
      "near_capacity: 80",
      "near_capacity",
      "must be at most 1 — write 0.8 for 80 %",
    ],
    ["one country in place of a list", "[US, CA]", "US", "territories[2].countries", "must be a list: write [US]"],
    [
      "countries in place of a list",
      "countries: [US, CA]",
      'countries: "US, CA"',
      "territories[2].countries",
      "must be a list: write [US, CA]",
    ],
    [
      "one team in place of a list",
      "[UK & Nordics Sales]",
      "UK & Nordics Sales",
      "pools[1].teams",
      'must be a list: write ["UK & Nordics Sales"]',
    ],
    [
      "a cap of nothing",
      "leads_per_day: 10",
      "leads_per_day: 0",
      "rep_defaults.caps.leads_per_day",
      "must be more than 0: who is to get no lead is left out of the pools, or has a `never`, the condition of leads that they are never given",
    ],
    [
      "holidays of no part of a country",
      "seniority: 2, caps",
      "holiday_region: DE-BVY, caps",
      "rep_defaults.holiday_region",
      'no public holidays of "DE-BVY" are known — did you mean "DE-BY"?',
    ],
    [
      "holidays of a part of a country that has none",
      "seniority: 2, caps",
      "holiday_region: PL-MZ, caps",
      "rep_defaults.holiday_region",
      'no public holidays of "PL-MZ" are known: write "PL"',
    ],
    [
      "a country that is none",
      "[US, CA]",
      "[US, UK]",
      "territories[2].countries[1]",
      '"UK" is no country code of two capitals — did you mean "GB"?',
    ],
    [
      "an unknown field",
      "field: lead.fitScore",
      "field: lead.fitscor",
      "tiers[0].when.all[0].field",
      '"lead.fitscor" is no field that we know — did you mean "lead.fitScore"?',
    ],
    [
      "an unknown account field",
      "field: account.isCompetitor",
      "field: account.foo",
      "gates[1].when.field",
      '"account.foo" is no field that we know: accounts have name, country, state, employees, isCustomer, isCompetitor, ownerId, and the CRM\'s own begin with account.crm.',
    ],
    [
      "a wrong form of value",
      "operator: gte, value: 80",
      "operator: gte, value: high",
      "tiers[2].when.value",
      'must be a number for "gte", not "high"',
    ],
    [
      "an unknown tier",
      "- tier: T2",
      "- tier: T4",
      "tiers[3].tier",
      'must be one of T1, T2, T3, nurture; it is "T4" — did you mean "T1"?',
    ],
    [
      "an empty waterfall",
      "waterfall:\n  - { pool: general, wait: { T1: 2m, T2: 15m, T3: 1h } }\n  - sdr\n",
      "waterfall: []\n",
      "waterfall",
      "must name at least one pool: a lead that no rule can place needs somewhere to go",
    ],
    [
      "a pool named twice",
      "{ name: sdr, teams: [SDR] }",
      "{ name: general, teams: [SDR] }",
      "pools[4].name",
      '"general" is the name of an earlier one; names must differ',
    ],
    [
      "a near miss where several forms may stand",
      "    batch: true\n",
      "    batch: { queu: fair }\n",
      "motions[3].batch.queu",
      'is no key that belongs here — did you mean "queue"?',
    ],
    [
      "a batch that waits where something else is",
      "    batch: true\n",
      "    batch: { queue: general }\n",
      "motions[3].batch",
      'its leads would wait in "general", which is a pool or a queue already; give it a `queue` of its own',
    ],
    [
      "a pool without members",
      "teams: [SDR]",
      "teams: []",
      "pools[4]",
      'pool "sdr" has no members: give it teams, roles, tags or reps',
    ],
    [
      "a bad time zone",
      "time_zone: null",
      "time_zone: Berlin",
      "hours.time_zone",
      '"Berlin" is no time zone; write one such as "Europe/Berlin"',
    ],
    ["a bad time", '"09:00"', '"9 am"', "hours.shifts[0].start", 'must be a time such as "09:00", not "9 am"'],
    ["a shift of no length", 'end: "18:00"', 'end: "09:00"', "hours.shifts[0]", "starts and ends at the same time"],
    [
      "a warning after the breach",
      "{ warn: 5m,",
      "{ warn: 15m,",
      "first_touch.T1.warn",
      "must be shorter than the breach limit",
    ],
    [
      "a duration without unit",
      "breach: 4h",
      "breach: 4",
      "first_touch.T3.breach",
      'must be a duration such as "15m" or "4h", not 4',
    ],
    [
      "a territory that covers nothing",
      "{ name: dach, countries: [DE, AT, CH, LI], pool: dach }",
      "{ name: dach, pool: dach }",
      "territories[0]",
      '"dach" covers nothing: give it countries or accounts',
    ],
    [
      "a state that its country has not",
      "countries: [US, CA], pool",
      "countries: [US], states: [ca, Ontario], pool",
      "territories[2].states[1]",
      '"Ontario" is no state of US that we know',
    ],
    [
      "a near miss of a key of a section that may be left out",
      "catch_up: none\n",
      "opportunity_load: { erly: 1 }\ncatch_up: none\n",
      "opportunity_load.erly",
      'is no key that belongs here — did you mean "early"?',
    ],
    ["a number in quotes", "min: 201,", 'min: "201",', "segments[1].min", "must be a number: write 201 without quotes"],
    [
      "a share in per cent",
      "reps: {}\n",
      "reps: { Ada: { ramp: { from: 2026-11-02, factor: 50% } } }\n",
      "reps.Ada.ramp.factor",
      "must be a number: write 0.5",
    ],
    [
      "a list where one word may stand",
      "catch_up: none",
      "catch_up: [none]",
      "catch_up",
      "must be one of none, capped, full, and not a list",
    ],
    [
      "postal codes of several countries",
      "countries: [DE, AT, CH, LI], pool",
      'countries: [DE, AT, CH, LI], postal_codes: ["80"], pool',
      "territories[0].postal_codes",
      "may only stand in a territory of one country",
    ],
    [
      "a postal code that is none",
      "countries: [DE, AT, CH, LI], pool",
      'countries: [DE], postal_codes: ["8*"], pool',
      "territories[0].postal_codes[0]",
      '"8*" is neither the beginning of postal codes, such as "80", nor a range such as "80000-81999"',
    ],
    [
      "postal codes from the last to the first",
      "countries: [DE, AT, CH, LI], pool",
      "countries: [DE], postal_codes: [87999-80000], pool",
      "territories[0].postal_codes[0]",
      '"87999-80000" ends before it begins: write "80000-87999"',
    ],
    [
      "a duration in words, and nothing of the limit that cannot be compared with it",
      "{ warn: 3h, breach: 4h }",
      "{ warn: 3h, breach: 4 hours }",
      "first_touch.T3.breach",
      'must be a duration such as "15m" or "4h", not "4 hours"',
    ],
    [
      "a word that is no boolean",
      "    batch: true\n",
      "    batch: yes\n",
      "motions[3].batch",
      'must be true, false or { queue: a name, reviewer: a name }, not "yes"',
    ],
    [
      "a rep in place of a place",
      "overrides: []\n",
      "overrides: [{ name: a, when: { field: lead.score, operator: known }, to: Reto Frei }]\n",
      "overrides[0].to",
      'must be a group of keys, not "Reto Frei": write { rep: Reto Frei }',
    ],
    [
      "a rep in place of a group that has one",
      "catch_all: { rep: null, queue: unrouted }",
      "catch_all: Olga Boss",
      "catch_all",
      'must be a group of keys, not "Olga Boss": write { rep: Olga Boss }',
    ],
    [
      "keys in place of a list",
      "overrides: []\n",
      "overrides: { press: { to: { rep: Ada } } }\n",
      "overrides",
      "must be a list, not a group of keys: begin each item with -",
    ],
    [
      "a list in place of a text",
      "teams: [SDR]",
      "teams: [[SDR]]",
      "pools[4].teams[0]",
      "must be a text that is not empty, not a list",
    ],
    ["a text in place of a number", "max_owners: 3", "max_owners: lots", "max_owners", 'must be a number, not "lots"'],
    [
      "a language that is none",
      "language: German",
      "language: Germn",
      "languages[0].language",
      '"Germn" is no language that we know; write one such as "German" or "de"',
    ],
    [
      "relaxing a territory",
      "relax: [vertical, tier, segment]",
      "relax: [territory]",
      "relax[0]",
      'must be one of vertical, tier, segment; it is "territory"',
    ],
    [
      "a seniority out of reach",
      "{ seniority: 2 }",
      "{ seniority: 9 }",
      "tier_needs.T1.seniority",
      "no rep can reach 9: the highest in this file is 2",
    ],
    [
      "segments that overlap",
      "max: 200 }",
      "max: 201 }",
      "segments[2]",
      '"smb" overlaps "mid-market"; a company would belong to both',
    ],
    ["a weight of nothing", "weight: 1,", "weight: 0,", "rep_defaults.weight", "must be more than 0"],
    [
      "an unknown segment of a rep",
      "reps: {}",
      "reps: { Ada: { segments: [enterprize] } }",
      "reps.Ada.segments[0]",
      'there is no segment "enterprize" — did you mean "enterprise"?',
    ],
    [
      "stages in a wrong order",
      "  - account-lock\n  - partner\n  - territory",
      "  - partner\n  - territory\n  - account-lock",
      "stages[6]",
      '"account-lock" must come before the stages that narrow',
    ],
    [
      "a pool in place of nothing",
      "{ seniority: 2 }",
      "{ seniority: 2, or_pool: fast }",
      "tier_needs.T1.or_pool",
      'there is no pool "fast"',
    ],
  ])("%s", (_, from, to, path, message) => {
    const text = replaced(from, to);
    const at = lineOf(text, to) + (to.includes("\n  - account-lock") ? 2 : 0);

    expect(problemsOf(text).filter((problem) => !problem.includes("is missing"))).toContainEqual(
      `${at} ${path}: ${message}`,
    );
  });

  test.each([
    ["contains", '""', ""],
    ["contains", '[demo, "  "]', "[1]"],
    ["starts_with", '""', ""],
    ["ends_with", '[""]', "[0]"],
    ["matches", '""', ""],
    ["equals", '""', ""],
    ["not_equals", '""', ""],
    ["in", '["", DE]', "[0]"],
    ["not_in", '[DE, ""]', "[1]"],
  ])("an empty text for %s: %s", (operator, value, at) => {
    const gate = `gates: [{ name: a, when: { field: lead.country, operator: ${operator}, value: ${value} } }]\n`;
    expect(problemsOf(small + gate)).toEqual([
      `7 gates[0].when.value${at}: is an empty text: ask for empty fields with "unknown", and for those with a value with "known"`,
    ]);
  });

  test("a pattern of a blank is no empty text", () => {
    const gate = `gates: [{ name: a, when: { field: lead.company, operator: matches, value: " " } }]\n`;
    expect(problemsOf(small + gate)).toEqual([]);
  });

  test.each([
    ["all and any", "{ all: [{ field: lead.scor, operator: known }], any: [{ field: lead.email, operator: known }] }"],
    ["any and field", "{ any: [{ field: lead.scor, operator: known }], field: lead.email, operator: known }"],
    [
      "all and any and not",
      "{ all: [{ field: lead.scor, operator: known }], any: [{ field: lead.email, operator: known }], not: { field: lead.email, operator: known } }",
    ],
  ])("%s side by side, and what is wrong inside them", (kinds, when) => {
    const [first = ""] = kinds.split(" and ");
    expect(problemsOf(`${small}gates:\n  - name: a\n    when: ${when}\n`)).toEqual([
      `9 gates[0].when: has ${kinds.replace(/\w+/g, (word) => (word === "and" ? word : `"${word}"`))} side by side: put one inside the other, such as all: [{ field: … }, { any: [ … ] }]`,
      expect.stringContaining(`9 gates[0].when.${first}[0].field: "lead.scor" is no field that we know`),
    ]);
  });

  test.each([
    [
      "lead.crm.Deal Registration",
      '"Deal Registration" is no internal name of the CRM\'s: those have letters, digits and _ alone, no blanks',
    ],
    ["account.crm.", '"" is no internal name of the CRM\'s'],
    [
      "lead.partnership_level",
      '"lead.partnership_level" is no field that we know; the CRM\'s own begin with "lead.crm.", and all of ours are listed in src/policies/README.md, "Conditions"',
    ],
    [
      "Partner",
      '"Partner" is no field that we know; begin it with "lead.", "lead.crm." or "account.", and all of ours are listed',
    ],
  ])("a field that is none: %s", (field, told) => {
    const gate = `gates: [{ name: a, when: { field: ${field}, operator: known } }]\n`;
    expect(problemsOf(small + gate)).toEqual([expect.stringContaining(`7 gates[0].when.field: ${told}`)]);
  });

  test.each([
    ["a misspelt noun", "account.isCompetitor", "acount.isCompetitor", "account.isCompetitor"],
    ["a missing noun", "account.isCompetitor", "is_competitor", "account.isCompetitor"],
    ["days in three letters", "days: MO-FR", "days: MON-FRI", "MO-FR"],
    ["days in full", "days: MO-FR", "days: Mo - Friday", "MO-FR"],
    ["a list of days", "days: MO-FR", "days: [Mon, wed]", "[MO, WE]"],
  ])("%s, with what was meant", (_, from, to, meant) => {
    const text = replaced(from, to);
    const written = meant.startsWith("[") ? meant : `"${meant}"`;
    const [problem = "", ...others] = problemsOf(text);

    expect([problem.split(" ")[0], others]).toEqual([String(lineOf(text, to)), []]);
    expect(problem).toContain(` — did you mean ${written}?`);
  });

  test("a key that is near none: those that there are", () => {
    const text = `${small}reps: { Ada: { ramp: { from: 2026-11-02, for: 45 } } }\n`;
    expect(problemsOf(text)).toEqual([
      "7 reps.Ada.ramp.for: is no key that belongs here; known are from, days, factor",
    ]);
  });

  test("an operator that is none", () => {
    const text = replaced("engagedAt, operator: within_days", "engagedAt, operator: within_day");
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^\d+ tiers\[3\].when.all\[1\].operator: .* — did you mean "within_days"\?$/),
    ]);
  });

  test.each([
    [">=", "gte"],
    ["!=", "not_equals"],
    ["Includes", "contains"],
    ["is known", "known"],
  ])("an operator as others call it: %s is meant as %s", (written, meant) => {
    const text = replaced("engagedAt, operator: within_days", `engagedAt, operator: "${written}"`);
    expect(problemsOf(text)).toEqual([
      expect.stringContaining(`"${written}" is no operator — did you mean "${meant}"?`),
    ]);
  });

  test("a pattern that is none, in no other words than those of the policy", () => {
    const text = replaced('operator: equals, value: "true" }', 'operator: matches, value: "^(jobs" }');
    expect(problemsOf(text)).toEqual([expect.stringMatching(/for "matches": missing \): \^\(jobs$/)]);
  });
});

describe("no problem hides another", () => {
  test("a section under a misspelt key is checked all the same, and is not missing as well", () => {
    const text = replaced("pools:\n", "poolz:\n").replace("pool: dach }", "pool: dahc }");

    expect(problemsOf(text)).toEqual([
      `${lineOf(text, "pool: dahc")} territories[0].pool: there is no pool "dahc" — did you mean "dach"?`,
      `${lineOf(text, "poolz:")} poolz: is no key of a policy — did you mean "pools"?`,
    ]);
  });

  test("a misspelt key of an item is one problem, and the items beside it are checked", () => {
    const text = replaced("LI], pool: dach", "LI], pol: dach").replace("[US, CA]", "[]");

    expect(problemsOf(text)).toEqual([
      `${lineOf(text, "pol: dach")} territories[0].pol: is no key that belongs here — did you mean "pool"?`,
      `${lineOf(text, "north-america, countries: []")} territories[2]: "north-america" covers nothing: give it countries or accounts`,
    ]);
  });

  test("a broken pool hides no name that points nowhere, and is no such name itself", () => {
    const text = replaced("teams: [General Sales]", "teams: General Sales").replace("  - sdr\n", "  - sdrs\n");

    expect(problemsOf(text)).toEqual([
      `${lineOf(text, "teams: General Sales")} pools[3].teams: must be a list: write [General Sales]`,
      `${lineOf(text, "  - sdrs")} waterfall[1]: there is no pool "sdrs" — did you mean "sdr"?`,
    ]);
  });

  test("a gate without a name hides no odd field, in that gate or in another", () => {
    const text = replaced("name: do-not-route", "nam: do-not-route")
      .replace("lead.crm.baton_do_not_route", "lead.scor")
      .replace("account.isCompetitor", "account.isCompetitr");

    expect(problemsOf(text).map((problem) => problem.split(":")[0])).toEqual([
      expect.stringContaining("gates[0].nam"),
      expect.stringContaining("gates[0].when.field"),
      expect.stringContaining("gates[1].when.field"),
    ]);
  });

  test("a bare asterisk", () => {
    const text = replaced('countries: ["*"]', "countries: [*]").replace("  - sdr\n", "  - sdrs\n");

    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^\d+ territories\[3\]\.countries\[0\]: put quotes around "\*": /),
      expect.stringContaining("waterfall[1]"),
    ]);
  });

  test("a postal code without quotes, whose zero YAML takes away, and an id too long for a number", () => {
    const text = replaced(
      "{ name: dach, countries: [DE, AT, CH, LI], pool: dach }",
      "{ name: dach, countries: [DE], postal_codes: [04, 80, 01000-01999], pool: dach }",
    ).replace("  - { name: sdr, teams: [SDR] }", "  - { name: sdr, teams: [SDR], reps: [12345678901234567890] }");

    expect(problemsOf(text)).toEqual([
      expect.stringMatching(
        /^\d+ territories\[0\]\.postal_codes\[0\]: put quotes around "04": without them, YAML reads the number 4$/,
      ),
      expect.stringMatching(/^\d+ pools\[4\]\.reps\[0\]: put quotes around "12345678901234567890": /),
    ]);
  });

  test("a reference to nothing", () => {
    expect(problemsOf(replaced("name: default", "name: *mine"))).toEqual([
      expect.stringMatching(/^4 name: put quotes around "\*mine": /),
    ]);
  });

  test("curly quotes, which are part of the text: with straight ones around them they may be", () => {
    const text = replaced("  - { name: sdr, teams: [SDR] }", "  - { name: sdr, teams: [“SDR”, 'Team ‘A’'] }");
    expect(problemsOf(text)).toEqual([
      `${lineOf(text, "“SDR”")} pools[4].teams[0]: write "SDR" with straight quotes: YAML takes the curly ones of “SDR” for part of the text`,
    ]);
    expect(problemsOf(replaced("[SDR]", '["“SDR”"]'))).toEqual([]);
  });

  test("a key that is given twice, in a section or at the top; the last one is checked", () => {
    const text = `${shipped.replace("max: 200 }", "max: 200, max: 100 }")}hours: { time_zone: Berlin }\n`;
    const last = lineOf(text, "hours: {");

    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^(\d+) segments\[2\]\.max: stands in line \1 already: /),
      `${last} hours: stands in line ${lineOf(text, "hours:\n")} already: make one of the two, or leave one out`,
      `${last} hours.time_zone: "Berlin" is no time zone; write one such as "Europe/Berlin"`,
    ]);
  });
});

describe("what is no policy at all", () => {
  test.each([
    ["", "1 : the file is empty: copy the shipped policy"],
    ["# nothing but words\n", "1 : the file is empty: copy the shipped policy"],
    ["- a\n- b", "1 : must begin with keys such as `pools:`, not with a list or a single value"],
    ["name: [a", "1 : is not YAML that we can read:"],
    ["a:\n\t- b\n  - c\n", "2 : is not YAML that we can read: a tab indents it: use spaces"],
    [
      "a: { b: 1\nc: 2\n",
      "2 : is not YAML that we can read: a { above it is not closed: put a } at the end of that part",
    ],
    [
      "a: [1, 2\nc: 3\n",
      "2 : is not YAML that we can read: a [ above it is not closed: put a ] at the end of that part",
    ],
    ["a:\n- b: 1\n  - c: 2\n", "put quotes around a text with a colon in it"],
    [
      "a:\n  - b: 1\n   c: 2\n",
      "3 : is not YAML that we can read: it begins in another column than what it belongs to",
    ],
    ["a: { b: x: y }\n", "1 : is not YAML that we can read: a colon too many or a comma too few between brackets"],
    ['a: "x\nb: 1\n', "a quote above it is not closed"],
    ["a 1\nb: 2\n", "1 : is not YAML that we can read: a key without a colon"],
    ["a: 1\n---\nb: 2\n", "2 : is not YAML that we can read: --- begins a second document: one file holds one"],
    ["a: @x\n", "1 : is not YAML that we can read: a text may not begin like this: put quotes around it"],
    ['a: "\\d"\n', "1 : is not YAML that we can read: a backslash between double quotes: use single quotes"],
    ["a: [1]]\n", "1 : is not YAML that we can read: something stands after the end of a text or a list"],
  ])("%j", (text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  test.each([
    ["a NUL", "name: a\nqualifying_stage: m\0ql\n", "2 : holds a NUL character, which no text has: save it as text"],
    [
      "brackets without end",
      `name: a\npools: ${"[".repeat(20_000)}\n`,
      "2 : more than 100 lists and groups of keys stand in each other here: close the brackets",
    ],
    [
      "keys without end",
      `${"? ".repeat(20_000)}a\n`,
      "1 : more than 100 lists and groups of keys stand in each other here",
    ],
    [
      "a merge that was not finished",
      `${small}<<<<<<< HEAD\nmax_owners: 2\n=======\nmax_owners: 3\n>>>>>>> other\n`,
      "7 : holds the marks of a merge that Git could not finish: keep one of the two sides",
    ],
    ["an alias of what it stands in", `${small}gates: &a [*a]\n`, "7 gates[0]: *a refers to what it stands in"],
    [
      "aliases that go deep",
      `a: &a ${"[".repeat(60)}1${"]".repeat(60)}\nb: &b ${"[".repeat(60)}*a${"]".repeat(60)}\n`,
      `2 b${"[0]".repeat(60)}: with *a more than 100 lists and groups of keys stand in each other: write it flatter`,
    ],
    [
      "aliases of aliases",
      `${"abcdefgh".replace(/./g, (key) => (key === "a" ? "a: &a [1]\n" : `${key}: &${key} [${`*${String.fromCharCode(key.charCodeAt(0) - 1)}, `.repeat(9)}]\n`))}`,
      "6 f[2]: with *e the references of this file stand for more than 50000 parts: write out what is meant",
    ],
  ])("%s is one problem with its line", (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });

  test("what is wrong with what an alias stands for is told where that was written, and odd quotes once", () => {
    const text = `${small}rep_defaults: &usual { weight: 2, role: “x” }\nreps:\n  a: *usual\n  b: *usual\ngates:\n  - name: a\n    when: &line { field: lead.scor, operator: known }\n  - name: b\n    when: *line\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^7 rep_defaults\.role: write "x" with straight quotes/),
      expect.stringMatching(/^13 gates\[0\]\.when\.field: "lead\.scor" is no field/),
      expect.stringMatching(/^13 gates\[1\]\.when\.field: "lead\.scor" is no field/),
    ]);
  });

  test("one anchor may be used as often as a policy needs it", () => {
    const reps = Array.from({ length: 300 }, (_, at) => `  r${at}: *usual\n`).join("");
    const text = `${small}rep_defaults: &usual { weight: 2 }\nreps:\n${reps}`;
    expect(problemsOf(text)).toEqual([]);
  });
});

test("the fields that the policy names are known, so that only those are read", () => {
  const fields = policyFields(parsePolicy(shipped));

  expect([
    fields.crm,
    fields.lead.includes("fitScore"),
    fields.lead.includes("engagedAt"),
    fields.lead.includes("industry"),
  ]).toEqual([["baton_contact_consent", "baton_do_not_route", "hs_sales_email_last_replied"], true, true, false]);
});

test("the CRM's own fields of accounts are read where the policy names them", () => {
  expect(policyFields(parsePolicy(shipped)).account).toEqual([]);
  const gate = "gates:\n  - name: resellers\n    when: { field: account.crm.reseller_only, operator: known }";
  const text = shipped.replace("customer_success: null", "customer_success: account.crm.csm").replace("gates:", gate);
  expect(policyFields(parsePolicy(text)).account).toEqual(["csm", "reseller_only"]);
});

test("the customer-success manager stands in a field of the account", () => {
  const naming = (field: string) => shipped.replace("customer_success: null", `customer_success: ${field}`);
  expect(problemsOf(naming("account.ownerId"))).toEqual([
    expect.stringContaining(
      '"account.ownerId" is no field of the CRM\'s accounts; write one such as "account.crm.csm"',
    ),
  ]);
  expect(problemsOf(naming("account.crm.csm").replace("  - customer\n", ""))).toEqual([
    expect.stringContaining('customer_success: says nothing without "customer" among the `stages`'),
  ]);
});

test("the guide to policies lists every field that a condition may ask for, and no other", () => {
  const guide = readFileSync(new URL("../../src/policies/README.md", import.meta.url), "utf8");
  const table = guide.slice(guide.indexOf("| Field | What it holds |"), guide.indexOf("| Operator | Value |"));
  const listed = table.split("\n").flatMap((row) => row.split("|")[1]?.match(/(?<=`)[\w.]+(?=`)/g) ?? []);
  expect(listed.toSorted()).toEqual([...conditionFields].sort());
});

test("the guide to policies names every key, operator and strategy", () => {
  const guide = readFileSync(new URL("../../src/policies/README.md", import.meta.url), "utf8");
  const words = [...Object.keys(policySections), ...Object.keys(operators), ...Object.keys(strategies)];

  expect(words.filter((word) => !guide.includes(`\`${word}\``))).toEqual([]);
});

describe("pools of pools", () => {
  const grouped = (pools: string, more = "") => `name: grouped
qualifying_stage: mql
stages: [availability, pick]
pools:
${pools}
waterfall: [all]
${more}`;

  test("a group is a name, or a pool with a weight", () => {
    const text = grouped(
      "  - { name: all, pools: [a, { pool: b, weight: 2 }] }\n  - { name: a, teams: [A] }\n  - { name: b, reps: [B] }",
    );
    expect(parsePolicy(text).pools[0]?.groups).toEqual([
      { pool: "a", weight: 1 },
      { pool: "b", weight: 2 },
    ]);
  });

  test.each([
    [
      "a circle",
      "  - { name: all, pools: [a] }\n  - { name: a, pools: [b] }\n  - { name: b, pools: [all] }",
      "5 pools[0].pools[0]: goes round in a circle: all → a → b → all",
    ],
    ["itself", "  - { name: all, pools: [all] }", "5 pools[0].pools[0]: goes round in a circle: all → all"],
    [
      "a name that is no pool's",
      "  - { name: all, pools: [aa] }\n  - { name: aaa, teams: [A] }",
      '5 pools[0].pools[0]: there is no pool "aa" — did you mean "aaa"?',
    ],
    [
      "a name that is no pool's, with a weight",
      "  - { name: all, pools: [{ pool: aa, weight: 2 }] }\n  - { name: aaa, teams: [A] }",
      '5 pools[0].pools[0].pool: there is no pool "aa" — did you mean "aaa"?',
    ],
    [
      "a group twice",
      "  - { name: all, pools: [a, a] }\n  - { name: a, teams: [A] }",
      '5 pools[0].pools[1]: "a" comes earlier in the list; give it a higher `weight` instead',
    ],
    [
      "members beside pools",
      "  - { name: all, pools: [a], teams: [B] }\n  - { name: a, teams: [A] }",
      '5 pools[0]: pool "all" has both pools and members of its own: put those into a pool, and name that',
    ],
  ])("%s is told", (_, pools, problem) => {
    expect(problemsOf(grouped(pools))).toContain(problem);
  });

  test("a circle is told once, and so is each of two", () => {
    const pair = (a: string, b: string) => `  - { name: ${a}, pools: [${b}] }\n  - { name: ${b}, pools: [${a}] }`;
    expect(problemsOf(grouped(`${pair("all", "a")}\n${pair("c", "d")}`))).toEqual([
      "5 pools[0].pools[0]: goes round in a circle: all → a → all",
      "7 pools[2].pools[0]: goes round in a circle: c → d → c",
    ]);
  });

  test("overlays are added to one of its pools", () => {
    const pools = "  - { name: all, pools: [a] }\n  - { name: a, teams: [A] }";
    const territories = 'territories: [{ name: world, countries: ["*"], pool: all, also: { reps: [Ada] } }]';
    expect(problemsOf(grouped(pools, territories))).toEqual([
      '8 territories[0].also: cannot add to "all", a pool of pools: add to one of its pools instead',
    ]);
  });
});

describe("levels of the waterfall", () => {
  const withLevels = (levels: string) => small.replace("waterfall: [all]", `waterfall: ${levels}`);

  test("a level is a name, a pool that waits, or a list", () => {
    const levels =
      "[all, { pool: all2, wait: { T1: 2m, T2: 15m, T3: 1h }, reviewer: Ada }, { queue: open, wait: { T1: 1m, T2: 2m, T3: 3m } }]";
    const text = withLevels(levels).replace("  - {", "  - { name: all2, teams: [B] }\n  - {");
    expect(parsePolicy(text).waterfall).toEqual([
      { name: "all", isList: false, wait: null, reviewer: null },
      { name: "all2", isList: false, wait: { T1: 2, T2: 15, T3: 60 }, reviewer: "Ada" },
      { name: "open", isList: true, wait: { T1: 1, T2: 2, T3: 3 }, reviewer: null },
    ]);
  });

  test.each([
    ["a list that holds for no time", "[{ queue: open }]", "waterfall[0].wait: is missing"],
    ["neither a pool nor a list", "[{ wait: { T1: 2m, T2: 15m, T3: 1h } }]", "needs one of `pool` and `queue`"],
    ["both", "[{ pool: all, queue: open, wait: { T1: 2m, T2: 15m, T3: 1h } }]", "needs one of `pool` and `queue`"],
    ["a list with a pool's name", "[{ queue: all, wait: { T1: 2m, T2: 15m, T3: 1h } }]", '"all" is a pool'],
    ["an unknown pool", "[{ pool: alll }]", 'there is no pool "alll" — did you mean "all"?'],
    ["a broken time", "[{ pool: all, wait: { T1: soon, T2: 15m, T3: 1h } }]", "must be"],
  ])("%s is told", (_, levels, problem) => {
    expect(problemsOf(withLevels(levels))).toEqual([expect.stringContaining(problem)]);
  });
});

test.each([
  ["{ automatic: 0.3 }", "matching.automatic: `automatic` (0.3) is below `review` (0.6)"],
  ["{ review: 0.97 }", "matching.review: `automatic` (0.95) is below `review` (0.97)"],
])("matching %s asks nobody, and is told where it is written", (matching, message) => {
  const [problem, ...others] = problemsOf(`${small}matching: ${matching}\n`);
  expect([problem, others]).toEqual([expect.stringContaining(message), []]);
  expect(problem).toContain("nobody would ever be asked");
});
