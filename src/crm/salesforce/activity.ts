import type { LeadActivity, Touch } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
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
 * See CrmClient. One call: the leads, and what was logged with them since. `LastActivityDate` says nothing of it: it is a day, and
 * a due date may be it (salesforce.md §4.1).
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
  const { there, turn } = await presentObjects(context, ["Event"], pay);
  const author = names(authorPaths("CreatedBy"));
  const [leads = [], tasks = [], events = []] = await queryTogether(
    context,
    [
      soql`SELECT Id, OwnerId, Status FROM Lead WHERE Id IN ${ids}`,
      soql`SELECT Id, WhoId, OwnerId, TaskSubtype, CallType, CompletedDateTime, LastModifiedDate, CreatedDate, ${author} FROM Task WHERE WhoId IN ${ids} AND IsClosed = true AND TaskSubtype IN ${Object.keys(kinds)} AND (CompletedDateTime >= ${since} OR (CompletedDateTime = null AND LastModifiedDate >= ${since})) ORDER BY CompletedDateTime`,
      there.has("Event")
        ? soql`SELECT Id, WhoId, OwnerId, StartDateTime, CreatedDate, ${author} FROM Event WHERE WhoId IN ${ids} AND CreatedDate >= ${since} ORDER BY CreatedDate`
        : null,
    ],
    turn,
  );
  const ownUserId = tasks.length + events.length === 0 ? "" : await context.ownUserId();
  const touches = new Map<string, Touch>();
  const sinceOf = new Map(wanted.map((one) => [one.leadId, new Date(one.since).toISOString()]));
  for (const row of [...tasks, ...events]) {
    const leadId = text(row, "WhoId") ?? "";
    const touch = touchOf(row, { ownUserId, now: context.now() });
    const known = touches.get(leadId);
    if (touch === null || touch.at < (sinceOf.get(leadId) ?? "")) continue;
    if (known === undefined || touch.at < known.at) touches.set(leadId, touch);
  }
  return leads.map((row) => {
    const leadId = text(row, "Id") ?? "";
    const status = text(row, "Status");
    return { leadId, ownerId: ownerOf(row), stage: status, status, touch: touches.get(leadId) ?? null };
  });
}

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
