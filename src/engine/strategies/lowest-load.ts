import type { PickStrategy } from "./strategy.ts";
import { breakTie, loadRatio, lowestBy } from "./tie-breakers.ts";

/** The rep with the lowest load ÷ capacity. Keeps no ledger: the load is its memory. */
export const lowestLoad: PickStrategy = {
  label: "Lowest load",
  weigh: null,
  choose: (candidates, turn) => breakTie(lowestBy(candidates, loadRatio), turn, "lowest-load"),
};
