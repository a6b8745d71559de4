import { type Selectable, sql } from "kysely";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";
import type { LeadState, LeadsTable } from "./schema.ts";

export type LeadRow = Selectable<LeadsTable>;

/** By lead id; those we never saw are missing. */
export async function readLeads(
  db: Query,
  connectionId: string,
  leadIds: readonly string[],
): Promise<Map<string, LeadRow>> {
  const { rows } = await sql<LeadRow>`
    select * from leads where connection_id = ${connectionId} and lead_id = any(${[...leadIds]})
  `.execute(db);
  return new Map(rows.map((row) => [row.leadId, row]));
}

/** The same, and nobody else changes them before the transaction ends. */
export async function lockLeads(
  tx: Tx,
  connectionId: string,
  leadIds: readonly string[],
): Promise<Map<string, LeadRow>> {
  const { rows } = await sql<LeadRow>`
    select * from leads where connection_id = ${connectionId} and lead_id = any(${[...leadIds]})
    order by lead_id for no key update
  `.execute(tx);
  return new Map(rows.map((row) => [row.leadId, row]));
}

/** It lives on in another. */
export const isMerged = (row: LeadRow | undefined): boolean => row?.state === "gone" && row.mergedInto !== null;

/** The lead that this one lives on in, itself unless it was merged away, locked as by `lockLeads`; null: never seen. */
export async function lockSurvivor(tx: Tx, connectionId: string, leadId: string): Promise<LeadRow | null> {
  const seen = new Set<string>();
  for (let id = leadId; ; ) {
    const row = (await lockLeads(tx, connectionId, [id])).get(id);
    seen.add(id);
    if (row === undefined || !isMerged(row) || row.mergedInto === null || seen.has(row.mergedInto)) return row ?? null;
    id = row.mergedInto;
  }
}

/** Notes the first touch; a second one does not move it. */
export async function noteTouched(
  db: Query,
  connectionId: string,
  leads: readonly { leadId: string; at: string }[],
): Promise<void> {
  if (leads.length === 0) return;
  await sql`
    update leads l set touched_at = e.at
    from json_to_recordset(${toJson(leads)}::json) as e("leadId" text, at timestamptz)
    where l.connection_id = ${connectionId} and l.lead_id = e."leadId" and l.touched_at is null
  `.execute(db);
}

type Gone = { workspaceId: string; connectionId: string; leadId: string; at: string };

/** The lead is not there any more; also one that we never decided on. */
export async function markGone(tx: Tx, { workspaceId, connectionId, leadId, at }: Gone): Promise<void> {
  await sql`
    insert into leads (connection_id, lead_id, workspace_id, round, state, seen_at)
    values (${connectionId}, ${leadId}, ${workspaceId}, 0, 'gone', ${at})
    on conflict (connection_id, lead_id) do update set state = 'gone'
  `.execute(tx);
}

export async function setLeadState(
  db: Query,
  connectionId: string,
  { leadIds, state }: { leadIds: readonly string[]; state: LeadState },
): Promise<void> {
  if (leadIds.length === 0) return;
  await sql`
    update leads set state = ${state} where connection_id = ${connectionId} and lead_id = any(${[...leadIds]})
  `.execute(db);
}

/** The lead, and all whose chain of merges ends at it. */
export async function idsOfPerson(db: Query, connectionId: string, leadId: string): Promise<string[]> {
  // `union` takes a lead once, so that a circle of merges ends.
  const { rows } = await sql<{ leadId: string }>`
    with recursive person(lead_id) as (
      select ${leadId}::text
      union
      select l.lead_id from leads l join person p on l.merged_into = p.lead_id where l.connection_id = ${connectionId}
    )
    select lead_id from person
  `.execute(db);
  return rows.map((row) => row.leadId);
}

/** It was merged away, and what it lived on in has its id now: nothing is known of that yet. */
export async function noteBack(db: Query, connectionId: string, leadId: string): Promise<void> {
  await sql`
    update leads set merged_into = null where connection_id = ${connectionId} and lead_id = ${leadId}
  `.execute(db);
}

/** The merged leads are gone and name the one that they live on in. */
export async function noteMerged(
  db: Query,
  connectionId: string,
  { from, into }: { from: readonly string[]; into: string },
): Promise<void> {
  await sql`
    update leads set state = 'gone', merged_into = ${into}
    where connection_id = ${connectionId} and lead_id = any(${from.filter((id) => id !== into)})
  `.execute(db);
}
