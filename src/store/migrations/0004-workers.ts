import { type Kysely, sql } from "kysely";

/** Who works: a lease says who has a workspace, and a worker that has none yet would be seen by nobody. */
export const workers = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table workers (holder text primary key, since timestamptz not null, until timestamptz not null)
    `.execute(db);
  },
};
