import { sql } from "kysely";
import type { Query } from "./db.ts";

/** Makes the workspace when there is none with this id. */
export async function ensureWorkspace(
  db: Query,
  { id, name, at }: { id: string; name: string; at: string },
): Promise<void> {
  await sql`
    insert into workspaces (id, name, created_at) values (${id}, ${name}, ${at}) on conflict do nothing
  `.execute(db);
}
