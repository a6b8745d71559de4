import { claim } from "./claim.ts";
import { highestEffectiveWeight } from "./highest-effective-weight.ts";
import { lowestLoad } from "./lowest-load.ts";
import { roundRobin } from "./round-robin.ts";
import { smoothWeighted } from "./smooth-weighted.ts";
import type { Strategy } from "./strategy.ts";

export const strategies = {
  smooth_weighted: smoothWeighted,
  highest_effective_weight: highestEffectiveWeight,
  lowest_load: lowestLoad,
  round_robin: roundRobin,
  claim,
} satisfies Record<string, Strategy>;

export type StrategyId = keyof typeof strategies;

/** Is this the name of a strategy? */
export const isStrategyId = (name: string): name is StrategyId => Object.hasOwn(strategies, name);
