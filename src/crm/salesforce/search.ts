import type { EnteredLead, Page, Pay, QualifiedLead } from "../crm.ts";
import { instant, text } from "../values.ts";
import type { Context } from "./context.ts";
import { fieldsOf, presentObjects } from "./describe.ts";
import { qualifiedAt, qualifiedAtField, qualifiedSince } from "./fields.ts";
import { query, queryTogether, type Row } from "./query.ts";
import { enteredAt, statusHistory } from "./read.ts";
import { names, soql } from "./soql.ts";

type Since = { since: Date; after: string | null };

/** Also as many ids as a status history is asked for at once. */
const pageSize = 200;

/** Where a page ended: many rows share a time (salesforce.md §8, 18), so that the id goes with it. */
const cursorOf = (row: Row): string => `${instant(row, "SystemModstamp")}|${text(row, "Id")}`;

/** Rows after the cursor, or from a time on. */
function changedSince({ since, after }: Since): { raw: string } {
  const [at, id = ""] = after?.split("|") ?? [];
  if (at === undefined) return { raw: soql`SystemModstamp >= ${since}` };
  const stamp = new Date(at);
  return { raw: soql`(SystemModstamp > ${stamp} OR (SystemModstamp = ${stamp} AND Id > ${id}))` };
}

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
  const hasHistory = ids.length > 0 && there.has("LeadHistory");
  const history = hasHistory ? await query(context, statusHistory(ids), { lane: pay.lane }) : [];
  const statusAt = enteredAt(history, stage);
  const items = rows.flatMap((row): QualifiedLead[] => {
    const id = text(row, "Id") ?? "";
    const at = qualifiedAt(row, { stage, statusAt: statusAt.get(id) ?? null });
    return at === null || Date.parse(at) < wanted.since.getTime() ? [] : [{ id, qualifiedAt: at, mergedIds: [] }];
  });
  return { items, next: nextOf(rows) };
}

/**
 * See CrmClient. All of them on one page: entries by the status history, and leads that were created in the status, of which
 * the history says nothing; by the date that the package keeps of a lead, where it has one. Later entries are read too, as the
 * last one counts.
 */
export async function findEntered(
  context: Context,
  { from, to }: { from: Date; to: Date; after: string | null },
  pay: Pay,
): Promise<Page<EnteredLead>> {
  const stage = context.qualifyingStage;
  const { fields, turn: next } = await fieldsOf(context, "Lead", pay);
  const { there, turn } = await presentObjects(context, ["LeadHistory"], next);
  const hasHistory = there.has("LeadHistory");
  const own = (path: string) => names(fields?.has(qualifiedAtField) === true ? [`, ${path}${qualifiedAtField}`] : []);
  const [changes = [], created = [], first = []] = await queryTogether(
    context,
    [
      hasHistory
        ? soql`SELECT LeadId, NewValue, CreatedDate${own("Lead.")} FROM LeadHistory WHERE Field = 'Status' AND CreatedDate >= ${from} ORDER BY CreatedDate DESC`
        : null,
      soql`SELECT Id, Status, CreatedDate${own("")} FROM Lead WHERE CreatedDate >= ${from} AND CreatedDate < ${to}`,
      hasHistory
        ? soql`SELECT LeadId, OldValue FROM LeadHistory WHERE Field = 'Status' AND Lead.CreatedDate >= ${from} AND Lead.CreatedDate < ${to} ORDER BY CreatedDate DESC`
        : null,
    ],
    turn,
  );
  // Newest first, so that the oldest stands in the end.
  const began = new Map(first.map((row) => [text(row, "LeadId"), text(row, "OldValue")]));
  const dates = new Map(changes.map((row) => [text(row, "LeadId"), rowIn(row.Lead)]));
  const statusAt = enteredAt(changes, stage);
  const entered = new Map<string, string | null>();
  for (const [id, at] of statusAt) entered.set(id, qualifiedSince(dates.get(id) ?? {}, at));
  for (const row of created) {
    const id = text(row, "Id") ?? "";
    const beganIn = began.has(id) ? began.get(id) : text(row, "Status");
    if (beganIn === stage && !entered.has(id)) entered.set(id, qualifiedSince(row, null));
  }
  const isWithin = (at: string) => Date.parse(at) >= from.getTime() && Date.parse(at) < to.getTime();
  const items = [...entered].flatMap(([id, at]) => (at !== null && isWithin(at) ? [{ id, enteredAt: at }] : []));
  return { items, next: null };
}

const rowIn = (parent: unknown): Row => (typeof parent === "object" && parent !== null ? (parent as Row) : {});

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
  return { items: rows.map((row) => ({ id: text(row, "Id") ?? "" })), next: nextOf(rows) };
}
