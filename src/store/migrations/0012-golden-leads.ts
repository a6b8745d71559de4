import { type Kysely, sql } from "kysely";

/** With each version the golden leads that it passed, and why it was published despite what was wrong; null: nothing was. */
export const goldenLeads = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table policies add column golden json, add column despite text`.execute(db);
  },
};
