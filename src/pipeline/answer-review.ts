import { recordId, recordIds } from "../crm/record-id.ts";
import { cleanText } from "../engine/clean-text.ts";
import { type Learned, learnedFrom } from "../engine/match/learned.ts";
import { alikeInWords, answerInWords, type ReviewAnswer, whereInWords } from "../engine/review-in-words.ts";
import { zonedTime } from "../engine/zoned-time.ts";
import type { Connection } from "../model/connection.ts";
import { Refused } from "../refused.ts";
import { lockHints, type SaidHint, saidOf, saveHints } from "../store/account-hints.ts";
import { accountsById } from "../store/accounts.ts";
import { allConnections } from "../store/connections.ts";
import type { Db, Tx } from "../store/db.ts";
import { answerReview, lockReviews, type MatchReview } from "../store/match-reviews.ts";
import { toLeadEntry } from "./account-entries.ts";

export type GivenAnswer = {
  /** Null: whichever has the question. */
  workspaceId: string | null;
  leadId: string;
  /** `yes`: it belongs to that account; `no`: not to that one; else the account that it belongs to. */
  answer: "yes" | "no" | { accountId: string };
  by: string;
  at: string;
  /** May it take the place of an answer that says otherwise? */
  replaces: boolean;
};

/**
 * Keeps what a reviewer says of a lead's account: leads of the same domain or name are matched by it from now on. The lead
 * itself stays where it is. Of two who answer at once, also about two leads that are alike, the second hears of the first.
 * Throws `Refused` when nobody was asked, when there is no such account, and when somebody has said otherwise and this is
 * not to replace it.
 */
export async function answerMatch(db: Db, given: GivenAnswer): Promise<string[]> {
  const by = given.by.trim();
  if (by === "") throw new Refused("Say who answers (--by).");
  return db.transaction(async (tx) => {
    const { review, facts } = await questionOf(tx, given);
    const { workspaceId, connectionId, leadId, asked, answer: earlier } = review;
    const connection = (await allConnections(tx)).find(({ id }) => id === connectionId);
    const belongsTo =
      given.answer === "yes" ? asked : given.answer === "no" ? null : accountMeant(given.answer, connection);
    const accounts = await accountsById(tx, connectionId, [belongsTo ?? ""]);
    if (belongsTo !== null && !accounts.has(belongsTo))
      throw new Refused(`There is no account ${belongsTo}: check the id, as the CRM has it.`);
    const timeZone = connection?.timeZone ?? "UTC";
    const said = earlier === null ? null : answerInWords(earlier, timeZone);
    if (earlier?.belongsTo === belongsTo) return [`${said}: nothing changes.`];
    if (said !== null && !given.replaces)
      throw new Refused(`${said}, of lead ${leadId}. To overwrite that, give your answer again with --replace.`);
    const lead = toLeadEntry(facts.lead);
    const hints = learnedFrom(lead, { asked, belongsTo });
    const answer: ReviewAnswer = { asked, belongsTo, by, at: given.at };
    const keys = hints.filter(({ kind }) => kind === "is" || kind === "not").map(({ value }) => value);
    await lockHints(tx, connectionId, hints);
    const overruled = (await saidOf(tx, connectionId, [...new Set(keys)])).filter(isOverruledBy(answer, leadId));
    await answerReview(tx, { connectionId, leadId, answer });
    await saveHints(tx, { workspaceId, connectionId, hints, leadId, by, at: given.at });
    const stays = `Lead ${leadId} itself stays where it is.`;
    const replaced = said === null ? [] : [`Replaced: ${said}.`];
    return [
      `${taughtInWords(hints, answer, lead.company)} ${stays}`,
      ...replaced,
      ...overruled.map((each) => overruledInWords(each, timeZone)),
    ];
  });
}

/** The one that is meant, locked. */
async function questionOf(
  tx: Tx,
  { workspaceId, leadId }: GivenAnswer,
): Promise<{ review: MatchReview; facts: NonNullable<MatchReview["facts"]> }> {
  const [review, another] = await lockReviews(tx, { workspaceId, leadIds: recordIds(leadId), limit: 2 });
  if (review === undefined)
    throw new Refused(`Nobody is asked about the account of lead ${leadId}: \`baton review\` lists the questions.`);
  if (another !== undefined)
    throw new Refused(`Lead ${leadId} is in question in two workspaces: say with --workspace in which you mean.`);
  const { facts } = review;
  if (facts === null) throw new Refused(`Lead ${leadId} was erased: nothing is known of it any more.`);
  return { review, facts };
}

const accountMeant = ({ accountId }: { accountId: string }, connection: Connection | undefined): string =>
  connection === undefined ? accountId : recordId(connection, accountId);

/** "From now on leads of the domain acme.example belong to account 5, not to account 7." */
function taughtInWords(hints: readonly Learned[], { asked, belongsTo }: ReviewAnswer, company: string | null): string {
  const about = hints.find(({ kind }) => kind === "is" || kind === "not");
  if (about === undefined) return "Noted. The lead has neither a domain nor a company's name that others could have.";
  const where = belongsTo === null ? `do not belong to account ${asked}` : `belong ${whereInWords(belongsTo, asked)}`;
  return `From now on ${alikeInWords(about.value, company)} ${where}.`;
}

/** What somebody said of another lead like this one, and what is not so any more when this answer counts. */
const isOverruledBy =
  ({ asked, belongsTo }: ReviewAnswer, answeredLead: string) =>
  ({ kind, accountId, leadId }: SaidHint): boolean =>
    leadId !== answeredLead &&
    (kind === "is" ? accountId !== belongsTo && (belongsTo !== null || accountId === asked) : accountId === belongsTo);

function overruledInWords({ kind, accountId, by, at, leadId }: SaidHint, timeZone: string): string {
  const said = kind === "is" ? "belong" : "do not belong";
  const about = leadId === null ? "such leads" : `lead ${leadId} and leads like it`;
  return `Overruled: ${cleanText(by)} said on ${zonedTime(at, timeZone)} of ${about} that they ${said} to account ${accountId}.`;
}
