import { percentile } from "./measure.ts";

/** Of one figure over all rounds. */
export type Spread = { median: number; min: number; max: number };

export const spreadOf = (values: readonly number[]): Spread => ({
  median: percentile(values, 0.5),
  min: Math.min(...values),
  max: Math.max(...values),
});

/** Lets each side run once a round, there and back again: what else the machine does falls on all of them alike. */
export async function alternate<Name extends string, Figures>(
  rounds: number,
  sides: Readonly<Record<Name, () => Promise<Figures>>>,
): Promise<Record<Name, Figures>[]> {
  const names = Object.keys(sides) as Name[];
  const results: Record<Name, Figures>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const figures: Partial<Record<Name, Figures>> = {};
    for (const name of round % 2 === 0 ? names : names.toReversed()) figures[name] = await sides[name]();
    results.push(figures as Record<Name, Figures>);
  }
  return results;
}

/** One figure that the bench stands or falls with. */
export type Goal = { name: string; value: number; atLeast?: number; atMost?: number };

/** In words; empty when all are met. */
export const missedGoals = (goals: readonly Goal[]): string[] => goals.filter((goal) => !isMet(goal)).map(goalLine);

const isMet = ({ value, atLeast, atMost }: Goal): boolean =>
  value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);

export function goalLine(goal: Goal): string {
  const { name, value, atLeast, atMost } = goal;
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return `${name} ${value}, goal ${bound}: ${isMet(goal) ? "met" : "MISSED"}`;
}

export const spreadText = ({ median, min, max }: Spread): string =>
  `${median.toLocaleString("en-US")} (${min.toLocaleString("en-US")}–${max.toLocaleString("en-US")})`;
