import { type Kysely, sql } from "kysely";

/** Who left a pool has their credit again when they are back soon. */
export const leavers = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table ledgers add column leavers jsonb not null default '{}'`.execute(db);
  },
};
