import { type Kysely, sql } from "kysely";

/** The leads of a connection that a list holds are found without a look at all clocks that run. */
export const heldLeads = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create index timers_of_held on timers (connection_id, qualified_at, id) where state = 'armed' and kind = 'wait'
    `.execute(db);
  },
};
