import { nextInCredit } from "./quota.ts";
import type { PickStrategy } from "./strategy.ts";

/** Equal turns, whatever the weights and loads. */
export const roundRobin: PickStrategy = {
  label: "Round robin",
  weigh: () => 1,
  choose: nextInCredit,
};
