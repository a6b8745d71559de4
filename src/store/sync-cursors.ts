import { sql } from "kysely";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** Where a sync of this kind got to; null before the first. The shape of `cursor` is its writer's to check. */
export async function readCursor(
  db: Query,
  connectionId: string,
  kind: string,
): Promise<{ cursor: unknown; at: string } | null> {
  const { rows } = await sql<{ cursor: unknown; at: string }>`
    select cursor, at from sync_cursors where connection_id = ${connectionId} and kind = ${kind}
  `.execute(db);
  return rows[0] ?? null;
}

type Cursor = { workspaceId: string; connectionId: string; kind: string; cursor: unknown; at: string };

export async function saveCursor(db: Query, { workspaceId, connectionId, kind, cursor, at }: Cursor): Promise<void> {
  await sql`
    insert into sync_cursors (workspace_id, connection_id, kind, cursor, at)
    values (${workspaceId}, ${connectionId}, ${kind}, ${toJson(cursor)}::jsonb, ${at})
    on conflict (connection_id, kind) do update set cursor = excluded.cursor, at = excluded.at
  `.execute(db);
}

/** Lets a sync of this kind begin anew. */
export async function dropCursor(db: Query, connectionId: string, kind: string): Promise<void> {
  await sql`delete from sync_cursors where connection_id = ${connectionId} and kind = ${kind}`.execute(db);
}
