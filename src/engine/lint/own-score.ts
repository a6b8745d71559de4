import type { EngagementRule, Qualification } from "../policy.ts";
import { bounded, tenths } from "../score.ts";

/** The scores that a policy's own rules make, by the field that asks for the CRM's where there are none. */
export const ownScores: ReadonlyMap<string, string> = new Map([
  ["lead.score", "lead.own.score"],
  ["lead.fitScore", "lead.own.fitScore"],
  ["lead.engagementScore", "lead.own.engagementScore"],
]);

export const isOwnScore = (field: string): boolean => field.startsWith("lead.own.");

/** No lead's score is higher. */
export type MostOfOwn = ReadonlyMap<string, number>;

/** Every score up to the highest: they have one decimal. */
export const tenthsTo = (most: number): string[] =>
  Array.from({ length: Math.round(most * 10) + 1 }, (_, tenth) => String(tenth / 10));

/** By the points that the rules can give together, whatever a lead is and did; empty where the CRM's scores count. */
export function mostOfOwn({ score, fit, engagement, weights }: Qualification): MostOfOwn {
  if (score !== "own") return new Map();
  const sum = (points: readonly number[]): number =>
    bounded(points.reduce((total, each) => total + Math.max(0, tenths(each)), 0));
  const most = { fit: sum(fit.map(({ points }) => points)), engagement: sum(engagement.map(mostPoints)) };
  return new Map([
    ["lead.own.score", bounded(most.fit * weights.fit + most.engagement * weights.engagement)],
    ["lead.own.fitScore", most.fit],
    ["lead.own.engagementScore", most.engagement],
  ]);
}

/** What an act earns at most: it is just done, and as often as counts. */
export const mostPoints = ({ points, per, atMost }: EngagementRule): number =>
  per === null ? points : Math.sign(points) * (atMost ?? 100);
