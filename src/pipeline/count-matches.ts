import type { Deps } from "../deps.ts";
import { countMatches } from "../store/match-reviews.ts";

/** Leads by how their account was found. */
export type MatchCounts = { inCrm: number; byDomain: number; byLikeness: number; inReview: number; without: number };

export async function countMatchedLeads({ db }: Pick<Deps, "db">): Promise<MatchCounts> {
  const counts = await countMatches(db.query);
  const of = (...hows: Parameters<typeof counts.get>[0][]) =>
    hows.reduce((sum, how) => sum + (counts.get(how) ?? 0), 0);
  return {
    inCrm: of("crm-association"),
    byDomain: of("email-domain", "website-domain"),
    byLikeness: of("likeness", "reviewer"),
    inReview: of("in-review"),
    without: of("none"),
  };
}
