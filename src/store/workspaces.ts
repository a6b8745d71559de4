import { sql } from "kysely";
import type { Query, Tx } from "./db.ts";

export type NamedWorkspace = { id: string; name: string };

/** Oldest first. */
export async function allWorkspaces(db: Query): Promise<NamedWorkspace[]> {
  const { rows } = await sql<NamedWorkspace>`select id, name from workspaces order by created_at, id`.execute(db);
  return rows;
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

/** Until the transaction ends, nobody else who locks it changes what belongs to the workspace. */
export async function lockWorkspace(tx: Tx, id: string): Promise<void> {
  await sql`select 1 from workspaces where id = ${id} for update`.execute(tx);
}
