import type { Lead, OwnerChange } from "../../model/lead.ts";
import { pagesOf } from "../../pages-of.ts";
import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import { authorOf, authorPaths } from "./authors.ts";
import { responseFields, responsesIn } from "./campaigns.ts";
import type { Context } from "./context.ts";
import { presentFields, presentObjects } from "./describe.ts";
import { leadFieldNames, toLead } from "./fields.ts";
import { to18 } from "./ids.ts";
import { childrenOf, mostTogether, queryTogether, type Row } from "./query.ts";
import { names, soql } from "./soql.ts";

/** Ids of one query: they stand in a URL, which has an end (salesforce.md §3.1). */
export const maxBatch = 200;
export const maxLeadBatch = mostTogether * maxBatch;
export const maxHistoryBatch = 200;

/** Only what is an id is asked for, in its long form: one that is none would fail the query. */
export const realIds = (ids: readonly string[]): string[] => [...new Set(ids.flatMap((id) => to18(id) ?? []))];

/**
 * See CrmClient. One call: the leads in queries of 200, each lead with its status history and the campaigns that it answered, and
 * few pages more of what is very long.
 */
export async function readLeads(
  context: Context,
  { ids, crmFields }: { ids: readonly string[]; crmFields: readonly string[] },
  pay: Pay,
): Promise<readonly Lead[]> {
  const wanted = realIds(ids);
  if (wanted.length === 0) {
    pay.permit?.release();
    return [];
  }
  const accountField = context.leadAccountField;
  const fieldNames = leadFieldNames(accountField === null ? crmFields : [...crmFields, accountField]);
  const { fields, turn: next } = await presentFields(context, "Lead", { wanted: fieldNames, pay });
  const { there, turn } = await presentObjects(context, ["LeadHistory", "CampaignMember"], next);
  const selected = [
    ...fields,
    ...(there.has("LeadHistory") ? [statusChanges] : []),
    ...(there.has("CampaignMember") ? [responses] : []),
  ];
  const queries = pagesOf(wanted, maxBatch).map(
    (page) => soql`SELECT ${names(selected)} FROM Lead WHERE Id IN ${page}`,
  );
  const rows = (await queryTogether(context, queries, turn)).flat();
  const stage = context.qualifyingStage;
  const leads: Lead[] = [];
  for (const row of rows) {
    const changes = await childrenOf(context, row, "Histories", pay);
    const answered = await childrenOf(context, row, "CampaignMembers", pay);
    const about = { statusAt: lastEntryOf(changes, stage), responses: responsesIn(answered) };
    leads.push(toLead(row, { stage, crmFields, accountField, ...about }));
  }
  return leads;
}

/** Newest first; the value can be no condition (salesforce.md §4.6). */
const statusChanges =
  "(SELECT NewValue, CreatedDate FROM Histories WHERE Field = 'Status' ORDER BY CreatedDate DESC, Id DESC)";
const responses = `(SELECT ${responseFields} FROM CampaignMembers WHERE HasResponded = true)`;

/** As many addresses of the greatest length fit into one query of a URL (salesforce.md §3.1). */
const emailsPerQuery = 50;
/** Characters that a field of type email takes: nobody has a longer address, and a query of 100,000 fails with all that are asked with it. */
const longestEmail = 80;

/** See CrmClient. A converted lead is found no more: it is its contact. SOQL compares addresses whatever their letters. */
export async function findLeadsByEmail(
  context: Context,
  emails: readonly string[],
  pay: Pay,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(emails);
  const rows = await queryTogether(
    context,
    pagesOf(
      emails.filter(({ length }) => length <= longestEmail),
      emailsPerQuery,
    ).map(
      (page) =>
        soql`SELECT Id, Email FROM Lead WHERE Email IN ${page} AND IsConverted = false ORDER BY CreatedDate DESC, Id DESC`,
    ),
    pay,
  );
  const found = new Map<string, string>();
  for (const row of rows.flat()) {
    const [id, address] = [text(row, "Id"), (text(row, "Email") ?? "").trim().toLowerCase()];
    if (id !== null && wanted.has(address) && !found.has(address)) found.set(address, id);
  }
  return found;
}

/** Changes of these leads' status, newest first (salesforce.md §4.6); neither value can be a condition. */
export const statusHistory = (leadIds: readonly string[]): string =>
  soql`SELECT Id, LeadId, OldValue, NewValue, CreatedDate FROM LeadHistory WHERE LeadId IN ${leadIds} AND Field = 'Status' ORDER BY CreatedDate DESC, Id DESC`;

/** Lead id → when it last became so. `history` is newest first. */
export function enteredAt(history: readonly Row[], stage: string): Map<string, string> {
  const byLead = Map.groupBy(history, (row) => text(row, "LeadId") ?? "");
  return new Map(
    [...byLead].flatMap(([leadId, changes]) => {
      const at = lastEntryOf(changes, stage);
      return leadId === "" || at === null ? [] : [[leadId, at]];
    }),
  );
}

/** When one lead last became so; its changes are newest first. */
function lastEntryOf(changes: readonly Row[], stage: string): string | null {
  const entries = changes.filter((row) => text(row, "NewValue") === stage);
  return entries.map((row) => instant(row, "CreatedDate")).find((at) => at !== null) ?? null;
}

/** See CrmClient. An owner's change is two rows: one with the names, and one with the ids (salesforce.md §4.6). */
export async function readOwnerHistory(
  context: Context,
  ids: readonly string[],
  pay: Pay,
): Promise<ReadonlyMap<string, readonly OwnerChange[]>> {
  const wanted = realIds(ids);
  const changes = new Map<string, OwnerChange[]>(wanted.map((id) => [id, []]));
  if (wanted.length === 0) {
    pay.permit?.release();
    return changes;
  }
  const { there, turn } = await presentObjects(context, ["LeadHistory"], pay);
  const [rows = []] = await queryTogether(
    context,
    [
      there.has("LeadHistory")
        ? soql`SELECT LeadId, NewValue, CreatedDate, ${names(authorPaths("CreatedBy"))} FROM LeadHistory WHERE LeadId IN ${wanted} AND Field = 'Owner' ORDER BY CreatedDate DESC, Id DESC`
        : null,
    ],
    turn,
  );
  const ownUserId = rows.length === 0 ? "" : await context.ownUserId();
  for (const row of rows) {
    const [leadId, at, to] = [text(row, "LeadId") ?? "", instant(row, "CreatedDate"), text(row, "NewValue")];
    if (at === null || to === null || !/^00[5G]\w{15}$/.test(to)) continue;
    const by = authorOf(row.CreatedBy, ownUserId);
    changes.get(leadId)?.push({ ownerId: to.startsWith("005") ? to : null, at, by });
  }
  return changes;
}

/** See CrmClient. */
export async function listStages(context: Context, pay: Pay): Promise<readonly string[]> {
  const [rows = []] = await queryTogether(
    context,
    ["SELECT ApiName, MasterLabel FROM LeadStatus ORDER BY SortOrder"],
    pay,
  );
  return rows.flatMap((row) => text(row, "ApiName") ?? text(row, "MasterLabel") ?? []);
}
