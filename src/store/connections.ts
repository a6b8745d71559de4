import { sql } from "kysely";
import type { Capabilities, Connection } from "../model/connection.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** The CRM account is linked to another workspace of this installation. */
export class LinkedElsewhere extends Error {
  override name = "LinkedElsewhere";
}

const columns = sql`id, workspace_id, crm, external_id, status, paused_because, time_zone, ui_host, scopes, capabilities,
  grant_number, mode`;

/** A connection as one installation of it knows it. */
export type Grant = Pick<Connection, "id" | "grantNumber">;

/** Links a CRM account, or makes a known link active again under the id it had, as its next grant. Throws `LinkedElsewhere`. */
export async function linkConnection(
  db: Query,
  connection: Omit<Connection, "grantNumber" | "mode">,
  at: string,
): Promise<Connection> {
  const { workspaceId, crm, externalId } = connection;
  const { rows } = await sql<Connection>`
    insert into connections as c (id, workspace_id, crm, external_id, status, time_zone, ui_host, scopes, capabilities,
      created_at)
    values (${connection.id}, ${workspaceId}, ${crm}, ${externalId}, 'active', ${connection.timeZone},
      ${connection.uiHost}, ${[...connection.scopes]}, ${toJson(connection.capabilities)}::jsonb, ${at})
    on conflict (crm, external_id) do update set status = 'active', paused_because = null,
      time_zone = excluded.time_zone, ui_host = excluded.ui_host, scopes = excluded.scopes,
      capabilities = excluded.capabilities, grant_number = c.grant_number + 1
    where c.workspace_id = excluded.workspace_id
    returning ${columns}
  `.execute(db);
  const linked = rows[0];
  if (linked === undefined) {
    throw new LinkedElsewhere(
      `The ${crm} account ${externalId} is linked to another workspace: remove it there first.`,
    );
  }
  return linked;
}

/** By the CRM's own id of the account, as webhooks name it. */
export async function findConnection(
  db: Query,
  crm: Connection["crm"],
  externalId: string,
): Promise<Connection | null> {
  const { rows } = await sql<Connection>`
    select ${columns} from connections where crm = ${crm} and external_id = ${externalId}
  `.execute(db);
  return rows[0] ?? null;
}

/** When it was linked for the first time. */
export async function linkedAt(db: Query, id: string): Promise<string> {
  const { rows } = await sql<{ createdAt: string }>`select created_at from connections where id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error(`There is no connection ${id}.`);
  return row.createdAt;
}

/** Whatever their status, oldest first. */
export async function connectionsOf(db: Query, workspaceId: string): Promise<Connection[]> {
  const { rows } = await sql<Connection>`
    select ${columns} from connections where workspace_id = ${workspaceId} order by created_at, id
  `.execute(db);
  return rows;
}

/** Of every workspace: for the tables that tell which CRM account is whose. */
export async function allConnections(db: Query): Promise<Connection[]> {
  const { rows } = await sql<Connection>`select ${columns} from connections order by created_at, id`.execute(db);
  return rows;
}

/**
 * Stops all traffic to the CRM until the account is linked again, and drops its tokens; `because` is for the person who
 * can act. False: it was linked again since, and stays as it is.
 */
export async function pauseConnection(db: Query, { id, grantNumber }: Grant, because: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update connections set status = case when status = 'removed' then status else 'paused' end,
      paused_because = case when status = 'removed' then paused_because else ${because} end,
      tokens = null, token_key_id = null, token_expires_at = null
    where id = ${id} and grant_number = ${grantNumber}
  `.execute(db);
  return numAffectedRows === 1n;
}

/** After an uninstall: no traffic, no tokens; linking again brings it back. */
export async function removeConnection(db: Query, id: string, because: string): Promise<void> {
  await sql`
    update connections set status = 'removed', paused_because = ${because}, tokens = null, token_key_id = null,
      token_expires_at = null
    where id = ${id}
  `.execute(db);
}

export async function setCapabilities(db: Query, id: string, capabilities: Capabilities): Promise<void> {
  await sql`update connections set capabilities = ${toJson(capabilities)}::jsonb where id = ${id}`.execute(db);
}
