import { sql } from "kysely";
import type { Query, Tx } from "./db.ts";
import { hashedKey } from "./identities.ts";
import { toJson } from "./json.ts";

/** A lead of one of a workspace's connections. */
export type LeadName = { connectionId: string; leadId: string };

/** `of`: where the same person is in the CRM whose records count. */
export type Counterpart = LeadName & { of: LeadName };

/** What was noted of a lead before gives way. */
export async function noteCounterparts(
  db: Query,
  { workspaceId, pairs, at }: { workspaceId: string; pairs: readonly Counterpart[]; at: string },
): Promise<void> {
  if (pairs.length === 0) return;
  const unique = new Map(pairs.map((pair) => [JSON.stringify([pair.connectionId, pair.leadId]), pair]));
  const rows = [...unique.values()].map(({ connectionId, leadId, of }) => ({ connectionId, leadId, ...prefixed(of) }));
  await sql`
    insert into counterparts as c (connection_id, lead_id, workspace_id, of_connection_id, of_lead_id, noted_at)
    select e."connectionId", e."leadId", ${workspaceId}, e."ofConnectionId", e."ofLeadId", ${at}::timestamptz
    from json_to_recordset(${toJson(rows)}::json)
      as e("connectionId" text, "leadId" text, "ofConnectionId" text, "ofLeadId" text)
    order by 1, 2
    on conflict (connection_id, lead_id) do update
      set of_connection_id = excluded.of_connection_id, of_lead_id = excluded.of_lead_id, noted_at = excluded.noted_at
      where (c.of_connection_id, c.of_lead_id) is distinct from (excluded.of_connection_id, excluded.of_lead_id)
  `.execute(db);
}

const prefixed = ({ connectionId, leadId }: LeadName) => ({ ofConnectionId: connectionId, ofLeadId: leadId });

/** Lead id → where the same person is in the CRM whose records count; those of whom nobody knows are missing. */
export async function counterpartsOf(
  db: Query,
  connectionId: string,
  leadIds: readonly string[],
): Promise<Map<string, LeadName>> {
  if (leadIds.length === 0) return new Map();
  const { rows } = await sql<{ leadId: string; ofConnectionId: string; ofLeadId: string }>`
    select lead_id, of_connection_id, of_lead_id from counterparts
    where connection_id = ${connectionId} and lead_id = any(${[...leadIds]})
  `.execute(db);
  return new Map(rows.map((row) => [row.leadId, { connectionId: row.ofConnectionId, leadId: row.ofLeadId }]));
}

/** The lead of another connection that is the same person as this one of the CRM whose records count; null: nobody knows of one. */
export async function counterpartFor(db: Query, { connectionId, leadId }: LeadName): Promise<LeadName | null> {
  const { rows } = await sql<LeadName>`
    select connection_id, lead_id from counterparts
    where of_connection_id = ${connectionId} and of_lead_id = ${leadId} order by noted_at desc limit 1
  `.execute(db);
  return rows[0] ?? null;
}

/** Nothing ties them together any more; answers what was said of the lead. */
export async function forgetCounterpart(tx: Tx, { connectionId, leadId }: LeadName): Promise<LeadName | null> {
  const known = (await counterpartsOf(tx, connectionId, [leadId])).get(leadId) ?? null;
  await sql`
    delete from counterparts
    where (connection_id = ${connectionId} and lead_id = ${leadId})
      or (of_connection_id = ${connectionId} and of_lead_id = ${leadId})
  `.execute(tx);
  return known;
}

/** Decisions about leads of one person in several CRMs are made one after the other until the transaction ends. */
export async function lockPersons(tx: Tx, workspaceId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`persons of ${workspaceId}`}, 0))`.execute(tx);
}

type Seeker = { leadId: string; email: string | null; from: string; to: string };

/** Those of these leads whose person was decided as a lead of another connection that qualified between `from` and `to`. */
export async function decidedAsOthers(
  tx: Tx,
  { workspaceId, connectionId }: { workspaceId: string; connectionId: string },
  seekers: readonly Seeker[],
): Promise<ReadonlySet<string>> {
  const rows = seekers.filter(({ email }) => email !== null);
  if (rows.length === 0) return new Set();
  const found = await sql<{ leadId: string }>`
    select distinct e."leadId" as lead_id
    from json_to_recordset(${toJson(rows)}::json) as e("leadId" text, email text, "from" timestamptz, "to" timestamptz)
    join workspaces w on w.id = ${workspaceId}
    join connections c on c.workspace_id = w.id and c.id <> ${connectionId}
    join leads l on l.connection_id = c.id and l.email_key = ${hashedKey("email", sql`e.email`, sql`w.identity_salt`)}
      and l.decision_id is not null and l.state <> 'gone' and l.qualified_at between e."from" and e."to"
  `.execute(tx);
  return new Set(found.rows.map(({ leadId }) => leadId));
}
