import { type Kysely, sql } from "kysely";

const statements = [
  // Whom a decision gave a lead to, and the account that the lead belonged to.
  sql`
    create table assignments (
      decision_id text primary key, workspace_id text not null, connection_id text not null, lead_id text not null,
      account_id text, rep_id text not null, tier text not null, stage text not null, at timestamptz not null
    )
  `,
  sql`create index assignments_of_account on assignments (connection_id, account_id, at) where account_id is not null`,
  sql`create index assignments_of_lead on assignments (connection_id, lead_id)`,
  sql`create index assignments_of_t1 on assignments (workspace_id, at) where tier = 'T1'`,
  sql`create index assignments_at on assignments using brin (at)`,
  // How many of them a rep got on a day of theirs (in days since the epoch) and in its week, and when the last.
  sql`
    create table assignment_counts (
      workspace_id text not null, rep_id text not null, day int not null, in_day int not null, in_week int not null,
      last_at timestamptz not null, primary key (workspace_id, rep_id)
    )
  `,
  // Decisions of before tell the same. `on conflict`: one id may stand in two partitions.
  sql`
    insert into assignments (decision_id, workspace_id, connection_id, lead_id, account_id, rep_id, tier, stage, at)
    select id, workspace_id, connection_id, lead_id, facts#>>'{match,account,id}', rep_id, tier, stage, decided_at
    from decisions where outcome_kind = 'assigned' and rep_id is not null
    on conflict do nothing
  `,
  sql`
    insert into assignment_counts (workspace_id, rep_id, day, in_day, in_week, last_at)
    select workspace_id, rep_id, 0, 0, 0, max(at) from assignments group by workspace_id, rep_id
  `,
];

/** What decisions gave to whom: prior contact, the account lock, caps and tie-breakers rest on it. */
export const assignments = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await statement.execute(db);
  },
};
