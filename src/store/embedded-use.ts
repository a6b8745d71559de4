import { sql } from "kysely";
import type { Query } from "./db.ts";

/** Rows of the tables that grow, counted no further than `limit` so that the embedded database is not held up. */
export async function embeddedUse(db: Query, limit: number): Promise<{ accounts: number; decisions: number }> {
  const { rows } = await sql<{ accounts: number; decisions: number }>`
    select (select count(*) from (select 1 from accounts limit ${limit}) a) as accounts,
           (select count(*) from (select 1 from decisions limit ${limit}) d) as decisions
  `.execute(db);
  return rows[0] ?? { accounts: 0, decisions: 0 };
}
