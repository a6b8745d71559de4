import type { EnteredLead, Page, Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import type { Context } from "./context.ts";
import { fieldsOf, presentObjects } from "./describe.ts";
import { qualifiedAtField } from "./fields.ts";
import { query, type Row } from "./query.ts";
import { enteredAt, statusHistory } from "./read.ts";
import { cursorBehind, pageSize } from "./search.ts";
import { names, soql } from "./soql.ts";

type Span = { from: Date; to: Date };

/**
 * What tells when a lead entered the status: the date that Baton's package keeps of it; else the history of its status; of one
 * that was created in the status and is in it since, its creation. Each is gone through by itself, page by page.
 */
const ways = ["dated", "changed", "created"] as const;
type Way = (typeof ways)[number];

type Look = Span & {
  /** Where this way's page before ended; "" on the first. */
  behind: string;
  /** Whether leads have the package's date. */
  hasDate: boolean;
  hasHistory: boolean;
};

type Found = { items: readonly EnteredLead[]; behind: string | null };

/** See CrmClient. One call a page, and two where a history is asked; each lead is on one page only. */
export async function findEntered(
  context: Context,
  { from, to, after }: Span & { after: string | null },
  pay: Pay,
): Promise<Page<EnteredLead>> {
  const { fields, turn: next } = await fieldsOf(context, "Lead", pay);
  const { there, turn } = await presentObjects(context, ["LeadHistory"], next);
  const [hasDate, hasHistory] = [fields?.has(qualifiedAtField) === true, there.has("LeadHistory")];
  const open = ways.filter((way) => (way === "dated" ? hasDate : way === "created" || hasHistory));
  const [begun = "", behind = ""] = after?.split(/ (.*)/s) ?? [];
  const way = open.find((each) => each === begun) ?? open[0] ?? "created";
  const found = await finders[way](context, { from, to, behind, hasDate, hasHistory }, turn);
  const following = open[open.indexOf(way) + 1];
  if (found.behind !== null) return { items: found.items, next: `${way} ${found.behind}` };
  return { items: found.items, next: following === undefined ? null : `${following} ` };
}

const finders: Readonly<Record<Way, (context: Context, look: Look, pay: Pay) => Promise<Found>>> = {
  dated: findDated,
  changed: findChanged,
  created: findCreated,
};

/** A lead of which the package keeps no date. */
const undated = (path: string, { hasDate }: Look) => names(hasDate ? [` AND ${path}${qualifiedAtField} = null`] : []);
const idBehind = (id: string): { raw: string } => ({ raw: id === "" ? "" : soql` AND Id > ${id}` });
const idOf = (row: Row): string => text(row, "Id") ?? "";
const lastOf = (rows: readonly Row[]): Row | null => (rows.length < pageSize ? null : (rows.at(-1) ?? null));

async function findDated(context: Context, { from, to, behind }: Look, pay: Pay): Promise<Found> {
  const field = names([qualifiedAtField]);
  const rows = await query(
    context,
    soql`SELECT Id, ${field} FROM Lead WHERE ${field} >= ${from} AND ${field} < ${to}${idBehind(behind)} ORDER BY Id LIMIT ${pageSize}`,
    pay,
  );
  const items = rows.map((row) => ({ id: idOf(row), enteredAt: instant(row, qualifiedAtField) ?? "" }));
  const last = lastOf(rows);
  return { items, behind: last && idOf(last) };
}

/** NewValue can be no condition (salesforce.md §4.6), so that all changes of the status are gone through. */
async function findChanged(context: Context, look: Look, pay: Pay): Promise<Found> {
  const { from, to, behind } = look;
  const rows = await query(
    context,
    soql`SELECT Id, LeadId, NewValue, CreatedDate FROM LeadHistory WHERE Field = 'Status' AND CreatedDate >= ${from} AND CreatedDate < ${to}${undated("Lead.", look)}${cursorBehind("CreatedDate", behind)} ORDER BY CreatedDate, Id LIMIT ${pageSize}`,
    pay,
  );
  const isEntry = (row: Row): boolean => text(row, "NewValue") === context.qualifyingStage;
  const entries = rows.filter(isEntry);
  const history = await historyOf(context, [...new Set(entries.flatMap((row) => text(row, "LeadId") ?? []))], pay);
  const newest = new Map<string | null, string>();
  for (const row of history)
    if (isEntry(row) && !newest.has(text(row, "LeadId"))) newest.set(text(row, "LeadId"), idOf(row));
  // Of a lead that entered it again, the last time counts, which is a row of its own.
  const items = entries.flatMap((row): EnteredLead[] => {
    const [id, at] = [text(row, "LeadId") ?? "", instant(row, "CreatedDate") ?? ""];
    return newest.get(id) === idOf(row) ? [{ id, enteredAt: at }] : [];
  });
  const last = lastOf(rows);
  return { items, behind: last && `${instant(last, "CreatedDate")}|${idOf(last)}` };
}

/** Of a lead that was created in the status the history does not say so. */
async function findCreated(context: Context, look: Look, pay: Pay): Promise<Found> {
  const { from, to, behind, hasHistory } = look;
  const rows = await query(
    context,
    soql`SELECT Id, Status, CreatedDate FROM Lead WHERE CreatedDate >= ${from} AND CreatedDate < ${to}${undated("", look)}${idBehind(behind)} ORDER BY Id LIMIT ${pageSize}`,
    pay,
  );
  const history = hasHistory ? await historyOf(context, rows.map(idOf), pay) : [];
  const changes = Map.groupBy(history, (row) => text(row, "LeadId"));
  const lastAt = enteredAt(history, context.qualifyingStage);
  const items = rows.flatMap((row): EnteredLead[] => {
    const [id, at] = [idOf(row), instant(row, "CreatedDate") ?? ""];
    // Newest first: the oldest stands in the end.
    const oldest = changes.get(id)?.at(-1);
    const beganIn = oldest === undefined ? text(row, "Status") : text(oldest, "OldValue");
    return beganIn === context.qualifyingStage && !lastAt.has(id) ? [{ id, enteredAt: at }] : [];
  });
  const last = lastOf(rows);
  return { items, behind: last && idOf(last) };
}

async function historyOf(context: Context, leadIds: readonly string[], { lane }: Pay): Promise<Row[]> {
  return leadIds.length === 0 ? [] : query(context, statusHistory(leadIds), { lane });
}
