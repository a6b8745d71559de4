import type { Candidate, Turn } from "./strategy.ts";
import { breakTie, lowestOf } from "./tie-breakers.ts";

/**
 * Whose credit would first leave its bound if passed over: the rule of R. Tijdeman, "The chairman assignment problem",
 * Discrete Mathematics 32 (1980). With k steady candidates it keeps every |credit| ≤ 1 − 1/(2k − 2); plain smooth
 * weighting has no bound below 1. When candidates change between picks, whoever is owed a whole lead goes first.
 */
export function nextInCredit(
  candidates: readonly [Candidate, ...Candidate[]],
  turn: Turn,
): { repId: string; because: string } {
  if (candidates.length === 1) return { repId: candidates[0].repId, because: "only-candidate" };
  const slack = 1 / (2 * candidates.length - 2);
  // This is done for every lead, of everybody in a pool: in plain loops, which the compiler makes the most of.
  const owing: number[] = [];
  for (const { credit, share } of candidates) owing.push(-(credit + share));
  const most = lowestOf(candidates, owing);
  const owed = most[0].credit + most[0].share;
  if (owed >= 1 || owed < slack) return breakTie(most, turn, "credit");
  const soonness: number[] = [];
  for (const { credit, share } of candidates) {
    const own = credit + share;
    // Those who are not owed enough leave no bound.
    soonness.push(own < slack - 1e-9 ? Number.POSITIVE_INFINITY : (1 - slack - own) / share);
  }
  return breakTie(lowestOf(candidates, soonness), turn, "credit");
}
