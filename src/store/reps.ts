import { sql } from "kysely";
import type { Rep } from "../model/rep.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** E-mail stands beside the rep: it is for notifications, and never part of a decision's facts. */
export type StoredRep = { rep: Rep; email: string | null; syncedAt: string };

type Synced = {
  workspaceId: string;
  connectionId: string;
  reps: readonly { rep: Rep; email: string | null }[];
  at: string;
};

/** Stores reps as the CRM has them now. Reps that left stay, `active: false`, as the CRM tells them. */
export async function upsertReps(db: Query, { workspaceId, connectionId, reps, at }: Synced): Promise<void> {
  if (reps.length === 0) return;
  const rows = reps.map(({ rep, email }) => ({ id: rep.id, body: rep, email }));
  await sql`
    insert into reps (workspace_id, connection_id, id, body, email, synced_at)
    select ${workspaceId}, ${connectionId}, e.id, e.body, e.email, ${at}::timestamptz
    from json_to_recordset(${toJson(rows)}::json) as e(id text, body jsonb, email text)
    on conflict (connection_id, id) do update set body = excluded.body, email = excluded.email,
      synced_at = excluded.synced_at
  `.execute(db);
}

/** Sorted by id as strings compare in code, not as the database's language sorts. */
export async function readReps(db: Query, connectionId: string): Promise<StoredRep[]> {
  const { rows } = await sql<StoredRep>`
    select body as rep, email, synced_at from reps where connection_id = ${connectionId} order by id collate "C"
  `.execute(db);
  return rows;
}
