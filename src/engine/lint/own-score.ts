import type { Condition, EngagementRule, FitRule, Qualification } from "../policy.ts";
import { bounded, tenths } from "../score.ts";

/** The scores that a policy's own rules make, by the field that asks for the CRM's where there are none. */
export const ownScores: ReadonlyMap<string, string> = new Map([
  ["lead.score", "lead.own.score"],
  ["lead.fitScore", "lead.own.fitScore"],
  ["lead.engagementScore", "lead.own.engagementScore"],
]);

export const isOwnScore = (field: string): boolean => field.startsWith("lead.own.");

/** The least and the most that an own score can be. */
export type Span = { least: number; most: number };
export type OwnSpans = ReadonlyMap<string, Span>;

/** Every score of a span: they have one decimal. */
export const tenthsIn = ({ least, most }: Span): string[] =>
  Array.from({ length: Math.round((most - least) * 10) + 1 }, (_, tenth) =>
    String((Math.round(least * 10) + tenth) / 10),
  );

/** By the points that the rules can give together, whatever a lead is and did; empty where the CRM's scores count. */
export function ownSpans({ score, fit, engagement, weights }: Qualification): OwnSpans {
  if (score !== "own") return new Map();
  const isMaybe = { least: 0, most: 0 };
  return spansOf(
    fit.map(({ points }) => spanWith(isMaybe, points)),
    engagement.map((rule) => spanWith(isMaybe, mostPoints(rule))),
    weights,
  );
}

/** Some of the rules: those which hold, and what that leaves of the scores. */
export type Choice = { holds: readonly Condition[]; fails: readonly Condition[]; spans: OwnSpans };

/** Of more conditions there are too many choices to look at each. */
const mostConditions = 5;

/** Every choice of the rules that may hold together, or not; null: too many. */
export function choicesOf({ fit, engagement, weights }: Qualification): Choice[] | null {
  const asking = [...fit, ...engagement].filter(({ when }) => when !== null);
  if (asking.length > mostConditions) return null;
  return Array.from({ length: 2 ** asking.length }, (_, set): Choice => {
    const isChosen = (rule: FitRule | EngagementRule): boolean => (set & (1 << asking.indexOf(rule))) !== 0;
    const conditionsOf = (rules: typeof asking): Condition[] => rules.flatMap(({ when }) => when ?? []);
    return {
      holds: conditionsOf(asking.filter(isChosen)),
      fails: conditionsOf(asking.filter((rule) => !isChosen(rule))),
      spans: spansOf(
        fit.filter(isChosen).map(({ points }) => ({ least: points, most: points })),
        engagement.filter((rule) => rule.when === null || isChosen(rule)).map(earnedBy),
        weights,
      ),
    };
  });
}

/** An act that is older, or counted in no field, earns less. */
function earnedBy(rule: EngagementRule): Span {
  const full = mostPoints(rule);
  const isGradual = rule.per !== null || rule.halfLifeDays !== null;
  return isGradual ? spanWith({ least: 0, most: 0 }, full) : { least: full, most: full };
}

const spanWith = ({ least, most }: Span, points: number): Span => ({
  least: Math.min(least, points),
  most: Math.max(most, points),
});

function spansOf(fit: readonly Span[], engagement: readonly Span[], weights: Qualification["weights"]): OwnSpans {
  const sum = (end: keyof Span, spans: readonly Span[]): number =>
    bounded(spans.reduce((total, span) => total + tenths(span[end]), 0));
  const whole = (spans: readonly Span[]): Span => ({ least: sum("least", spans), most: sum("most", spans) });
  const both = { fit: whole(fit), engagement: whole(engagement) };
  const weighted = (end: keyof Span): number =>
    bounded(both.fit[end] * weights.fit + both.engagement[end] * weights.engagement);
  return new Map([
    ["lead.own.score", { least: weighted("least"), most: weighted("most") }],
    ["lead.own.fitScore", both.fit],
    ["lead.own.engagementScore", both.engagement],
  ]);
}

/** What an act earns at most: it is just done, and as often as counts. */
export const mostPoints = ({ points, per, atMost }: EngagementRule): number =>
  per === null ? points : Math.sign(points) * (atMost ?? 100);
