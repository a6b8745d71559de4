import { type Kysely, sql } from "kysely";

/** The end of an account's earlier grant leaves the one that was given since alone. */
export const grants = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table connections add column grant_number int not null default 1`.execute(db);
  },
};
