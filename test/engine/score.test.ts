import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { EngagementRule, FitRule, Qualification } from "../../src/engine/policy.ts";
import { rulesOf } from "../../src/engine/policy-rules.ts";
import { type Score, scoreOf } from "../../src/engine/score.ts";
import { aLead, aPolicy, fridayMorning, someFacts } from "../builders.ts";

const anyone = { field: "lead.email", operator: "known", value: null } as const;
const dayMs = 86_400_000;

const aFitRule = (parts: Partial<FitRule> = {}): FitRule => ({ name: "fit", when: anyone, points: 30, ...parts });

const anAct = (parts: Partial<EngagementRule> = {}): EngagementRule => ({
  name: "act",
  when: anyone,
  points: 40,
  per: null,
  atMost: null,
  halfLifeDays: null,
  at: null,
  ...parts,
});

function scored(rules: Partial<Qualification>, fields: Record<string, string | null> = {}): Score {
  const { qualification } = aPolicy();
  const policy = aPolicy({ qualification: { ...qualification, score: "own", ...rules } });
  return scoreOf(policy.qualification, rulesOf(policy).scores, someFacts({ lead: aLead({ fields }) }), fridayMorning);
}

const daysAgo = (days: number): string => new Date(Date.parse(fridayMorning) - days * dayMs).toISOString();

describe("what rules give", () => {
  test("each of those that hold, and the weighted sum of both kinds", () => {
    const fit = [aFitRule(), aFitRule({ name: "not", when: { not: anyone } }), aFitRule({ name: "less", points: -10 })];

    expect(scored({ fit, engagement: [anAct()], weights: { fit: 0.7, engagement: 0.3 } })).toEqual({
      score: 26,
      fit: 20,
      engagement: 40,
      parts: { fit: 30, less: -10, act: 40 },
    });
  });

  test.each([
    ["7", 14],
    ["1000", 25],
    ["-3", 0],
    ["many", 0],
    [null, 0],
  ])("%s page views", (pageViews, engagement) => {
    const pages = anAct({ when: null, points: 2, per: "lead.pageViews", atMost: 25 });
    expect(scored({ engagement: [pages] }, { pageViews }).engagement).toBe(engagement);
  });

  test.each([
    [0, 40],
    [10, 20],
    [20, 10],
    [-5, 40],
    [1000, 0],
  ])("an act of %s days ago with a half-life of 10", (days, engagement) => {
    const act = anAct({ halfLifeDays: 10, at: "lead.conversionAt" });
    expect(scored({ engagement: [act] }, { conversionAt: daysAgo(days) }).engagement).toBe(engagement);
  });

  test.each([null, "", "yesterday"])("an act whose time is %j earns nothing", (conversionAt) => {
    const act = anAct({ halfLifeDays: 10, at: "lead.conversionAt" });
    expect(scored({ engagement: [act] }, { conversionAt })).toMatchObject({ engagement: 0, parts: {} });
  });
});

const points = fc.integer({ min: -100, max: 100 });
const weight = fc.double({ min: 0, max: 1, noNaN: true });

describe("laws", () => {
  test("fit, engagement and score are between 0 and 100", () => {
    fc.assert(
      fc.property(
        fc.array(points, { maxLength: 8 }),
        fc.array(points, { maxLength: 8 }),
        weight,
        weight,
        (a, b, f, e) => {
          const fit = a.map((each, at) => aFitRule({ name: `fit-${at}`, points: each }));
          const engagement = b.map((each, at) => anAct({ name: `act-${at}`, points: each }));
          const { parts, ...numbers } = scored({ fit, engagement, weights: { fit: f, engagement: e } });
          for (const number of Object.values(numbers)) expect(number >= 0 && number <= 100).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("an older act never earns more", () => {
    const age = fc.double({ min: 0, max: 3650, noNaN: true });
    fc.assert(
      fc.property(
        age,
        age,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 400 }),
        (a, b, most, halfLifeDays) => {
          const act = anAct({ points: most, halfLifeDays, at: "lead.conversionAt" });
          const [younger, older] = [Math.min(a, b), Math.max(a, b)].map(
            (days) => scored({ engagement: [act] }, { conversionAt: daysAgo(days) }).score,
          );
          expect(older).toBeLessThanOrEqual(younger ?? 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
