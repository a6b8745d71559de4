import { cleanText } from "../engine/clean-text.ts";
import { accountInWords } from "../engine/explain-account.ts";
import { ageInWords } from "../engine/in-words.ts";
import { learnedFrom } from "../engine/match/learned.ts";
import { Refused } from "../refused.ts";
import { saveHints } from "../store/account-hints.ts";
import { accountsById } from "../store/accounts.ts";
import type { Db, Query } from "../store/db.ts";
import { answerReview, type MatchReview, matchReviews } from "../store/match-reviews.ts";
import { toLeadEntry } from "./account-entries.ts";

const mostListed = 1_000;

/** Each lead whose account is not certain, with the account in question, what speaks for and against it, and how to answer. */
export async function listReviews(db: Query, workspaceId: string | null, at: string): Promise<string[]> {
  const reviews = await matchReviews(db, { workspaceId, leadId: null, isAnswered: false, limit: mostListed });
  return reviews.flatMap((review) => [
    `Lead ${review.leadId} (${leadInWords(review)}), asked ${ageInWords(Date.parse(at) - Date.parse(review.askedAt))} ago.`,
    ...(review.facts === null ? [] : accountInWords(review.facts)).map((line) => `  ${line}`),
    `  Answer: npm run baton -- review yes|no ${review.leadId} --by NAME, or review other ${review.leadId} ACCOUNT --by NAME`,
  ]);
}

/** "Kestrel Ltd, kim@…, Denmark": what a reviewer tells companies apart by. */
function leadInWords({ facts }: MatchReview): string {
  if (facts === null) return "erased";
  const { company, email, website, country, city } = facts.lead.fields;
  const domain = email?.split("@").at(-1) ?? null;
  const parts = [company, domain, website, city, country].map((part) => cleanText(part ?? "")).filter(Boolean);
  return [...new Set(parts)].join(", ") || "nothing is known of its company";
}

export type ReviewAnswer = {
  /** Null: whichever has the question. */
  workspaceId: string | null;
  leadId: string;
  /** `yes`: it belongs to that account; `no`: not to that one; else the account that it belongs to. */
  answer: "yes" | "no" | { accountId: string };
  by: string;
  at: string;
};

/**
 * Keeps what a reviewer says of a lead's account: leads of the same domain or name are matched by it from now on. The lead
 * itself stays where it is. An answer may be given anew. Throws `Refused` when nobody was asked, or there is no such account.
 */
export async function answerMatch(db: Db, { workspaceId: wanted, ...answered }: ReviewAnswer): Promise<string[]> {
  const { leadId, answer, by, at } = answered;
  const [review, another] = await matchReviews(db.query, { workspaceId: wanted, leadId, isAnswered: null, limit: 2 });
  if (review === undefined)
    throw new Refused(`Nobody is asked about the account of lead ${leadId}: \`baton review\` lists the questions.`);
  if (another !== undefined)
    throw new Refused(`Lead ${leadId} is in question in two workspaces: say with --workspace in which you mean.`);
  if (review.facts === null) throw new Refused(`Lead ${leadId} was erased: nothing is known of it any more.`);
  const lead = toLeadEntry(review.facts.lead);
  const belongsTo = answer === "yes" ? review.accountId : answer === "no" ? null : answer.accountId;
  const names = await accountsById(db.query, review.connectionId, [review.accountId, belongsTo ?? ""]);
  if (belongsTo !== null && !names.has(belongsTo))
    throw new Refused(`There is no account ${belongsTo}: check the id, as the CRM has it.`);
  const hints = learnedFrom(lead, { asked: review.accountId, belongsTo });
  const { workspaceId, connectionId } = review;
  await db.transaction(async (tx) => {
    await saveHints(tx, { workspaceId, connectionId, hints, leadId, by, at });
    const kind = typeof answer === "string" ? answer : "other";
    await answerReview(tx, { connectionId, leadId, answer: kind, answeredWith: belongsTo, by, at });
  });
  const about = hints.find(({ kind }) => kind === "is" || kind === "not");
  if (about === undefined) return ["Noted. The lead has neither a domain nor a company's name that others could have."];
  const [, domain] = /^domain:(.*)$/.exec(about.value) ?? [];
  const like = domain === undefined ? `a company called ${cleanText(lead.company ?? "")}` : `the domain ${domain}`;
  const out = belongsTo === review.accountId ? "" : `not to account ${review.accountId}`;
  const into = belongsTo === null ? "" : `to account ${belongsTo}`;
  return [
    `From now on leads of ${like} belong ${[into, out].filter(Boolean).join(", ")}. Lead ${leadId} itself stays where it is. Another answer about it takes the place of this one.`,
  ];
}
