import { type Kysely, sql } from "kysely";

/** Of each version who published it, who approved, and which earlier one it brings back; null where nobody said. */
export const publishedBy = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table policies add column published_by text, add column approved_by text, add column restores int
    `.execute(db);
  },
};
