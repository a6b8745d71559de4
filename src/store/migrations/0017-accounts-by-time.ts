import { type Kysely, sql } from "kysely";

/**
 * What was stored since an instant is read at each start. While the index is made, which takes seconds for half a million
 * accounts, accounts are read as ever and none is stored: made concurrently it would hold nobody up, but outside of a
 * transaction nothing keeps two processes that start together from making it twice.
 */
export const accountsByTime = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index accounts_by_time on accounts (connection_id, synced_at)`.execute(db);
  },
};
