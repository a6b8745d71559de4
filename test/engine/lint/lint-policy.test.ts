import { describe, expect, test } from "@jest/globals";
import { findingInWords } from "../../../src/engine/lint/finding-in-words.ts";
import { type Finding, lintPolicy } from "../../../src/engine/lint/lint-policy.ts";
import { parsePolicy } from "../../../src/engine/parse-policy.ts";
import type { Rep } from "../../../src/model/rep.ts";
import { shippedPolicies, shippedPolicy } from "../../golden/read-directory.ts";
import { line, lint, now, type Planted, reps, shipped, teams, timeZone } from "./planted.ts";

const shippedPools = ["dach", "uk-nordics", "north-america", "general", "sdr"].map((name, at) => ({
  name,
  teams: [teams[at]],
}));

const change = (id: string, parts: Partial<Rep>): Rep[] =>
  reps.map((rep) => (rep.id === id ? { ...rep, ...parts } : rep));
const holiday = { startAt: "2026-12-01T00:00:00Z", endAt: "2026-12-12T00:00:00Z" };
const without = (team: string): Rep[] => reps.filter((rep) => !rep.teams.includes(team));
const fullSamples = [
  {
    email: "jana@muster.de",
    firstName: "Jana",
    lastName: "Muster",
    score: "50",
    fitScore: "40",
    conversion: "Demo",
    firstPage: "https://muster.de/",
    lastPage: "https://muster.de/guide",
    source: "OFFLINE",
    sourceDetail: "IMPORT",
    engagedAt: now,
    "crm.baton_do_not_route": "false",
    "crm.hs_sales_email_last_replied": now,
  },
];

test.each(shippedPolicies)("$policy, with a roster and leads that fit it, has no finding", ({ policy }) => {
  const known = { now, roster: { reps, timeZone }, samples: fullSamples };
  expect(lintPolicy(parsePolicy(shippedPolicy(policy)), known)).toEqual([]);
});

const dach = { all: [line("lead.country", "in", ["DE", "AT", "CH"]), line("lead.language", "equals", "German")] };
const anything = { any: [line("lead.country", "known", undefined), line("lead.country", "unknown", undefined)] };

describe("each trap, planted in the default policy, is found with both rules named and a lead that shows it", () => {
  test.each<[trap: string, planted: Planted, kind: string, severity: string, names: string[]]>([
    [
      "a catch-all before DACH and German",
      {
        sections: {
          verticals: [
            { name: "commercial", when: anything, teams: ["SDR"] },
            { name: "dach", when: dach, teams: ["DACH Sales"] },
          ],
        },
      },
      "unreachable-rule",
      "error",
      ['vertical "dach"', 'vertical "commercial"'],
    ],
    [
      "a wider tier before a narrower one",
      {
        sections: {
          tiers: [
            { tier: "T2", because: "score-60", when: line("lead.score", "gte", 60) },
            { tier: "T1", because: "score-80", when: line("lead.score", "gte", 80) },
            { tier: "T3", because: "score-40", when: line("lead.score", "lt", 60) },
          ],
        },
      },
      "unreachable-rule",
      "error",
      ["tier rule 2 (T1, score-80)", "tier rule 1 (T2, score-60)"],
    ],
    [
      "two gates that together take all of a third",
      {
        sections: {
          gates: [
            { name: "low", when: line("lead.score", "lt", 50) },
            { name: "high", when: line("lead.score", "gte", 50) },
            { name: "scored", when: line("lead.score", "known", undefined) },
          ],
        },
      },
      "unreachable-rule",
      "error",
      ['gate "scored"', 'gate "low"', 'gate "high"'],
    ],
    [
      "an override behind a wider one",
      {
        sections: {
          overrides: [
            { name: "wide", when: line("lead.score", "gte", 60), to: { pool: "dach" }, until: "2026-12-31" },
            { name: "narrow", when: line("lead.score", "gte", 80), to: { queue: "board" }, until: "2026-12-31" },
          ],
        },
      },
      "unreachable-rule",
      "error",
      ['override "narrow"', 'override "wide"'],
    ],
    [
      "an override that names a person who left",
      {
        sections: { overrides: [{ name: "vip", when: line("lead.score", "gte", 60), to: { rep: "Eva" } }] },
        roster: change("rep-e", { active: false }),
      },
      "names-nobody",
      "error",
      ['override "vip"', "rep Eva"],
    ],
    [
      "two territories that both cover a postal code",
      {
        sections: {
          territories: [
            { name: "south", countries: ["DE"], postal_codes: ["80-82"], pool: "dach" },
            { name: "bavaria", countries: ["DE"], postal_codes: ["81000-81999"], pool: "general" },
            { name: "rest", countries: ["*"], pool: "general" },
          ],
        },
      },
      "territory-overlap",
      "error",
      ['territory "south"', 'territory "bavaria"'],
    ],
    [
      "two territories that both cover a country",
      {
        sections: {
          territories: [
            { name: "dach", countries: ["DE", "AT"], pool: "dach" },
            { name: "germany", countries: ["DE"], pool: "general" },
            { name: "rest", countries: ["*"], pool: "general" },
          ],
        },
      },
      "territory-overlap",
      "error",
      ['territory "dach"', 'territory "germany"'],
    ],
    [
      "two territories that name the same account",
      {
        sections: {
          territories: [
            { name: "key", accounts: ["Acme"], pool: "dach" },
            { name: "named", accounts: ["acme"], pool: "general" },
            { name: "rest", countries: ["*"], pool: "general" },
          ],
        },
      },
      "territory-overlap",
      "error",
      ['territory "key"', 'territory "named"'],
    ],
    [
      "two territories that write the same account's name differently",
      {
        sections: {
          territories: [
            { name: "key", accounts: ["Müller, Inc."], pool: "dach" },
            { name: "named", accounts: ["muller inc"], pool: "general" },
            { name: "rest", countries: ["*"], pool: "general" },
          ],
        },
      },
      "territory-overlap",
      "error",
      ['territory "key"', 'territory "named"'],
    ],
    [
      "a country that none covers",
      { sections: { territories: [{ name: "dach", countries: ["DE"], pool: "dach" }] } },
      "uncovered",
      "warning",
      ["territories"],
    ],
    [
      "a language that nobody of its territory speaks",
      { sections: { languages: [{ language: "German", countries: ["DE"], teams: ["SDR"] }] } },
      "uncovered",
      "error",
      ['territory "dach"', 'language "de" in DE'],
    ],
    [
      "a country whose leads only teams may have of whom nobody is in its territory's pool",
      { sections: { residency: [{ countries: ["AT"], teams: ["SDR"] }] } },
      "uncovered",
      "error",
      ['territory "dach"', "residency of AT"],
    ],
    [
      "a segment that nobody of a territory is in, where segments are not relaxed",
      { sections: { relax: ["vertical", "tier"] } },
      "uncovered",
      "error",
      ['territory "uk-nordics"', 'segment "enterprise"'],
    ],
    [
      "a pool that names a person who left",
      { sections: { catch_all: { rep: "Eva" } }, roster: change("rep-e", { active: false }) },
      "names-nobody",
      "error",
      ["catch_all", "rep Eva"],
    ],
    ["a pool whose people have all left", { roster: without("SDR") }, "pool-without-rep", "error", ['pool "sdr"']],
    [
      "a pool that names a stranger",
      { sections: { catch_all: { rep: "Evaa" } } },
      "names-nobody",
      "error",
      ["catch_all", "rep Evaa"],
    ],
    [
      "a backup who points back at the absent rep",
      { sections: { reps: { "rep-01": { backup: "rep-02" }, "rep-02": { backup: "rep-01" } } } },
      "backups",
      "warning",
      ["backup of rep-01", "backup of rep-02"],
    ],
    [
      "a backup who is away too",
      {
        sections: { reps: { "rep-01": { backup: "rep-02" } } },
        roster: reps.map((rep) => ({
          ...rep,
          absences: rep.teams.includes("DACH Sales")
            ? [{ startAt: "2026-11-19T00:00:00Z", endAt: "2026-11-28T00:00:00Z" }]
            : [],
        })),
      },
      "backups",
      "warning",
      ["rep rep-01", "backup rep-02"],
    ],
    [
      "somebody away without a backup",
      { roster: change("rep-01", { absences: [{ startAt: "2026-12-01T00:00:00Z", endAt: "2026-12-05T00:00:00Z" }] }) },
      "backups",
      "warning",
      ["rep rep-01"],
    ],
    [
      "a pool with nobody on shift",
      { roster: reps.map((rep) => (rep.teams.includes("SDR") ? { ...rep, shifts: [] } : rep)) },
      "quiet-pool",
      "warning",
      ['pool "sdr"'],
    ],
    [
      "a pool whose only members are away, though each has a backup elsewhere",
      {
        sections: { reps: { "rep-41": { backup: "rep-01" }, "rep-42": { backup: "rep-01" } } },
        roster: reps.map((rep) => (rep.teams.includes("SDR") ? { ...rep, absences: [holiday] } : rep)),
      },
      "quiet-pool",
      "warning",
      ['pool "sdr"', "rep rep-41", "rep rep-42"],
    ],
    [
      "a queue that nobody watches",
      { sections: { catch_all: { rep: null, queue: "leftovers" } } },
      "dead-end",
      "error",
      ["waterfall", "catch_all"],
    ],
    [
      "a band of scores between two tiers",
      {
        sections: {
          tiers: [
            { tier: "T1", because: "score-80", when: line("lead.score", "gte", 80) },
            { tier: "nurture", because: "score-below-40", when: line("lead.score", "lt", 40) },
          ],
        },
      },
      "score-gap",
      "warning",
      ["tiers"],
    ],
  ])("%s", (_, planted, kind, severity, names) => {
    const found = lint(planted).filter((finding) => finding.kind === kind);
    expect(found).toContainEqual(expect.objectContaining({ severity, rules: expect.arrayContaining(names) }));
    const [first] = found;
    for (const name of names)
      expect(JSON.stringify(found.map(({ message, rules }) => [message, rules]))).toContain(
        JSON.stringify(name).slice(1, -1),
      );
    expect(first).toMatchObject(
      kind === "backups" && names.length === 2 && names[0] === "backup of rep-01"
        ? { witness: null }
        : { witness: { decision: { leadId: "lead-1" } } },
    );
  });

  test.each<[trap: string, planted: Planted, message: RegExp]>([
    [
      "a weight that no strategy looks at",
      {
        sections: {
          reps: { "rep-41": { weight: 3 } },
          pools: [
            ...teams
              .slice(0, 4)
              .map((team, at) => ({ name: ["dach", "uk-nordics", "north-america", "general"][at], teams: [team] })),
            { name: "sdr", teams: ["SDR"], strategy: "round_robin" },
          ],
        },
      },
      /the weight 3 of Rep 41 never makes a difference/,
    ],
    [
      "a cap behind another one, where nobody has a claim",
      {
        sections: {
          stages: ["territory", "language", "segment", "vertical", "tier", "availability", "pick"],
          duplicates: { match: [] },
          rep_defaults: { seniority: 2, caps: { leads_per_day: 10, leads_per_week: 70 } },
        },
      },
      /the cap leads_per_week 70 of rep_defaults never binds/,
    ],
    [
      "a country whose leads only a team may have that has nobody",
      { sections: { residency: [{ countries: ["AT"], teams: ["Legal"] }] } },
      /residency of AT names the team "Legal", in which nobody active is/,
    ],
    [
      "a ramp that is over",
      { sections: { reps: { "rep-41": { ramp: { from: "2026-01-01" } } } } },
      /the ramp of rep-41 is over since 2026-01-31/,
    ],
    [
      "an override that is over",
      {
        sections: {
          overrides: [{ name: "fair", when: anything, to: { pool: "sdr" }, until: "2026-11-18" }],
        },
      },
      /override "fair" is over since 2026-11-18/,
    ],
    [
      "a section whose stage is off",
      { sections: { stages: ["territory", "language", "availability", "pick"] } },
      /the section segments makes no difference/,
    ],
    ["a pool that nothing names", { sections: { waterfall: ["general"] } }, /no lead ever comes to pool "sdr"/],
    [
      "a field that nobody fills",
      { samples: [{ score: "4", conversion: "x", "crm.baton_do_not_route": "" }] },
      /lead.crm.baton_do_not_route, for which gate "do-not-route" asks, is filled in 0 of 1 leads \(0 %\)/,
    ],
    [
      "a role that no pool names",
      {
        sections: {
          pools: [...shippedPools, { name: "partners", roles: ["partner-manager"] }],
          partner: { referral: line("lead.crm.partner", "known", undefined), pool: "partners" },
          reps: { "rep-41": { role: "partner-manager" }, "rep-42": { role: "partner-manger" } },
        },
      },
      /^the role "partner-manger" of rep-42 makes no difference: no pool names it — did you mean "partner-manager"\?$/,
    ],
    [
      "a tag that only somebody has who left",
      {
        sections: {
          pools: [...shippedPools.slice(0, -1), { name: "sdr", teams: ["SDR"], tags: ["west"] }],
          reps: { Eva: { tags: ["west"] } },
        },
        roster: change("rep-e", { active: false }),
      },
      /^pool "sdr" names the tag "west", which nobody active has$/,
    ],
    [
      "sizes between two segments",
      {
        sections: {
          segments: [
            { name: "mid-market", min: 301 },
            { name: "smb", max: 200 },
          ],
        },
      },
      /^no segment covers companies of 201 to 300 employees, between "smb" and "mid-market": their leads go to everybody of the pool$/,
    ],
    [
      "a rule that contradicts itself",
      {
        sections: {
          gates: [{ name: "odd", when: { all: [line("lead.score", "gt", 9), line("lead.score", "lt", 9)] } }],
        },
      },
      /its condition can never hold/,
    ],
    [
      "a pattern that cannot be decided",
      {
        sections: {
          gates: [
            {
              name: "odd",
              when: line("lead.company", "matches", "^[^a-z0-9]{4}(x)\\1?$".replace("\\1?", "[0-9]{3,5}z{2}")),
            },
          ],
        },
      },
      /cannot be decided/,
    ],
  ])("%s", (_, planted, message) => {
    expect(lint(planted).map((finding) => finding.message)).toContainEqual(expect.stringMatching(message));
  });
});

test("an override that ends before a later one takes nothing from it in the end; a pool of an override is used", () => {
  const overrides = [
    { name: "fair", when: line("lead.score", "gte", 60), to: { pool: "sdr" }, until: "2026-12-01" },
    { name: "vip", when: line("lead.score", "gte", 80), to: { pool: "general" } },
  ];
  expect(lint({ sections: { overrides, waterfall: ["general"] } })).toEqual([]);
});

test("who is away for an hour, or while another of the pool is there, is nothing to tell of", () => {
  const dentist = { startAt: "2026-12-01T13:00:00Z", endAt: "2026-12-01T15:00:00Z" };
  const roster = reps.map((rep) => {
    if (rep.teams.includes("SDR")) return { ...rep, absences: [dentist] };
    return rep.id === "rep-01" ? { ...rep, absences: [holiday] } : rep;
  });
  const found = lint({ sections: { reps: { "rep-01": { backup: "rep-02" } } }, roster });
  expect(found.filter(({ kind }) => kind === "quiet-pool")).toEqual([]);
});

test("a pool is not quiet while others sell besides in every territory that uses it", () => {
  const also = { teams: ["DACH Sales"] };
  const roster = reps.map((rep) => (rep.teams.includes("UK & Nordics Sales") ? { ...rep, shifts: [] } : rep));
  const quietWith = (...territories: object[]) =>
    lint({ sections: { territories }, roster })
      .filter(({ kind }) => kind === "quiet-pool")
      .map(({ rules }) => rules);
  const uk = { name: "uk", countries: ["GB"], pool: "uk-nordics" };
  expect(quietWith({ ...uk, also })).toEqual([]);
  expect(quietWith({ ...uk, also }, { name: "nordics", countries: ["SE"], pool: "uk-nordics" })).toEqual([
    ['pool "uk-nordics"'],
  ]);
});

describe("a witness shows what is said", () => {
  test("a lead of the rule that is never reached goes by the rule before it", () => {
    const [found] = lint({
      sections: {
        verticals: [
          { name: "commercial", when: anything, teams: ["SDR"] },
          { name: "dach", when: dach, teams: ["DACH Sales"] },
        ],
      },
    });
    expect(found?.witness?.facts.lead.fields).toMatchObject({ language: "german" });
    expect(found?.message).toBe(
      'no lead ever comes to vertical "dach" of verticals: vertical "commercial" before it takes all of its leads; put it before that one, or leave it out',
    );
  });

  test("a company between two segments is in none of them", () => {
    const segments = [
      { name: "mid-market", min: 301 },
      { name: "smb", max: 200 },
    ];
    const [found] = lint({ sections: { segments } }).filter(({ kind }) => kind === "segment-gap");
    expect(found?.witness?.facts.lead.fields).toMatchObject({ employees: "201" });
  });

  test("a lead that two territories cover goes to the first, and is marked", () => {
    const [found] = lint({
      sections: {
        territories: [
          { name: "dach", countries: ["DE"], pool: "dach" },
          { name: "germany", countries: ["DE"], pool: "general" },
          { name: "rest", countries: ["*"], pool: "general" },
        ],
      },
    });
    expect(found?.witness?.decision).toMatchObject({
      outcome: { poolId: "dach" },
      marks: expect.arrayContaining(["territory-overlap"]),
    });
  });

  test("a lead of an uncovered cell falls to the waterfall though everybody is at work", () => {
    const found = lint({ sections: { languages: [{ language: "German", countries: ["DE"], teams: ["SDR"] }] } });
    expect(found[0]?.witness?.decision.outcome).toMatchObject({ kind: "assigned", stage: "waterfall" });
  });

  const german = { languages: [{ language: "German", countries: ["DE"], teams: ["SDR"] }] };

  test.each<[what: string, sections: object]>([
    [
      "where leads need a consent",
      { consent: { field: "lead.crm.consent", granted: ["yes"], refused: ["no"], opt_in_countries: ["DE"] } },
    ],
    [
      "where few are an MQL by definition",
      { qualification: { version: 2, name: "MQL", when: line("lead.jobTitle", "contains", "manager") } },
    ],
    [
      "where the policy makes the score itself",
      {
        qualification: {
          version: 2,
          name: "MQL",
          hand_raiser: line("lead.conversion", "contains", "demo"),
          score: "own",
          fit: [{ name: "known", when: line("lead.industry", "known", undefined), points: 50 }],
          engagement: [
            {
              name: "asked",
              when: line("lead.isHandRaiser", "equals", true),
              points: 80,
              half_life: 14,
              at: "lead.conversionAt",
            },
            { name: "read", per: "lead.pageViews", points: 2, at_most: 20 },
          ],
          weights: { fit: 0.5, engagement: 0.5 },
        },
      },
    ],
  ])("an uncovered cell is found %s", (_what, sections) => {
    const found = lint({ sections: { ...german, ...sections } }).filter(({ kind }) => kind === "uncovered");
    expect(found[0]?.rules).toEqual(['territory "dach"', 'language "de" in DE']);
    expect(found[0]?.witness?.decision.outcome).toMatchObject({ kind: "assigned", stage: "waterfall" });
  });

  const inGermany = line("lead.country", "equals", "DE");

  test.each<[where: string, to: object]>([
    ["a queue", { queue: "germans" }],
    ["a pool in which nobody has room for it", { pool: "nobody" }],
  ])("a cell whose leads an override takes to %s is not uncovered", (_to, to) => {
    const sections = {
      ...german,
      pools: [...shippedPools, { name: "nobody", reps: ["rep-01"] }],
      reps: { "rep-01": { never: inGermany } },
      overrides: [{ name: "germans", when: inGermany, to }],
    };
    expect(lint({ sections }).map(({ kind }) => kind)).not.toContain("uncovered");
  });

  test("a cell of which an override takes some is uncovered for the others", () => {
    const overrides = [
      {
        name: "germans",
        when: { all: [inGermany, line("lead.company", "unknown", undefined)] },
        to: { queue: "germans" },
      },
    ];
    const found = lint({ sections: { ...german, overrides } }).filter(({ kind }) => kind === "uncovered");
    expect(found[0]?.witness?.facts.lead.fields).toMatchObject({ country: "DE", company: expect.any(String) });
    expect(found[0]?.witness?.decision.outcome).toMatchObject({ kind: "assigned", stage: "waterfall" });
  });

  test("a stranger who is named once is told once", () => {
    const territories = [{ name: "all", countries: ["*"], pool: "general", also: { reps: ["Evaa"] } }];
    const strangers = lint({ sections: { territories } }).filter(({ kind }) => kind === "names-nobody");
    expect(strangers.map(({ rules }) => rules)).toEqual([['territory "all"', "rep Evaa"]]);
  });
});

describe("a name of a stranger is shown by a lead that passes by it", () => {
  const linesFor = (sections: object): string[] =>
    lint({ sections })
      .filter(({ kind }) => kind === "names-nobody")
      .flatMap(findingInWords);

  test("of an override, one that the override is for", () => {
    const overrides = [{ name: "vip", when: line("lead.company", "equals", "Globex"), to: { rep: "Evaa" } }];
    const [, example] = linesFor({ overrides });
    expect(example).toMatch(/company Globex, .*; on its way it does not find "Evaa"$/i);
  });

  test("of a backup, one of an account of whom they stand in for", () => {
    const [, example] = linesFor({ reps: { Eva: { backup: "Rep 9" } } });
    expect(example).toMatch(/account's owner rep-e, .*; on its way it does not find "Rep 9"$/);
  });

  test("of a territory, one of that place", () => {
    const territories = [
      { name: "iberia", countries: ["ES"], pool: "general", also: { reps: ["Evaa"] } },
      { name: "rest", countries: ["*"], pool: "general" },
    ];
    const [, example] = linesFor({ territories });
    expect(example).toMatch(/country ES, .*; on its way it does not find "Evaa"$/);
  });

  test.each<[what: string, sections: object]>([
    ["a manager", { reps: { Eva: { manager: "Nobody" } } }],
    ["whose settings they are", { reps: { Nobody: { weight: 2 } } }],
    ["a reviewer", { catch_all: { queue: "unrouted", reviewer: "Nobody" } }],
  ])("of %s there is none, and that is said", (_what, sections) => {
    expect(linesFor(sections)[1]).toBe("    no example: no lead passes by that name");
  });
});

describe("a pool without members where somebody sells besides", () => {
  const dachPool = { name: "dach", teams: ["A Team Of Nobody"] };
  const territory = (name: string, countries: string[], also?: object) => ({ name, countries, pool: "dach", also });
  const sellsBesides = { reps: ["Eva"] };
  const rest = { name: "rest", countries: ["*"], pool: "general" };
  const of = (territories: object[]): Finding[] =>
    lint({
      sections: {
        pools: [dachPool, { name: "general", teams: ["General Sales"] }, { name: "sdr", teams: ["SDR"] }],
        territories: [...territories, rest],
        languages: [],
        follow_the_sun: "general",
        waterfall: ["general", "sdr"],
      },
    });

  test("is no error where that is its only territory", () => {
    const found = of([territory("germany", ["DE"], sellsBesides)]);
    expect(found.map(({ kind }) => kind)).toEqual(["names-nobody"]);
  });

  test("is one where another territory has nobody, and the lead is of that one", () => {
    const found = of([territory("germany", ["DE"], sellsBesides), territory("france", ["FR"])]);
    const empty = found.find(({ kind }) => kind === "pool-without-rep");
    expect(empty?.message).toBe(
      'nobody active is in pool "dach": a lead never finds anybody there except in "germany", where others sell besides',
    );
    expect(empty?.witness?.facts.lead.fields).toMatchObject({ country: "FR" });
  });
});

test("without a roster nothing is said of reps", () => {
  expect(lintPolicy(parsePolicy(shipped), { now, roster: null, samples: null })).toEqual([]);
});
