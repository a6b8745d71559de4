import { sql } from "kysely";
import type { Query } from "./db.ts";

/** How long a started installation may take. */
const oauthStateMaxAgeMs = 600_000;

export async function addOauthState(
  db: Query,
  { state, workspaceId, at }: { state: string; workspaceId: string; at: string },
): Promise<void> {
  await sql`insert into oauth_states (state, workspace_id, created_at) values (${state}, ${workspaceId}, ${at})`.execute(
    db,
  );
}

/** Once, and within ten minutes: the workspace that the state was made for, else null. */
export async function useOauthState(
  db: Query,
  { state, at }: { state: string; at: string },
): Promise<{ workspaceId: string } | null> {
  const oldest = new Date(Date.parse(at) - oauthStateMaxAgeMs).toISOString();
  const { rows } = await sql<{ workspaceId: string }>`
    update oauth_states set used_at = ${at}
    where state = ${state} and used_at is null and created_at >= ${oldest} and created_at <= ${at}
    returning workspace_id
  `.execute(db);
  return rows[0] ?? null;
}
