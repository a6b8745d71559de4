import { sql } from "kysely";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** Calls to the CRM in a stretch of time that began at `at`. */
export type SpentCalls = { at: string; calls: number };

type Of = { workspaceId: string; connectionId: string };

/** Adds to what is stored: several processes may call in one connection's name. Forgets what is older than `since`. */
export async function addSpentCalls(
  db: Query,
  { workspaceId, connectionId }: Of,
  { spent, since }: { spent: readonly SpentCalls[]; since: string },
): Promise<void> {
  if (spent.length === 0) return;
  await sql`
    with old as (delete from spent_calls where connection_id = ${connectionId} and at < ${since})
    insert into spent_calls as s (workspace_id, connection_id, at, calls)
    select ${workspaceId}, ${connectionId}, e.at, e.calls
    from json_to_recordset(${toJson(spent)}::json) as e(at timestamptz, calls integer)
    on conflict (connection_id, at) do update set calls = s.calls + excluded.calls
  `.execute(db);
}

/** Those that began at `since` or later. */
export async function readSpentCalls(db: Query, connectionId: string, since: string): Promise<SpentCalls[]> {
  const { rows } = await sql<SpentCalls>`
    select at, calls from spent_calls where connection_id = ${connectionId} and at >= ${since} order by at
  `.execute(db);
  return rows;
}
