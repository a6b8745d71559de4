import { sql } from "kysely";
import type { Query } from "./db.ts";

/** Null when there is none with this id. */
export async function workspaceName(db: Query, id: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`select name from workspaces where id = ${id}`.execute(db);
  return rows[0]?.name ?? null;
}

/** Makes the workspace when there is none with this id. */
export async function ensureWorkspace(
  db: Query,
  { id, name, at }: { id: string; name: string; at: string },
): Promise<void> {
  await sql`
    insert into workspaces (id, name, created_at) values (${id}, ${name}, ${at}) on conflict do nothing
  `.execute(db);
}
