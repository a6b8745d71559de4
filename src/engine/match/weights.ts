import type { Sign, Signs } from "./signs.ts";

/** Points of each sign, and of any account at all: what is known before anything is compared. In nats of odds. */
export type Weights = { any: number; signs: Readonly<Record<Sign, number>> };

/** What the signs of a pair are worth together. */
export function pointsOf(found: Signs, { any, signs }: Weights): number {
  let points = any;
  for (const [sign, value] of found) points += signs[sign] * value;
  return points;
}

/**
 * How likely each of some accounts is the lead's, by their points: one of them, or none, which has no points (a
 * conditional logit with an outside option, McFadden 1974). Rivals that agree as much share what there is.
 */
export function likelihoods(points: readonly number[]): number[] {
  const most = points.reduce((a, b) => Math.max(a, b), 0);
  const odds = points.map((each) => Math.exp(each - most));
  const all = odds.reduce((a, b) => a + b, Math.exp(-most));
  return odds.map((each) => each / all);
}
