import { crmTitles } from "../crm/account-name.ts";
import type { Deps } from "../deps.ts";
import { cleanText } from "../engine/clean-text.ts";
import { accountInWords } from "../engine/explain-account.ts";
import { countAccountsElsewhere, countMatches, matchExamples } from "../store/match-reviews.ts";

/** Leads by how their account was found. */
export type MatchCounts = {
  inCrm: number;
  byDomain: number;
  byLikeness: number;
  inReview: number;
  without: number;
  /** Of those that were found: in another CRM than the lead. */
  elsewhere: number;
};

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
    elsewhere: await countAccountsElsewhere(db.query),
  };
}

const most = { likeness: 3, "in-review": 3, elsewhere: 1 } as const;

/**
 * Some leads whose account was found by its name, is in question, or is in another CRM: what they call their company, and
 * what was made of it. Each lead is there once.
 */
export async function matchExamplesInWords({ db }: Pick<Deps, "db">): Promise<{ leadId: string; line: string }[]> {
  const told = new Map<string, string>();
  for (const how of ["likeness", "in-review", "elsewhere"] as const)
    for (const { leadId, facts } of await matchExamples(db.query, how, most[how])) {
      if (told.has(leadId)) continue;
      const [said = ""] = accountInWords(facts, crmTitles());
      told.set(leadId, `${leadId} "${cleanText(facts.lead.fields.company ?? "")}": ${said}`);
    }
  return [...told].map(([leadId, line]) => ({ leadId, line }));
}
