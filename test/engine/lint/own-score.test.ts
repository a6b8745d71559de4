import { describe, expect, test } from "@jest/globals";
import { decide } from "../../../src/engine/decide.ts";
import type { Finding } from "../../../src/engine/lint/lint-policy.ts";
import { leadWith } from "../../../src/engine/lint/witness.ts";
import { parsePolicy } from "../../../src/engine/parse-policy.ts";
import { withSections } from "../../../src/engine/policy-sections-text.ts";
import { line, lint, now, shipped, timeZone } from "./planted.ts";
import { plain, randomOf } from "./random-rules.ts";

const qualification = {
  version: 2,
  name: "MQL",
  hand_raiser: line("lead.conversion", "contains", "demo"),
  score: "own",
  fit: [{ name: "right-size", when: line("lead.employees", "gte", 200), points: 90 }],
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
};
const tier = (name: string, because: string, when: object) => ({ tier: name, because, when });

const found = (kind: string, sections: object, samples?: readonly Record<string, string>[]): Finding[] =>
  lint({ sections: { qualification, ...sections }, ...(samples === undefined ? {} : { samples }) }).filter(
    (finding) => finding.kind === kind,
  );

describe("where the policy makes the score itself", () => {
  test("scores that no tier rule takes are shown by a lead that has such a score, and is T3", () => {
    const tiers = [
      tier("T1", "score-60", line("lead.score", "gte", 60)),
      tier("T2", "score-20", line("lead.score", "gte", 20)),
      tier("nurture", "score-15", line("lead.score", "lt", 15)),
    ];
    const [gap, ...others] = found("score-gap", { tiers });
    expect(others).toEqual([]);
    expect(gap?.message).toMatch(/^no tier rule takes every lead with a score .*15 and below 20: what is left is T3/);
    const { trace, tier: given } = gap?.witness?.decision ?? {};
    expect(given).toBe("T3");
    const scored = trace?.find((step) => step.step === "scored");
    expect(scored).toMatchObject({ step: "scored" });
    expect(scored?.step === "scored" && scored.score >= 15 && scored.score < 20).toBe(true);
  });

  test.each<[what: string, when: object]>([
    ["above all scores", line("lead.score", "gte", 101)],
    ["above all fit scores", line("lead.fitScore", "gte", 150)],
    ["above what all fit rules give together", line("lead.fitScore", "gt", 90)],
    ["above the weighted sum of both", line("lead.score", "gt", 95)],
    ["with more than one decimal", line("lead.engagementScore", "between", [10.01, 10.04])],
  ])("a rule that asks for leads %s can never hold", (_what, when) => {
    const [never] = found("unreachable-rule", { gates: [{ name: "odd", when }] });
    expect(never).toMatchObject({ severity: "error", rules: ['gate "odd"'] });
    expect(never?.message).toMatch(/its condition can never hold: the policy's own .*score is from 0 to/);
  });

  test("a rule for a missing score never holds, which does no harm", () => {
    const [never] = found("unreachable-rule", {
      gates: [{ name: "odd", when: line("lead.score", "unknown", undefined) }],
      tiers: [],
    });
    expect(never).toMatchObject({ severity: "warning", rules: ['gate "odd"'] });
    expect(never?.message).toMatch(/its condition can never hold: the policy's own score is always known$/);
  });

  test("of a rule that can hold all the same what is never there is told", () => {
    const when = { any: [line("lead.score", "gte", 101), line("lead.country", "known", undefined)] };
    expect(found("impossible-value", { gates: [{ name: "odd", when }] }).map(({ message }) => message)).toEqual([
      'gate "odd" asks for what is never there: the policy\'s own score is from 0 to 95',
    ]);
  });

  test("a rule for the highest score of all is reached", () => {
    const rules = found("unreachable-rule", { gates: [{ name: "best", when: line("lead.score", "gte", 95) }] });
    expect(rules.map(({ rules: named }) => named[0])).not.toContain('gate "best"');
  });

  /** One rule for each country, of which a lead has but one. */
  const exclusive = (codes: readonly string[]) => ({
    qualification: {
      ...qualification,
      fit: codes.map((code) => ({ name: code, when: line("lead.countryCode", "equals", code), points: 30 })),
      engagement: [],
    },
    gates: [{ name: "two", when: line("lead.fitScore", "gte", 60) }],
    tiers: [],
  });

  test("a rule for the points of two rules that exclude each other can never hold", () => {
    expect(found("unreachable-rule", exclusive(["DE", "FR"]))).toMatchObject([
      { severity: "error", rules: ['gate "two"'], message: expect.stringMatching(/its condition can never hold$/) },
    ]);
  });

  test("with many rules that go together a lead is found for each tier rule that has one", () => {
    const act = (name: string, field: string, value: string, points: number) => ({
      name,
      when: line(field, "contains", value),
      points,
      half_life: 14,
      at: "lead.conversionAt",
    });
    const many = {
      ...qualification,
      content: line("lead.conversion", "contains", ["guide", "webinar"]),
      fit: [
        { name: "large", when: line("lead.employees", "gte", 1000), points: 40 },
        { name: "german", when: line("lead.countryCode", "in", ["DE", "AT", "CH"]), points: 15 },
        { name: "american", when: line("lead.countryCode", "in", ["US", "CA"]), points: 10 },
        { name: "head", when: line("lead.jobTitle", "contains", ["ceo", "head"]), points: 20 },
        { name: "steel", when: line("lead.industry", "contains", "steel"), points: 10 },
        { name: "school", when: line("lead.emailDomain", "ends_with", ".edu"), points: -50 },
      ],
      engagement: [
        ...qualification.engagement,
        act("webinar", "lead.conversion", "webinar", 30),
        act("pricing", "lead.lastPage", "pricing", 40),
      ],
    };
    // Of scores that are always known none is missing.
    expect(found("unreachable-rule", { qualification: many }).map(({ rules }) => rules)).toEqual([
      ["tier rule 9 (T3, score-missing)"],
    ]);
  });

  test("of more rules than can be looked at in every way together it is left undecided", () => {
    expect(found("unreachable-rule", exclusive(["DE", "FR", "IT", "ES", "PL", "SE"]))).toMatchObject([
      { severity: "note", rules: ['gate "two"'], message: expect.stringMatching(/cannot be decided/) },
    ]);
  });

  test("a tier rule that is called unreachable gives no lead its tier, and every other one some", () => {
    const policy = parsePolicy(withSections(shipped, { qualification }));
    const { oneOf } = randomOf(7);
    const reached = new Set(
      Array.from({ length: 3_000 }, () => {
        const fields = new Map([
          ["lead.employees", oneOf(["10", "199", "200", null])],
          ["lead.conversion", oneOf(["demo", "guide", null])],
          ["lead.conversionAt", oneOf([now, "2026-11-10T09:00:00Z", "2026-10-01T09:00:00Z", null])],
          ["lead.pageViews", oneOf(["0", "3", "50", null])],
          ["lead.engagedAt", oneOf([now, "2026-01-01T00:00:00Z", null])],
        ]);
        const shared = { policy, policyVersion: 1, now, reps: [], stages: [], timeZone };
        const { trace } = decide(shared, leadWith(plain, fields), { credits: {}, load: {} }).decision;
        return trace.find((step) => step.step === "tier")?.because;
      }),
    );
    const unreachable = found("unreachable-rule", {}).map(({ rules }) => rules[0]);
    const expected = policy.tiers.flatMap(({ tier: level, because }, at) =>
      reached.has(because) ? [] : [`tier rule ${at + 1} (${level}, ${because})`],
    );
    expect([...unreachable].sort()).toEqual([...expected].sort());
    expect(reached.size).toBeGreaterThan(2);
  });

  test("the CRM's score that a rule of the score asks for is another one", () => {
    const fit = [{ name: "their-score", when: line("lead.score", "gte", 500), points: 90 }];
    const gates = [{ name: "low", when: line("lead.score", "lt", 10) }];
    const sections = { qualification: { ...qualification, fit }, gates, tiers: [] };
    expect(found("unreachable-rule", sections)).toEqual([]);
    const rates = found("unfilled-field", sections, [{ email: "a@b.de" }]);
    const ofScore = rates.filter(({ rules }) => rules[0] === "lead.score");
    expect(ofScore.map(({ rules }) => rules)).toEqual([["lead.score", 'fit rule "their-score"']]);
  });

  test("scores that it makes are filled in; what it makes them of is looked at", () => {
    const sections = { gates: [], motions: [], tiers: [tier("T1", "fit-20", line("lead.fitScore", "gte", 20))] };
    const rates = found("unfilled-field", sections, [{ employees: "20", conversion: "demo", email: "a@b.de" }]);
    expect(rates.map(({ rules }) => rules)).toEqual([
      ["lead.conversionAt", 'engagement rule "asked"'],
      ["lead.pageViews", 'engagement rule "read"'],
    ]);
  });
});

test("where the CRM's score counts it may be anything", () => {
  const gates = [{ name: "high", when: line("lead.score", "gte", 101) }];
  expect(lint({ sections: { gates } }).filter(({ kind }) => kind === "unreachable-rule")).toEqual([]);
});

test("a field that is made of another one is filled in where that one is", () => {
  const gates = [{ name: "home", when: line("lead.countryCode", "equals", "DE") }];
  const rates = lint({ sections: { gates }, samples: [{ country: "Germany" }] });
  expect(rates.filter(({ rules }) => rules[0] === "lead.countryCode")).toEqual([]);
});
