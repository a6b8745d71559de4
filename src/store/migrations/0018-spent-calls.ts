import { type Kysely, sql } from "kysely";

/** How many calls each connection made of its account's day, a quarter of an hour in a row: a restart forgets none of them. */
export const spentCalls = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table spent_calls (
        connection_id text not null, at timestamptz not null, workspace_id text not null, calls integer not null,
        primary key (connection_id, at)
      )
    `.execute(db);
  },
};
