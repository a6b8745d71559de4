import { type Kysely, sql } from "kysely";

const statements = [
  // What reviewers said of accounts, names and domains of theirs and which leads are or are not, and the domains of their
  // contacts, with how many have each. `lead_id`: of a reviewer's answer, which goes when that person is erased.
  `create table account_hints (
    connection_id text not null, kind text not null check (kind in ('name', 'domain', 'is', 'not', 'contact')),
    value text not null, account_id text not null, workspace_id text not null, by text not null, at timestamptz not null,
    count int not null default 1, lead_id text, primary key (connection_id, kind, value, account_id)
  )`,
  "create index account_hints_of_account on account_hints (connection_id, account_id)",
  "create index account_hints_of_lead on account_hints (connection_id, lead_id) where lead_id is not null",
  "create index account_hints_by_time on account_hints (connection_id, at)",
  // What is asked stands in the facts of the decision, where it is erased with them.
  `create table match_reviews (
    connection_id text not null, lead_id text not null, workspace_id text not null, decision_id text not null,
    qualified_at timestamptz not null, account_id text not null, asked_at timestamptz not null,
    answer text check (answer in ('yes', 'no', 'other')), answered_with text, answered_by text,
    answered_at timestamptz, primary key (connection_id, lead_id)
  )`,
  "create index match_reviews_open on match_reviews (workspace_id, asked_at) where answer is null",
  // Accounts are read with more than before: each is listed once more.
  "delete from sync_cursors where kind = 'list-accounts'",
];

/** A lead is matched by more than its domain, and reviewers are asked. */
export const matching = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
