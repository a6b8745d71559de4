import { sql } from "kysely";
import type { Decision } from "../../src/engine/decision.ts";
import { type LedgerEntry, type LedgerMoves, movesOf } from "../../src/engine/ledger.ts";
import type { State, Trigger } from "../../src/engine/snapshot.ts";
import type { OperationBody, OperationState } from "../../src/model/operation.ts";
import { createReplay } from "../../src/pipeline/replay.ts";
import type { Db, Query } from "../../src/store/db.ts";
import { unpackMoves } from "../../src/store/ledger-moves.ts";
import type { StoredMoves } from "../../src/store/schema.ts";

/** What our tables say: the claim that is held against the truth. Instants are ISO texts. */
export type Claim = {
  inbox: readonly InboxClaim[];
  decisions: readonly DecisionClaim[];
  /** In the order in which they moved their ledgers. */
  batches: readonly BatchClaim[];
  ledgers: readonly { workspaceId: string; poolId: string; credits: Readonly<Record<string, number>> }[];
  operations: readonly OperationClaim[];
  leases: readonly LeaseClaim[];
  clocks: readonly ClockClaim[];
  /** Reps whose load is not what they have to do. */
  wrongLoads: readonly { workspaceId: string; repId: string; load: number; openWork: number }[];
  /** Decisions that come out otherwise when their batch is decided again; of batches that were not looked at before. */
  replayMismatches: readonly { workspaceId: string; decisionId: string }[];
  replayed: number;
};

export type InboxClaim = {
  accountId: string;
  workspaceId: string;
  subjectId: string;
  occurredAt: string;
  receivedAt: string;
  state: "pending" | "done" | "ignored" | "parked";
  because: string | null;
  attempts: number;
  /** Work that Baton gave itself: no delivery brought it. */
  isOwn: boolean;
};
export type DecisionClaim = {
  accountId: string;
  workspaceId: string;
  id: string;
  leadId: string;
  qualifiedAt: string;
  round: number;
  cause: Trigger["cause"];
  batchId: string;
  position: number;
  policyVersion: number;
  outcome: Decision["outcome"];
  ledger: LedgerMoves | null;
  decidedAt: string;
};
export type BatchClaim = {
  workspaceId: string;
  id: string;
  fencingToken: number;
  decidedAt: string;
  before: State["credits"];
  entries: readonly LedgerEntry[];
};
export type OperationClaim = {
  accountId: string;
  key: string;
  decisionId: string;
  leadId: string;
  kind: OperationBody["kind"];
  state: OperationState;
  plannedAt: string;
  sentAt: string | null;
  settledAt: string | null;
};
/** The follow-up of a decision, and how many timers it was given and has still. */
export type ClockClaim = {
  decisionId: string;
  state: "open" | "touched" | "closed";
  timers: number;
  armed: number;
};
/** A lease as it stands, and how many batches earlier holders had recorded when it was read. */
export type LeaseClaim = { workspaceId: string; token: number; staleBatches: number };

/** Reads everything as of one instant. `seen`: batches that were replayed before; takes the new ones. */
export async function readClaim(db: Db, seen: Set<string>): Promise<Claim> {
  return db.transaction(async (tx) => {
    if (db.kind === "postgres") await sql`set transaction isolation level repeatable read`.execute(tx);
    const batches = await readBatches(tx);
    const fresh = batches.filter(({ id }) => !seen.has(id));
    const replayMismatches = await replay(tx, fresh);
    for (const { id } of fresh) seen.add(id);
    return {
      inbox: await readInbox(tx),
      decisions: await readDecisions(tx),
      batches,
      ledgers: await readLedgers(tx),
      operations: await readOperations(tx),
      leases: await readLeases(tx),
      clocks: await readClocks(tx),
      wrongLoads: await readWrongLoads(tx),
      replayMismatches,
      replayed: fresh.length,
    };
  });
}

async function replay(
  db: Query,
  batches: readonly BatchClaim[],
): Promise<{ workspaceId: string; decisionId: string }[]> {
  const found: { workspaceId: string; decisionId: string }[] = [];
  for (const [workspaceId, own] of Map.groupBy(batches, (batch) => batch.workspaceId)) {
    const replayOne = createReplay(db, workspaceId);
    for (const { id } of own)
      for (const { decisionId } of (await replayOne(id))?.mismatches ?? []) found.push({ workspaceId, decisionId });
  }
  return found;
}

async function readInbox(db: Query): Promise<InboxClaim[]> {
  const { rows } = await sql<InboxClaim>`
    select c.external_id as account_id, i.workspace_id, i.subject_id, i.occurred_at, i.received_at, i.state,
      i.because, i.attempts, coalesce(i.change->>'kind' in ('lead-found', 'lead-reassign'), false) as is_own
    from inbox i join connections c on c.id = i.connection_id
  `.execute(db);
  return rows;
}

async function readDecisions(db: Query): Promise<DecisionClaim[]> {
  const { rows } = await sql<Omit<DecisionClaim, "outcome" | "ledger"> & { decision: Pick<Decision, "outcome"> }>`
    select c.external_id as account_id, d.workspace_id, d.id, d.lead_id, d.qualified_at, d.round, d.cause, d.batch_id,
      d.position, d.policy_version, d.decision, d.decided_at
    from decisions d join connections c on c.id = d.connection_id
  `.execute(db);
  const ledgers = await readPicks(db);
  return rows.map(({ decision, ...row }) => {
    const ledger = ledgers.get(row.batchId)?.[row.position] ?? null;
    return { ...row, outcome: decision.outcome, ledger };
  });
}

/** Batch id → what each of its decisions moved, by position. */
async function readPicks(db: Query): Promise<Map<string, readonly (LedgerMoves | null)[]>> {
  const { rows } = await sql<{ id: string; ledgerMoves: StoredMoves; decisions: number }>`
    select b.id, b.ledger_moves,
      (select count(*) from decisions d where d.workspace_id = b.workspace_id and d.batch_id = b.id) as decisions
    from batches b
  `.execute(db);
  return new Map(
    rows.map(({ id, ledgerMoves, decisions }) => {
      const { picks } = unpackMoves(ledgerMoves, decisions);
      return [id, picks.map((pick) => pick && { poolId: pick.poolId, moves: Object.fromEntries(movesOf(pick)) })];
    }),
  );
}

async function readBatches(db: Query): Promise<BatchClaim[]> {
  const { rows } = await sql<Omit<BatchClaim, "before"> & { stateBefore: State }>`
    select workspace_id, id, fencing_token, decided_at, state_before, ledger_moves->'entries' as entries from batches
    order by position
  `.execute(db);
  return rows.map(({ stateBefore, ...row }) => ({ ...row, before: stateBefore.credits }));
}

async function readLedgers(db: Query): Promise<Claim["ledgers"]> {
  const { rows } = await sql<Claim["ledgers"][number]>`select workspace_id, pool_id, credits from ledgers`.execute(db);
  return rows;
}

async function readOperations(db: Query): Promise<OperationClaim[]> {
  const { rows } = await sql<OperationClaim>`
    select c.external_id as account_id, o.key, o.decision_id, o.lead_id, o.kind, o.state, o.planned_at, o.sent_at,
      o.settled_at
    from operations o join connections c on c.id = o.connection_id
  `.execute(db);
  return rows;
}

async function readClocks(db: Query): Promise<ClockClaim[]> {
  const { rows } = await sql<ClockClaim>`
    select f.decision_id, f.state, count(t.id)::int as timers,
      (count(*) filter (where t.state = 'armed'))::int as armed
    from follow_ups f left join timers t on t.decision_id = f.decision_id group by f.decision_id, f.state
  `.execute(db);
  return rows;
}

async function readWrongLoads(db: Query): Promise<Claim["wrongLoads"]> {
  const { rows } = await sql<Claim["wrongLoads"][number]>`
    select workspace_id, rep_id, coalesce(l.points, 0)::int as load, coalesce(w.points, 0)::int as open_work
    from loads l full join
      (select workspace_id, rep_id, sum(points) as points from open_work group by workspace_id, rep_id) w
      using (workspace_id, rep_id)
    where coalesce(l.points, 0) <> coalesce(w.points, 0)
  `.execute(db);
  return rows;
}

/** As they stand now. */
export async function readLeases(db: Query): Promise<LeaseClaim[]> {
  const { rows } = await sql<LeaseClaim>`
    select l.workspace_id, l.token,
      (select count(*) from batches b where b.workspace_id = l.workspace_id and b.fencing_token < l.token)
        as stale_batches
    from leases l
  `.execute(db);
  return rows;
}

/** Account id → the fencing token of its workspace's present lease. */
export async function readLeaseTokens(db: Db): Promise<Map<string, number>> {
  const { rows } = await sql<{ accountId: string; token: number }>`
    select c.external_id as account_id, l.token from leases l join connections c on c.workspace_id = l.workspace_id
  `.execute(db.query);
  return new Map(rows.map(({ accountId, token }) => [accountId, token]));
}

/** The ids of accounts whose grant is lost. */
export async function readPaused(db: Db): Promise<string[]> {
  const { rows } = await sql<{ externalId: string }>`
    select external_id from connections where status = 'paused'
  `.execute(db.query);
  return rows.map(({ externalId }) => externalId);
}

/** Account id → its workspace. */
export async function readWorkspaces(db: Db): Promise<Map<string, string>> {
  const { rows } = await sql<{ accountId: string; workspaceId: string }>`
    select external_id as account_id, workspace_id from connections
  `.execute(db.query);
  return new Map(rows.map(({ accountId, workspaceId }) => [accountId, workspaceId]));
}
