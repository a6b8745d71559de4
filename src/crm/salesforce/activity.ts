import type { LeadActivity, Touch } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { instant, known, text } from "../values.ts";
import { authorOf, authorPaths } from "./authors.ts";
import type { Context } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { ownerOf } from "./fields.ts";
import { queryTogether, type Row } from "./query.ts";
import { realIds } from "./read.ts";
import { names, soql } from "./soql.ts";

type Wanted = { leadId: string; since: string };

/** Which closed Tasks are a touch, by their subtype (salesforce.md §4.5). */
const kinds: Readonly<Record<string, Touch["how"]>> = { Call: "call", Email: "email", LinkedInMessage: "message" };

/**
 * See CrmClient. One call: the leads, and what was logged with them since; one more where some were converted, whose activities
 * are their Contacts' from then on (salesforce.md §4.5). `LastActivityDate` says nothing of it: it is a day, and a due date may be
 * it (salesforce.md §4.1).
 */
export async function readActivity(
  context: Context,
  wanted: readonly Wanted[],
  pay: Pay,
): Promise<readonly LeadActivity[]> {
  const ids = realIds(wanted.map(({ leadId }) => leadId));
  if (ids.length === 0) {
    pay.permit?.release();
    return [];
  }
  const since = new Date(Math.min(...wanted.map((one) => Date.parse(one.since))));
  const { there, turn } = await presentObjects(context, ["Event", "Contact"], pay);
  const logged = (whoIds: readonly string[]) => loggedWith(whoIds, { since, hasEvents: there.has("Event") });
  const [leads = [], ...ofLeads] = await queryTogether(
    context,
    [soql`SELECT Id, OwnerId, Status, ConvertedContactId FROM Lead WHERE Id IN ${ids}`, ...logged(ids)],
    turn,
  );
  const contactIds = leads.flatMap((row) => text(row, "ConvertedContactId") ?? []);
  const ofContacts =
    contactIds.length === 0
      ? []
      : await queryTogether(
          context,
          [
            there.has("Contact") ? soql`SELECT Id, OwnerId FROM Contact WHERE Id IN ${contactIds}` : null,
            ...logged(contactIds),
          ],
          { lane: pay.lane },
        );
  const activities = [...ofLeads, ...ofContacts.slice(1)].flat();
  const ownUserId = activities.length === 0 ? "" : await context.ownUserId();
  const byWho = Map.groupBy(activities, (row) => text(row, "WhoId"));
  const owners = new Map(ofContacts[0]?.map((row) => [text(row, "Id"), ownerOf(row)]));
  const sinceOf = new Map(wanted.map((one) => [one.leadId, new Date(one.since).toISOString()]));
  return leads.map((row) => {
    const [leadId, convertedInto] = [text(row, "Id") ?? "", text(row, "ConvertedContactId")];
    const status = text(row, "Status");
    const touches = [leadId, convertedInto]
      .flatMap((whoId) => byWho.get(whoId) ?? [])
      .flatMap((activity) => touchOf(activity, { ownUserId, now: context.now() }) ?? [])
      .filter(({ at }) => at >= (sinceOf.get(leadId) ?? ""));
    const touch = touches.reduce<Touch | null>(
      (first, one) => (first !== null && first.at <= one.at ? first : one),
      null,
    );
    // Of a contact that may not be read nobody can say who has it: the lead keeps its last owner.
    const ownerId = convertedInto === null ? ownerOf(row) : (owners.get(convertedInto) ?? ownerOf(row));
    return { leadId, ownerId, stage: status, status, touch, ...known({ convertedInto }) };
  });
}

const author = names(authorPaths("CreatedBy"));

/** Queries of what was logged with these Leads or Contacts. */
const loggedWith = (
  whoIds: readonly string[],
  { since, hasEvents }: { since: Date; hasEvents: boolean },
): (string | null)[] => [
  soql`SELECT Id, WhoId, OwnerId, TaskSubtype, CallType, CompletedDateTime, LastModifiedDate, CreatedDate, ${author} FROM Task WHERE WhoId IN ${whoIds} AND IsClosed = true AND TaskSubtype IN ${Object.keys(kinds)} AND (CompletedDateTime >= ${since} OR (CompletedDateTime = null AND LastModifiedDate >= ${since})) ORDER BY CompletedDateTime`,
  hasEvents
    ? soql`SELECT Id, WhoId, OwnerId, StartDateTime, CreatedDate, ${author} FROM Event WHERE WhoId IN ${whoIds} AND CreatedDate >= ${since} ORDER BY CreatedDate`
    : null,
];

function touchOf(row: Row, { ownUserId, now }: { ownUserId: string; now: Date }): Touch | null {
  // Who was called did not call.
  if (authorOf(row.CreatedBy, ownUserId) !== "person" || row.CallType === "Inbound") return null;
  const how = kinds[text(row, "TaskSubtype") ?? ""] ?? "meeting";
  // Some orgs' tasks have no time of completion (salesforce.md §4.5); events have neither that nor the other.
  const saidAt = instant(row, "CompletedDateTime") ?? instant(row, "LastModifiedDate") ?? instant(row, "StartDateTime");
  // A meeting to come is a touch since it was arranged.
  const at = saidAt !== null && saidAt <= now.toISOString() ? saidAt : instant(row, "CreatedDate");
  return at === null ? null : { at, how, by: text(row, "OwnerId") };
}
