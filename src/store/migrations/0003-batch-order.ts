import { type Kysely, sql } from "kysely";

// The order in which batches moved their ledgers: `decided_at` is the time of what was read, and two reads may be
// recorded the other way round. A number is drawn while the ledgers are locked, so it grows with each batch of a pool.
const statement = "alter table batches add column position bigint generated always as identity";

export const batchOrder = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(statement).execute(db);
  },
};
