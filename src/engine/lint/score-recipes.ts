import type { Condition, EngagementRule, FitRule, Qualification } from "../policy.ts";
import { bounded, type Score, tenths } from "../score.ts";
import { mostPoints } from "./own-score.ts";
import type { Values } from "./witness.ts";

/** A way to come to a score: which rules give their points, by their places, and how much of them. */
export type ScoreRecipe = {
  rules: readonly number[];
  /** What it comes to, unless rules share a field: near enough to try it. */
  score: Omit<Score, "parts">;
  holds: readonly Condition[];
  fails: readonly Condition[];
  /** When it was done and how often, as fields. */
  acts: Values;
};

/** Shares of what an act earns at most. */
const levels: readonly number[] = Array.from({ length: 20 }, (_, at) => 1 - at / 20);
const dayMs = 86_400_000;
/** Of so many rules every choice is tried. */
const mostChosen = 6;

/** Can these conditions hold together? */
type IsPossible = (holds: readonly Condition[]) => boolean;

/** Ways to come to scores of all kinds, the highest first. */
export function scoreRecipes(qualification: Qualification, now: string, isPossible: IsPossible): ScoreRecipe[] {
  const { fit, engagement } = qualification;
  const recipes = choicesOf(qualification, isPossible).flatMap((rules) => {
    const isGraded = engagement.some((rule, at) => rules.includes(fit.length + at) && isGradual(rule));
    return (isGraded ? levels : [1]).map((level) => recipeOf(qualification, { rules, level, now }));
  });
  return recipes.sort((a, b) => b.score.score - a.score.score);
}

/** All, where there are few rules; else so many of each kind, those first that ask for nothing or give most, with and without each of them. */
function choicesOf({ fit, engagement }: Qualification, isPossible: IsPossible): number[][] {
  const rules: readonly (FitRule | EngagementRule)[] = [...fit, ...engagement];
  const all = rules.map((_, at) => at);
  if (rules.length <= mostChosen)
    return Array.from({ length: 2 ** rules.length }, (_, set) => all.filter((at) => (set & (1 << at)) !== 0));
  const pointsOf = (at: number): number => rules[at]?.points ?? 0;
  const isFree = (at: number): number => Number(rules[at]?.when === null);
  const best = all.filter((at) => pointsOf(at) > 0).sort((a, b) => isFree(b) - isFree(a) || pointsOf(b) - pointsOf(a));
  const whenAll = (chosen: readonly number[]): Condition[] => chosen.flatMap((at) => rules[at]?.when ?? []);
  const choices = [null, ...best].flatMap((left) => {
    const together: number[] = [];
    for (const at of best) if (at !== left && isPossible(whenAll([...together, at]))) together.push(at);
    const firstOf = (kind: readonly number[]): number[][] => [[], ...kind.map((_, at) => kind.slice(0, at + 1))];
    const ofFit = firstOf(together.filter((at) => at < fit.length));
    const ofEngagement = firstOf(together.filter((at) => at >= fit.length));
    return ofFit.flatMap((some) => ofEngagement.map((others) => [...some, ...others].sort((a, b) => a - b)));
  });
  return [...new Map(choices.map((choice) => [choice.join(), choice])).values()];
}

const isGradual = ({ per, halfLifeDays }: EngagementRule): boolean => per !== null || halfLifeDays !== null;

type Chosen = { rules: readonly number[]; level: number; now: string };

function recipeOf({ fit, engagement, weights }: Qualification, { rules, level, now }: Chosen): ScoreRecipe {
  const all: readonly (FitRule | EngagementRule)[] = [...fit, ...engagement];
  const isIn = (_: unknown, at: number): boolean => rules.includes(at);
  const acts = engagement.filter((rule, at) => isIn(rule, fit.length + at)).map((rule) => actOf(rule, level, now));
  const sum = (points: readonly number[]): number => bounded(points.reduce((total, each) => total + tenths(each), 0));
  const whole = {
    fit: sum(fit.filter(isIn).map(({ points }) => points)),
    engagement: sum(acts.map(({ points }) => points)),
  };
  const conditionsOf = (of: typeof all): Condition[] => of.flatMap(({ when }) => when ?? []);
  const uncounted = engagement.flatMap(({ when, per }) =>
    when === null && per !== null ? [[per, null] as const] : [],
  );
  return {
    rules,
    score: { score: bounded(whole.fit * weights.fit + whole.engagement * weights.engagement), ...whole },
    holds: conditionsOf(all.filter(isIn)),
    fails: conditionsOf(all.filter((rule, at) => !isIn(rule, at))),
    acts: new Map([...uncounted, ...acts.flatMap(({ values }) => [...values])]),
  };
}

/** What an act earns and how it is told, when it earns this share of its points: it is older, or was done less often. */
function actOf(rule: EngagementRule, level: number, now: string): { points: number; values: Values } {
  const { points, per, halfLifeDays, at } = rule;
  const count =
    per === null ? 0 : Math.max(1, Math.round((level * Math.abs(mostPoints(rule))) / Math.abs(points || 1)));
  const most = per === null ? points : Math.sign(points) * Math.min(Math.abs(points) * count, rule.atMost ?? 100);
  const isAging = per === null && halfLifeDays !== null;
  const ageDays = isAging ? halfLifeDays * Math.log2(1 / level) : 0;
  const values = new Map<string, string>();
  if (per !== null) values.set(per, String(count));
  if (at !== null) values.set(at, new Date(Date.parse(now) - ageDays * dayMs).toISOString());
  return { points: isAging ? most * level : most, values };
}
