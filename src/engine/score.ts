import { fieldValue } from "./conditions.ts";
import { toNumber } from "./normalise/score.ts";
import type { EngagementRule, Qualification } from "./policy.ts";
import type { RuleSet } from "./rule-set.ts";
import type { LeadFacts } from "./snapshot.ts";

/** The score that a policy's own rules make. All from 0 to 100, with one decimal. */
export type Score = {
  score: number;
  fit: number;
  engagement: number;
  /** Points by the name of the rule that gave them, and took them when negative; without those that came to nothing. */
  parts: Readonly<Record<string, number>>;
};

const dayMs = 86_400_000;

/** The score of a lead at `now`. `rules` are the fit rules, then the engagement rules. */
export function scoreOf(qualification: Qualification, rules: RuleSet, facts: LeadFacts, now: string): Score {
  const { fit, engagement, weights } = qualification;
  const parts: Record<string, number> = {};
  const sums = { fit: 0, engagement: 0 };
  for (const at of rules.every(facts, now)) {
    const fitRule = fit[at];
    const engagementRule = engagement[at - fit.length];
    const points = tenths(fitRule?.points ?? (engagementRule === undefined ? 0 : earned(engagementRule, facts, now)));
    if (points === 0) continue;
    parts[fitRule?.name ?? engagementRule?.name ?? ""] = points;
    sums[fitRule === undefined ? "engagement" : "fit"] += points;
  }
  const total = { fit: bounded(sums.fit), engagement: bounded(sums.engagement) };
  return { score: bounded(total.fit * weights.fit + total.engagement * weights.engagement), ...total, parts };
}

/** The points of an act, halved for each half-life since it: never more for an older one. */
function earned(rule: EngagementRule, facts: LeadFacts, now: string): number {
  const points = rule.per === null ? rule.points : repeated(rule, rule.per, facts);
  if (rule.halfLifeDays === null || rule.at === null) return points;
  const at = Date.parse(fieldValue(facts, rule.at) ?? "");
  // Nobody knows how old an act without a time is.
  if (Number.isNaN(at)) return 0;
  const days = Math.max(0, (Date.parse(now) - at) / dayMs);
  return points * 2 ** (-days / rule.halfLifeDays);
}

/** So many points for each of what the field counts. */
function repeated({ points, atMost }: EngagementRule, per: string, facts: LeadFacts): number {
  const count = Math.max(0, toNumber(fieldValue(facts, per) ?? "") ?? 0);
  const all = Math.min(Math.abs(points) * count, atMost ?? 100);
  return points < 0 ? -all : all;
}

/** Points as scores have them: with one decimal. */
export const tenths = (points: number): number => Math.round(points * 10) / 10;

/** As every score is cut: from 0 to 100. */
export const bounded = (points: number): number => Math.min(100, Math.max(0, tenths(points)));
