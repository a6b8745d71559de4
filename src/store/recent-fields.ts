import { sql } from "kysely";
import type { LeadFacts } from "../engine/snapshot.ts";
import type { Query } from "./db.ts";

/** The fields of the leads that were decided last, at most so many; erased ones have none. */
export async function recentFields(
  db: Query,
  workspaceId: string,
  most: number,
): Promise<LeadFacts["lead"]["fields"][]> {
  const { rows } = await sql<{ fields: LeadFacts["lead"]["fields"] }>`
    select facts -> 'lead' -> 'fields' as fields from decisions
    where workspace_id = ${workspaceId} and facts is not null and round = 0
    order by decided_at desc limit ${most}
  `.execute(db);
  return rows.map(({ fields }) => fields);
}
