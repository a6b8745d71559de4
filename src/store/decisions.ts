import { type Selectable, sql } from "kysely";
import { type Decision, ownerOf } from "../engine/decision.ts";
import type { IdentityKeys } from "../engine/duplicates/identity.ts";
import type { DuplicateSign } from "../engine/duplicates/signs.ts";
import type { Ledgers } from "../engine/ledger.ts";
import type { LeadFacts, State } from "../engine/snapshot.ts";
import type { Operation } from "../model/operation.ts";
import { type AssignmentCount, insertAssignments, upsertAssignmentCounts } from "./assignments.ts";
import { type Part, putBackParts, takeOutParts } from "./common-parts.ts";
import type { Query, Tx } from "./db.ts";
import { insertFollowUps, type NewFollowUp } from "./follow-ups.ts";
import { hashedKey } from "./identities.ts";
import { type Settled, updateInbox } from "./inbox.ts";
import { toJson } from "./json.ts";
import type { Lease } from "./leases.ts";
import { type Moves, packMoves, unpackMoves } from "./ledger-moves.ts";
import { updateLedgers } from "./ledgers.ts";
import { insertOperations } from "./operations.ts";
import type { BatchesTable, DecisionsTable, StoredDecision } from "./schema.ts";
import { insertTimers, type NewTimer } from "./timers.ts";

type StoredRow = Selectable<DecisionsTable>;
export type DecisionRow = Omit<StoredRow, "decision"> & { decision: Decision };
export type BatchRow = Omit<Selectable<BatchesTable>, "ledgerMoves">;
/** All that a replay needs of one batch. */
export type StoredBatch = Moves & {
  batch: BatchRow;
  shared: string;
  /** With the account that the lead of an assignment belonged to. */
  decisions: (DecisionRow & { accountId: string | null })[];
};

/** One lead's decision and all that follows from it. */
export type DecidedLead = {
  decisionId: string;
  facts: LeadFacts;
  decision: Decision;
  /** What other leads of the person are found by. */
  keys: IdentityKeys;
  /** When the event that led here was received; null when no event did. */
  receivedAt: string | null;
  /** Writes that go out as soon as this is committed. */
  sending: readonly Operation[];
  /** Writes that wait for their turn. */
  operations: readonly Operation[];
  timers: readonly NewTimer[];
  followUp: NewFollowUp | null;
};

export type BatchRecord = {
  workspaceId: string;
  connectionId: string;
  batchId: string;
  lease: Lease;
  decidedAt: string;
  policyVersion: number;
  engineVersion: number;
  /** `body` is JSON text, the same for the same hash. */
  shared: { hash: string; body: string };
  stateBefore: State;
  ledgersAfter: Ledgers;
  /** Of the reps whom this batch gave something. */
  counts: readonly AssignmentCount[];
  ledgerEntries: Moves["entries"];
  /** In the order of `leads`. */
  picks: Moves["picks"];
  /** In the order they were decided. */
  leads: readonly DecidedLead[];
  /** What becomes of the inbox rows that led here. */
  inbox: Settled;
};

/**
 * Records a batch in one statement, since each one more costs a way to the database and back while the ledgers are
 * locked. `requireLease` comes first in the same transaction. A decision that is recorded already makes it throw: ask
 * `decidedIds` in the same transaction.
 */
export async function recordBatch(tx: Tx, batch: BatchRecord): Promise<void> {
  const { workspaceId, connectionId, decidedAt: at, lease, leads } = batch;
  const sending = leads.flatMap((lead) => lead.sending);
  const operations = leads.flatMap((lead) => lead.operations);
  const timers = leads.flatMap((lead) => lead.timers);
  const followUps = leads.flatMap(({ followUp }) => (followUp === null ? [] : [followUp]));
  const { stored, parts } = takeOutParts(leads.map(({ decision }) => decision));
  await sql`
    with shared as (${insertShared(workspaceId, [batch.shared, ...parts])}),
      batch as (${insertBatch(batch)}),
      decided as (${insertDecisions(batch, stored)}),
      known as (${upsertLeads(batch)}),
      planned as (${insertOperations({ workspaceId, at, operations, sending, token: lease.token })}),
      armed as (${insertTimers({ workspaceId, connectionId, timers })}),
      given as (${insertAssignments({ workspaceId, connectionId, at, leads })}),
      counted as (${upsertAssignmentCounts(workspaceId, batch.counts)}),
      opened as (${insertFollowUps({ workspaceId, connectionId, followUps })}),
      moved as (${updateLedgers({ workspaceId, before: batch.stateBefore, after: batch.ledgersAfter, at })}),
      settled as (${updateInbox(lease, batch.inbox)})
    select 1
  `.execute(tx);
}

function insertShared(workspaceId: string, parts: readonly Part[]) {
  return sql`
    insert into shared_facts (workspace_id, hash, body)
    select ${workspaceId}, e.hash, e.body from json_to_recordset(${toJson(parts)}::json) as e(hash text, body text)
    on conflict do nothing
  `;
}

function insertBatch(batch: BatchRecord) {
  return sql`
    insert into batches (workspace_id, id, shared_hash, state_before, ledger_moves, decided_at, fencing_token)
    values (${batch.workspaceId}, ${batch.batchId}, ${batch.shared.hash}, ${toJson(batch.stateBefore)}::json,
      ${toJson(packMoves({ entries: batch.ledgerEntries, picks: batch.picks }))}::json, ${batch.decidedAt}, ${batch.lease.token})
  `;
}

function insertDecisions(batch: BatchRecord, stored: readonly StoredDecision[]) {
  const { workspaceId, connectionId, decidedAt, policyVersion, engineVersion, batchId } = batch;
  return sql`
    insert into decisions (id, qualified_at, workspace_id, connection_id, lead_id, round, cause, policy_version,
      engine_version, shared_hash, batch_id, position, tier, outcome_kind, rep_id, stage, pool_id, decision, facts,
      decided_at, received_at)
    select e.id, e."qualifiedAt", ${workspaceId}, ${connectionId}, e."leadId", e.round, e.cause, ${policyVersion}::int,
      ${engineVersion}::int, ${batch.shared.hash}, ${batchId}, e.position, e.tier, e."outcomeKind", e."repId", e.stage,
      e."poolId", e.decision::json, e.facts::json, ${decidedAt}::timestamptz, e."receivedAt"
    from json_to_recordset(${toJson(batch.leads.map((lead, position) => decisionValues(lead, { stored: stored[position], position })))}::json) as e(id text, "qualifiedAt" timestamptz,
      "leadId" text, round int, cause text, position int, tier text, "outcomeKind" text, "repId" text, stage text,
      "poolId" text, decision text, facts text, "receivedAt" timestamptz)
  `;
}

function decisionValues(
  { decisionId, facts, decision, receivedAt }: DecidedLead,
  { stored, position }: { stored: StoredDecision | undefined; position: number },
) {
  const { outcome } = decision;
  return {
    id: decisionId,
    leadId: decision.leadId,
    position,
    qualifiedAt: facts.trigger.qualifiedAt,
    round: facts.trigger.round,
    cause: facts.trigger.cause,
    tier: decision.tier,
    outcomeKind: outcome.kind,
    repId: ownerOf(outcome),
    stage: outcome.kind === "assigned" ? outcome.stage : null,
    poolId: outcome.kind === "assigned" ? (outcome.poolId ?? null) : null,
    // As text, so that they are stored byte by byte as they were decided on, odd characters included.
    decision: JSON.stringify(stored),
    facts: JSON.stringify(facts),
    receivedAt,
  };
}

const keyOf = (by: DuplicateSign) => hashedKey(by, sql.ref(`e.${by}`), sql`w.identity_salt`);

function upsertLeads({ workspaceId, connectionId, decidedAt, leads }: BatchRecord) {
  const rows = leads.map(({ decisionId, facts, decision, keys }) => ({
    ...keys,
    leadId: decision.leadId,
    follows: decision.outcome.kind === "followed" ? decision.outcome.leadId : null,
    decisionId,
    qualifiedAt: facts.trigger.qualifiedAt,
    round: facts.trigger.round,
    tier: decision.tier,
    state: decision.outcome.kind,
    ownerId: ownerOf(decision.outcome),
  }));
  // The rep of an earlier qualification is remembered when the next one is decided.
  return sql`
    insert into leads as l (connection_id, lead_id, workspace_id, decision_id, qualified_at, round, tier, state,
      owner_id, decided_at, seen_at, follows, email_key, phone_key, name_key)
    select ${connectionId}, e."leadId", ${workspaceId}, e."decisionId", e."qualifiedAt", e.round, e.tier, e.state,
      e."ownerId", ${decidedAt}::timestamptz, ${decidedAt}::timestamptz, e.follows, ${keyOf("email")}, ${keyOf("phone")},
      ${keyOf("name")}
    from json_to_recordset(${toJson(rows)}::json) as e("leadId" text, "decisionId" text, "qualifiedAt" timestamptz,
      round int, tier text, state text, "ownerId" text, follows text, email text, phone text, name text)
    left join workspaces w on w.id = ${workspaceId}
    on conflict (connection_id, lead_id) do update set
      decision_id = excluded.decision_id, qualified_at = excluded.qualified_at, round = excluded.round,
      tier = excluded.tier, state = excluded.state, owner_id = excluded.owner_id, decided_at = excluded.decided_at,
      touched_at = null, follows = excluded.follows, email_key = excluded.email_key, phone_key = excluded.phone_key,
      name_key = excluded.name_key,
      earlier_rep_id = case when l.qualified_at < excluded.qualified_at and l.owner_id is not null
        then l.owner_id else l.earlier_rep_id end,
      earlier_at = case when l.qualified_at < excluded.qualified_at and l.owner_id is not null
        then l.decided_at else l.earlier_at end
  `;
}

/** Those of `ids` that are recorded. */
export async function decidedIds(db: Query, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`select id from decisions where id = any(${[...ids]})`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

export type DecisionHead = Pick<DecisionRow, "leadId" | "policyVersion" | "decidedAt">;

/** Of any workspace, without any fact. */
export async function findDecision(db: Query, id: string): Promise<DecisionHead | null> {
  const { rows } = await sql<DecisionHead>`
    select lead_id, policy_version, decided_at from decisions where id = ${id}
  `.execute(db);
  return rows[0] ?? null;
}

export async function readDecision(db: Query, workspaceId: string, id: string): Promise<DecisionRow | null> {
  const [row] = await readDecisions(db, workspaceId, [id]);
  return row ?? null;
}

/** Those of `ids` that are recorded, in no particular order. */
export async function readDecisions(db: Query, workspaceId: string, ids: readonly string[]): Promise<DecisionRow[]> {
  const { rows } = await sql<StoredRow>`
    select * from decisions where workspace_id = ${workspaceId} and id = any(${[...ids]})
  `.execute(db);
  return putBackParts(db, workspaceId, rows);
}

/** Newest first. */
export async function decisionsOfLead(db: Query, workspaceId: string, leadId: string): Promise<DecisionRow[]> {
  const { rows } = await sql<StoredRow>`
    select * from decisions where workspace_id = ${workspaceId} and lead_id = ${leadId}
    order by decided_at desc, round desc
  `.execute(db);
  return putBackParts(db, workspaceId, rows);
}

export type Round = Pick<DecisionRow, "id" | "repId" | "decidedAt">;

/** The decisions of one qualification of a lead, oldest first, without any fact. */
export async function roundsOf(
  db: Query,
  of: { workspaceId: string; connectionId: string; leadId: string; qualifiedAt: string },
): Promise<Round[]> {
  const { rows } = await sql<Round>`
    select id, rep_id, decided_at from decisions
    where workspace_id = ${of.workspaceId} and lead_id = ${of.leadId} and connection_id = ${of.connectionId}
      and qualified_at = ${of.qualifiedAt}
    order by round
  `.execute(db);
  return rows;
}

type Recent = { workspaceId: string; connectionId: string; leadIds: readonly string[]; since: string };

/** Lead id → decisions since then, but for those that a list's end asked for; leads without any are missing. */
export async function recentDecisionCounts(db: Query, recent: Recent): Promise<Map<string, number>> {
  if (recent.leadIds.length === 0) return new Map();
  const { rows } = await sql<{ leadId: string; decided: number }>`
    select lead_id, count(*) as decided from decisions
    where workspace_id = ${recent.workspaceId} and lead_id = any(${[...recent.leadIds]})
      and decided_at >= ${recent.since} and connection_id = ${recent.connectionId} and cause <> 'waited'
    group by lead_id
  `.execute(db);
  return new Map(rows.map(({ leadId, decided }) => [leadId, decided]));
}

/** Decisions in the order they were made, the erased ones without facts. */
export async function readBatch(db: Query, workspaceId: string, batchId: string): Promise<StoredBatch | null> {
  const batches = await sql<Selectable<BatchesTable> & { body: string }>`
    select b.*, s.body from batches b
    join shared_facts s on s.workspace_id = b.workspace_id and s.hash = b.shared_hash
    where b.workspace_id = ${workspaceId} and b.id = ${batchId}
  `.execute(db);
  const found = batches.rows[0];
  if (found === undefined) return null;
  // What a decision whose facts were erased moved for the leads after it.
  const { rows } = await sql<StoredRow & { accountId: string | null }>`
    select d.*, a.account_id from decisions d left join assignments a on a.decision_id = d.id
    where d.workspace_id = ${workspaceId} and d.batch_id = ${batchId} order by d.position
  `.execute(db);
  const { body: shared, ledgerMoves, ...batch } = found;
  const decisions = await putBackParts(db, workspaceId, rows);
  return { ...unpackMoves(ledgerMoves, rows.length), batch, shared, decisions };
}
