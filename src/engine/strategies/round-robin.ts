import { nextInCredit } from "./quota.ts";
import type { Strategy } from "./strategy.ts";

/** Equal turns, whatever the weights and loads. */
export const roundRobin: Strategy = {
  label: "Round robin",
  weigh: () => 1,
  choose: nextInCredit,
};
