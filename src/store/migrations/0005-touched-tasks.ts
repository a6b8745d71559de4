import { type Kysely, sql } from "kysely";

/** A lead that is decided anew, taken over or deleted closes the task of a rep who touched it and kept the task open. */
export const touchedTasks = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`drop index follow_ups_of_lead`.execute(db);
    await sql`
      create index follow_ups_of_lead on follow_ups (connection_id, lead_id) where state in ('open', 'touched')
    `.execute(db);
  },
};
