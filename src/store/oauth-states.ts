import { sql } from "kysely";
import type { Query } from "./db.ts";

/** Only states that led to an installation are stored: what strangers ask for writes nothing. */
export async function isStateUsed(db: Query, state: string): Promise<boolean> {
  const { rows } = await sql`select 1 from oauth_states where state = ${state}`.execute(db);
  return rows.length > 0;
}

/** False when it was used before. Forgets those used before `expired`, which are too old to be used again. */
export async function useOauthState(
  db: Query,
  { state, at, expired }: { state: string; at: string; expired: string },
): Promise<boolean> {
  await sql`delete from oauth_states where used_at < ${expired}`.execute(db);
  const { numAffectedRows } = await sql`
    insert into oauth_states (state, used_at) values (${state}, ${at}) on conflict do nothing
  `.execute(db);
  return Number(numAffectedRows ?? 0) > 0;
}
