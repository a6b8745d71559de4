import { type Kysely, sql } from "kysely";

const statements = [
  // A person's lead in one CRM of a workspace, and where the same person is in the one whose records count.
  `create table counterparts (
    connection_id text not null, lead_id text not null, workspace_id text not null, of_connection_id text not null,
    of_lead_id text not null, noted_at timestamptz not null, primary key (connection_id, lead_id)
  )`,
  "create index counterparts_of on counterparts (of_connection_id, of_lead_id)",
];

/** What happens to a lead in one CRM is known to be about the same person in the other. */
export const counterparts = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
