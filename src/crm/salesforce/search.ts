import type { Page, Pay, QualifiedLead } from "../crm.ts";
import { instant, text } from "../values.ts";
import { teamsChanged } from "./account-teams.ts";
import type { Context } from "./context.ts";
import { fieldsOf, presentObjects } from "./describe.ts";
import { qualifiedAt, qualifiedAtField } from "./fields.ts";
import { query, queryTogether, type Row } from "./query.ts";
import { enteredAt, statusHistory } from "./read.ts";
import { names, soql } from "./soql.ts";

type Since = { since: Date; after: string | null };

/** Also as many ids as a status history is asked for at once. */
export const pageSize = 200;

/** Where a page ended: many rows share a time (salesforce.md §8, 18), so that the id goes with it. */
const cursorOf = (row: Row): string => `${instant(row, "SystemModstamp")}|${text(row, "Id")}`;

/** The condition, with its AND, that leaves out the rows up to a cursor of this time and the id; none for "". */
export function cursorBehind(time: string, cursor: string): { raw: string } {
  if (cursor === "") return { raw: "" };
  const [at = "", id = ""] = cursor.split("|");
  const [field, stamp] = [{ raw: time }, new Date(at)];
  return { raw: soql` AND (${field} > ${stamp} OR (${field} = ${stamp} AND Id > ${id}))` };
}

/** Rows after the cursor, or from a time on. */
const changedSince = ({ since, after }: Since): { raw: string } => ({
  raw: soql`SystemModstamp >= ${since}${cursorBehind("SystemModstamp", after ?? "")}`,
});

const nextOf = (rows: readonly Row[]): string | null => {
  const last = rows.at(-1);
  return last === undefined || rows.length < pageSize ? null : cursorOf(last);
};

/** See CrmClient. Each lead in the qualifying status that changed since, if it entered the status since. */
export async function findQualified(context: Context, wanted: Since, pay: Pay): Promise<Page<QualifiedLead>> {
  const stage = context.qualifyingStage;
  const { fields: present, turn: next } = await fieldsOf(context, "Lead", pay);
  const { there, turn } = await presentObjects(context, ["LeadHistory"], next);
  const hasDate = present?.has(qualifiedAtField) === true;
  const fields = [
    "Id",
    "Status",
    "IsConverted",
    "CreatedDate",
    "SystemModstamp",
    ...(hasDate ? [qualifiedAtField] : []),
  ];
  const rows = await query(
    context,
    soql`SELECT ${names(fields)} FROM Lead WHERE Status = ${stage} AND IsConverted = false AND ${changedSince(wanted)} ORDER BY SystemModstamp, Id LIMIT ${pageSize}`,
    turn,
  );
  const ids = rows.flatMap((row) => text(row, "Id") ?? []);
  if (ids.length === 0) return { items: [], next: null };
  const [history = [], merged = []] = await queryTogether(
    context,
    [there.has("LeadHistory") ? statusHistory(ids) : null, { deletedToo: mergedInto(ids) }],
    { lane: pay.lane },
  );
  const statusAt = enteredAt(history, stage);
  const losers = await withTheirLosers(context, merged, { lane: pay.lane });
  const items = rows.flatMap((row): QualifiedLead[] => {
    const id = text(row, "Id") ?? "";
    const at = qualifiedAt(row, { stage, statusAt: statusAt.get(id) ?? null });
    const mergedIds = losersOf(id, losers);
    return at === null || Date.parse(at) < wanted.since.getTime() ? [] : [{ id, qualifiedAt: at, mergedIds }];
  });
  return { items, next: nextOf(rows) };
}

/** Leads that were merged into these: deleted ones, that name their master (salesforce.md §4.1). */
const mergedInto = (ids: readonly string[]): string =>
  soql`SELECT Id, MasterRecordId FROM Lead WHERE MasterRecordId IN ${ids}`;

/** So many merges one after the other, each into the last one's master, are followed. */
const mostMerges = 5;

/** Master → leads that were merged into it. One call for each merge of a master into another. */
async function withTheirLosers(context: Context, merged: readonly Row[], pay: Pay): Promise<Map<string, string[]>> {
  const losers = new Map<string, string[]>();
  let rows = merged;
  for (let merge = 1; rows.length > 0; merge += 1) {
    const found: string[] = [];
    for (const row of rows) {
      const [id, master] = [text(row, "Id") ?? "", text(row, "MasterRecordId") ?? ""];
      losers.set(master, [...(losers.get(master) ?? []), id]);
      found.push(id);
    }
    if (merge === mostMerges) break;
    [rows = []] = await queryTogether(context, [{ deletedToo: mergedInto(found) }], pay);
  }
  return losers;
}

function losersOf(id: string, losers: ReadonlyMap<string, readonly string[]>): string[] {
  return (losers.get(id) ?? []).flatMap((loser) => [loser, ...losersOf(loser, losers)]);
}

/** See CrmClient: `Account` or `Opportunity`. */
export async function findChanged(
  context: Context,
  object: "Account" | "Opportunity",
  { pay, ...wanted }: Since & { pay: Pay },
): Promise<Page<{ id: string }>> {
  const rows = await query(
    context,
    soql`SELECT Id, SystemModstamp FROM ${names([object])} WHERE ${changedSince(wanted)} ORDER BY SystemModstamp, Id LIMIT ${pageSize}`,
    pay,
  );
  // No account changes with its team.
  const others = object === "Account" && wanted.after === null ? await teamsChanged(context, wanted.since, pay) : [];
  const ids = [...rows.flatMap((row) => text(row, "Id") ?? []), ...others];
  return { items: [...new Set(ids)].map((id) => ({ id })), next: nextOf(rows) };
}
