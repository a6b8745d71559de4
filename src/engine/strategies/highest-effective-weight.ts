import type { Candidate, PickStrategy } from "./strategy.ts";
import { breakTie, loadRatio, lowestBy } from "./tie-breakers.ts";

const effectiveWeight = (candidate: Candidate): number => candidate.weight * (1 - loadRatio(candidate));

/**
 * The rep with the highest base weight × (1 − load ÷ capacity), outright: somebody of weight 3 gets every lead until two
 * thirds full. Keeps no ledger: the load is its memory.
 */
export const highestEffectiveWeight: PickStrategy = {
  label: "Highest effective weight",
  weigh: null,
  choose: (candidates, turn) =>
    breakTie(
      lowestBy(candidates, (candidate) => -effectiveWeight(candidate)),
      turn,
      "effective-weight",
    ),
};
