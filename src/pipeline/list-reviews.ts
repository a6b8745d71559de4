import { recordLinks } from "../crm/record-links.ts";
import { learnedFrom } from "../engine/match/learned.ts";
import { namesOf } from "../engine/names.ts";
import { alikeInWords, questionInWords } from "../engine/review-in-words.ts";
import { accountsById } from "../store/accounts.ts";
import { allConnections } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { type MatchReview, matchReviews } from "../store/match-reviews.ts";
import { toLeadEntry } from "./account-entries.ts";
import { newestRoster } from "./newest-roster.ts";

const mostListed = 1_000;

/**
 * Each lead whose account is not certain, the oldest question first: what is known of the lead, of the account in question
 * and of those that could be meant instead, where they stand in the CRM, and how to answer. `workspaceId` null: of all.
 */
export async function listReviews(db: Query, workspaceId: string | null, at: string): Promise<string[]> {
  const found = await matchReviews(db, { workspaceId, leadIds: null, isAnswered: false, limit: mostListed + 1 });
  const listed = found.slice(0, mostListed);
  const readers = await readersOf(db, listed, at);
  const lines = listed.flatMap((review, nth) => {
    const reader = readers.get(review.connectionId);
    const gap = nth === 0 ? [] : [""];
    return reader === undefined ? [] : [...gap, ...questionInWords(review, reader), ...howToAnswer(review)];
  });
  return found.length === listed.length
    ? lines
    : [...lines, "", `There are more than these ${mostListed}: they are listed when these are answered.`];
}

function howToAnswer({ leadId, asked, facts }: MatchReview): string[] {
  if (facts === null) return [];
  const lead = toLeadEntry(facts.lead);
  const [taught] = learnedFrom(lead, { asked, belongsTo: null });
  const counts = taught === undefined ? "this lead alone" : `all ${alikeInWords(taught.value, lead.company)}`;
  return [
    `  Answer: npm run baton -- review yes|no ${leadId} --by NAME, or review other ${leadId} ACCOUNT --by NAME`,
    `  Your answer counts for ${counts}.`,
  ];
}

/** What the questions of each connection are told with, by connection id. */
async function readersOf(db: Query, reviews: readonly MatchReview[], now: string) {
  const readers = new Map<string, Parameters<typeof questionInWords>[1]>();
  const byConnection = Map.groupBy(reviews, ({ connectionId }) => connectionId);
  for (const connection of await allConnections(db)) {
    const asked = byConnection.get(connection.id) ?? [];
    if (asked.length === 0) continue;
    const ids = asked.flatMap(({ asked: id, facts }) => [
      id,
      ...(facts?.suggested?.rivals ?? []).map(({ accountId }) => accountId),
    ]);
    const accounts = await accountsById(db, connection.id, [...new Set(ids)]);
    const names = namesOf(await newestRoster(db, connection.workspaceId));
    readers.set(connection.id, { now, names, accounts, links: recordLinks(connection) });
  }
  return readers;
}
