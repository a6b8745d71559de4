import { type Kysely, sql } from "kysely";

// Partitioned by the month of a time that belongs to the unique key (design.md, "How far the embedded database goes").
// The default partitions take dates that have no month of their own; `ensurePartitions` adds the months.
const statements = `
create table workspaces (
  id text primary key, name text not null, created_at timestamptz not null, policy_version int
);
create table policies (
  workspace_id text not null, version int not null, text text not null, published_at timestamptz not null,
  primary key (workspace_id, version)
);
create table connections (
  id text primary key, workspace_id text not null, crm text not null, external_id text not null,
  status text not null check (status in ('active', 'paused', 'removed')), paused_because text,
  time_zone text not null, ui_host text not null, scopes text[] not null, capabilities jsonb not null,
  tokens text, token_key_id text, token_expires_at timestamptz, created_at timestamptz not null,
  unique (crm, external_id)
);
create index connections_of_workspace on connections (workspace_id);
create table oauth_states (state text primary key, used_at timestamptz not null);
create table leases (
  workspace_id text primary key, holder text not null, token bigint not null, until timestamptz not null
);
create table inbox (
  connection_id text not null, event_key text not null, occurred_at timestamptz not null,
  workspace_id text not null, received_at timestamptz not null,
  subject_kind text not null check (subject_kind in ('lead', 'account', 'opportunity', 'junk')),
  subject_id text not null, change jsonb not null, by_this_app boolean not null,
  state text not null default 'pending' check (state in ('pending', 'done', 'ignored', 'parked')),
  claim_token bigint, claim_number int, attempts int not null default 0, not_before timestamptz, because text,
  primary key (connection_id, event_key, occurred_at)
) partition by range (occurred_at);
create index inbox_waiting on inbox (workspace_id, received_at, occurred_at) where state = 'pending';
create index inbox_parked on inbox (workspace_id, received_at) where state = 'parked';
create table inbox_other partition of inbox default;
create table leads (
  connection_id text not null, lead_id text not null, workspace_id text not null, decision_id text,
  qualified_at timestamptz, round int not null default 0, tier text,
  state text not null check (state in ('routing', 'assigned', 'kept', 'queued', 'stopped', 'parked', 'gone')),
  owner_id text, decided_at timestamptz, touched_at timestamptz,
  merged_into text, earlier_rep_id text, earlier_at timestamptz, seen_at timestamptz not null,
  primary key (connection_id, lead_id)
);
create index leads_merged_into on leads (connection_id, merged_into) where merged_into is not null;
create table decisions (
  id text not null, qualified_at timestamptz not null, workspace_id text not null, connection_id text not null,
  lead_id text not null, round int not null, cause text not null, policy_version int not null,
  engine_version int not null, shared_hash text not null, batch_id text not null, position int not null,
  tier text not null, outcome_kind text not null, rep_id text, stage text, pool_id text,
  decision json not null, facts json, decided_at timestamptz not null, received_at timestamptz, erased_at timestamptz,
  primary key (id, qualified_at)
) partition by range (qualified_at);
create index decisions_of_lead on decisions (workspace_id, lead_id, decided_at);
create index decisions_of_batch on decisions (workspace_id, batch_id);
create table decisions_other partition of decisions default;
create table batches (
  workspace_id text not null, id text not null, shared_hash text not null, state_before json not null,
  ledger_moves json not null, decided_at timestamptz not null, fencing_token bigint not null,
  primary key (workspace_id, id)
);
create table shared_facts (
  workspace_id text not null, hash text not null, body text not null, primary key (workspace_id, hash)
);
create table ledgers (
  workspace_id text not null, pool_id text not null, credits jsonb not null, updated_at timestamptz not null,
  primary key (workspace_id, pool_id)
);
create table open_work (
  workspace_id text not null, item_kind text not null check (item_kind in ('lead', 'opportunity')),
  item_id text not null, rep_id text not null, points int not null,
  primary key (workspace_id, item_kind, item_id)
);
create table loads (
  workspace_id text not null, rep_id text not null, points int not null, primary key (workspace_id, rep_id)
);
create table operations (
  key text not null, qualified_at timestamptz not null, workspace_id text not null, connection_id text not null,
  decision_id text not null, lead_id text not null, kind text not null, body jsonb not null, priority int not null,
  state text not null check (state in
    ('planned', 'inflight', 'confirmed', 'unknown', 'yielded', 'refused', 'cancelled', 'split')),
  attempts int not null default 0, planned_at timestamptz not null, sent_at timestamptz, fence bigint,
  not_before timestamptz, crm_id text, receipt jsonb, settled_at timestamptz,
  primary key (key, qualified_at)
) partition by range (qualified_at);
create index operations_unsettled on operations (connection_id, lead_id) where settled_at is null;
create table operations_other partition of operations default;
create table timers (
  id text primary key, workspace_id text not null, connection_id text not null, lead_id text not null,
  decision_id text not null, qualified_at timestamptz not null, kind text not null, due_at timestamptz not null,
  state text not null default 'armed' check (state in ('armed', 'fired', 'cancelled')), settled_at timestamptz
);
create index timers_due on timers (workspace_id, due_at) where state = 'armed';
create index timers_of_lead on timers (connection_id, lead_id) where state = 'armed';
create table follow_ups (
  decision_id text primary key, workspace_id text not null, connection_id text not null, lead_id text not null,
  qualified_at timestamptz not null, task_key text not null, task_id text, holder_id text not null,
  assigned_at timestamptz not null, due_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'touched', 'closed', 'deleted')),
  touched_at timestamptz, touched_by text, read_at timestamptz
) with (fillfactor = 70);
create index follow_ups_to_read on follow_ups (workspace_id, coalesce(read_at, assigned_at)) where state = 'open';
create index follow_ups_of_lead on follow_ups (connection_id, lead_id) where state = 'open';
create table alerts (
  id text primary key, workspace_id text not null, connection_id text, kind text not null, subject_id text not null,
  message text not null, what_to_do text not null, raised_at timestamptz not null, resolved_at timestamptz
);
create index alerts_open on alerts (workspace_id, raised_at) where resolved_at is null;
create table reps (
  connection_id text not null, id text not null, workspace_id text not null, body jsonb not null, email text,
  synced_at timestamptz not null, primary key (connection_id, id)
);
create table accounts (
  connection_id text not null, id text not null, workspace_id text not null, body jsonb not null,
  synced_at timestamptz not null, primary key (connection_id, id)
);
create table account_domains (
  connection_id text not null, domain text not null, account_id text not null, workspace_id text not null,
  primary key (connection_id, domain, account_id)
);
create index account_domains_of_account on account_domains (connection_id, account_id);
create table opportunities (
  connection_id text not null, id text not null, workspace_id text not null, body jsonb not null,
  is_open boolean not null, owner_id text, synced_at timestamptz not null, primary key (connection_id, id)
);
create table opportunity_accounts (
  connection_id text not null, opportunity_id text not null, account_id text not null, workspace_id text not null,
  primary key (connection_id, opportunity_id, account_id)
);
create index opportunity_accounts_of_account on opportunity_accounts (connection_id, account_id);
create table sync_cursors (
  connection_id text not null, kind text not null, workspace_id text not null, cursor jsonb not null,
  at timestamptz not null, primary key (connection_id, kind)
);
`;

export const first = {
  async up(db: Kysely<unknown>): Promise<void> {
    // One by one: both drivers prepare each statement, and a prepared statement is a single one.
    for (const statement of statements.split(";\n")) {
      if (statement.trim() !== "") await sql.raw(statement).execute(db);
    }
  },
};
