import { type Kysely, sql } from "kysely";

/** A replay reads the batches of a workspace one after the other, in the order in which they moved the ledgers. */
export const batchesInOrder = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index batches_in_order on batches (workspace_id, position)`.execute(db);
  },
};
