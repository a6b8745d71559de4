import { type Kysely, sql } from "kysely";

const statements = [
  // When it was asked for; null: before this was noted, or by a release from before.
  "alter table accounts add column read_at timestamptz",
  "alter table opportunities add column read_at timestamptz",
  // In a table of their own: a release from before, beside which this one runs for a while, would stumble over rows of
  // accounts without an account. `noted_at`: when it was stored; `to_read`: an event told of it, and the CRM was not asked.
  `create table gone_records (
    connection_id text not null, kind text not null check (kind in ('accounts', 'opportunities')), id text not null,
    workspace_id text not null, read_at timestamptz not null, noted_at timestamptz not null, to_read boolean not null,
    primary key (connection_id, kind, id)
  )`,
];

/** The newest reading of an account or opportunity counts, whichever is stored last: one that was deleted stays away. */
export const readings = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
