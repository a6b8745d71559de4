import type { Deps } from "../deps.ts";
import { cleanText } from "../engine/clean-text.ts";
import { accountInWords } from "../engine/explain-account.ts";
import { countMatches, matchExamples } from "../store/match-reviews.ts";

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

const mostExamples = 3;

/** Some leads whose account was found by its name, or is in question: what they call their company, and what was made of it. */
export async function matchExamplesInWords({ db }: Pick<Deps, "db">): Promise<{ leadId: string; line: string }[]> {
  const examples: { leadId: string; line: string }[] = [];
  for (const how of ["likeness", "in-review"] as const)
    for (const { leadId, facts } of await matchExamples(db.query, how, mostExamples)) {
      const [said = ""] = accountInWords(facts);
      examples.push({ leadId, line: `${leadId} "${cleanText(facts.lead.fields.company ?? "")}": ${said}` });
    }
  return examples;
}
