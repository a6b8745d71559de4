import { type Kysely, sql } from "kysely";

const statements = [
  // When it was asked for; null: before this was noted. A row without a body tells that the CRM had no such account then.
  "alter table accounts add column read_at timestamptz",
  "alter table accounts alter column body drop not null",
  // What was stored since an instant is read at each start.
  "create index accounts_by_time on accounts (connection_id, synced_at)",
];

/** The newest reading of an account counts, whichever is stored last: an account that was deleted stays away. */
export const accountReadings = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
