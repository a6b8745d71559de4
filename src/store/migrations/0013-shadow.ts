import { type Kysely, sql } from "kysely";

const statements = [
  sql`alter table connections add column mode text not null default 'live'`,
  // Who switched it when; a connection that is missing here has always been live.
  sql`
    create table mode_changes (
      connection_id text not null, workspace_id text not null, at timestamptz not null, mode text not null,
      by text not null, primary key (connection_id, at)
    )
  `,
  // What became of a lead in the CRM that was decided in shadow: `owner_at`, when it was heard; `settled_at`, looked up.
  sql`
    create table shadow_outcomes (
      connection_id text not null, lead_id text not null, qualified_at timestamptz not null,
      workspace_id text not null, decision_id text not null, decided_at timestamptz not null, owner_id text,
      owner_at timestamptz, settled_at timestamptz, primary key (connection_id, lead_id, qualified_at)
    )
  `,
  sql`create index shadow_outcomes_open on shadow_outcomes (connection_id, decided_at) where settled_at is null`,
  sql`create index shadow_outcomes_at on shadow_outcomes (workspace_id, decided_at)`,
];

/** A connection can be in shadow: leads are decided, nothing is written to its CRM, and who really got them is noted. */
export const shadow = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await statement.execute(db);
  },
};
