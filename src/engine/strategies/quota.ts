import type { Candidate, Turn } from "./strategy.ts";
import { breakTie, lowestBy } from "./tie-breakers.ts";

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
  const owed = (candidate: Candidate): number => candidate.credit + candidate.share;
  const most = lowestBy(candidates, (candidate) => -owed(candidate));
  if (owed(most[0]) >= 1 || owed(most[0]) < slack) return breakTie(most, turn, "credit");
  // Those who are not owed enough leave no bound.
  const soonest = lowestBy(candidates, (candidate) =>
    owed(candidate) < slack - 1e-9 ? Number.POSITIVE_INFINITY : (1 - slack - owed(candidate)) / candidate.share,
  );
  return breakTie(soonest, turn, "credit");
}
