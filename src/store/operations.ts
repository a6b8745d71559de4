import { type Selectable, sql } from "kysely";
import type { Operation, OperationState, Receipt } from "../model/operation.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";
import type { Lease } from "./leases.ts";
import type { OperationsTable } from "./schema.ts";

export type OperationRow = Selectable<OperationsTable>;
export type OperationKey = Pick<OperationRow, "key" | "qualifiedAt">;

type Planned = { workspaceId: string; at: string; operations: readonly Operation[] };

/** Plans writes; one whose key is known is left as it is. Tells how many were new. */
export async function planOperations(db: Query, planned: Planned): Promise<number> {
  if (planned.operations.length === 0) return 0;
  const { numAffectedRows } = await insertOperations({ ...planned, sending: [], token: null }).execute(db);
  return Number(numAffectedRows ?? 0);
}

/** The same as a part of another statement. What goes out right after the commit, `sending`, is in flight from here on. */
export function insertOperations(batch: Planned & { sending: readonly Operation[]; token: number | null }) {
  const { workspaceId, at, operations, sending, token } = batch;
  const rows = [
    ...operations.map((operation) => ({ ...rowOf(operation), state: "planned" })),
    ...sending.map((operation) => ({ ...rowOf(operation), state: "inflight" })),
  ];
  return sql`
    insert into operations (${operationColumns}, attempts, sent_at, fence)
    select ${operationValues(workspaceId, at)}, e.state, (e.state = 'inflight')::int,
      case when e.state = 'inflight' then ${at}::timestamptz end, case when e.state = 'inflight' then ${token}::bigint end
    from json_to_recordset(${toJson(rows)}::json) as e(${operationShape}, state text)
    on conflict do nothing
  `;
}

const operationColumns = sql`key, qualified_at, workspace_id, connection_id, decision_id, lead_id, kind, body, priority,
  planned_at, state`;
const operationShape = sql`key text, "qualifiedAt" timestamptz, "connectionId" text, "decisionId" text, "leadId" text,
  priority int, kind text, body text`;

/** The body as text: what stands in it is then read once, not once more to find where it ends. */
const rowOf = (operation: Operation) => ({ ...operation, kind: operation.body.kind, body: toJson(operation.body) });

function operationValues(workspaceId: string, at: string) {
  return sql`e.key, e."qualifiedAt", ${workspaceId}, e."connectionId", e."decisionId", e."leadId", e.kind,
    e.body::jsonb, e.priority, ${at}::timestamptz`;
}

/**
 * Commits the intent to send, before any socket is touched, and answers which operations are the caller's to send now:
 * planned ones, under a lease that still holds.
 */
export async function markInflight(
  db: Query,
  lease: Lease,
  { keys, at }: { keys: readonly OperationKey[]; at: string },
): Promise<OperationKey[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<OperationKey>`
    update operations o set state = 'inflight', fence = ${lease.token}, sent_at = ${at}, attempts = o.attempts + 1,
      not_before = null
    from json_to_recordset(${toJson(keys)}::json) as e(key text, "qualifiedAt" timestamptz)
    where o.key = e.key and o.qualified_at = e."qualifiedAt" and ${byKeyOnly("state")} = 'planned'
      and ${byKeyOnly("workspace_id")} = ${lease.workspaceId} and ${leaseHolds(lease)}
    returning o.key, o.qualified_at
  `.execute(db);
  return rows;
}

/** Where an operation stands now. `planned`: may be sent again, not before `notBefore`. */
export type SettledOperation = OperationKey & {
  state: Exclude<OperationState, "inflight" | "split">;
  at: string;
  crmId?: string | null;
  receipt?: Receipt;
  notBefore?: string | null;
};

/** Notes outcomes in one statement and answers the keys that took one: a stale lease, or an ended operation, takes none. */
export async function settleOperations(
  db: Query,
  lease: Lease,
  settled: readonly SettledOperation[],
): Promise<string[]> {
  if (settled.length === 0) return [];
  const { rows } = await sql<{ key: string }>`
    update operations o set state = e.state, crm_id = coalesce(e."crmId", o.crm_id),
      receipt = coalesce(e.receipt, o.receipt), not_before = e."notBefore",
      fence = case when e.state = 'planned' then null else o.fence end,
      settled_at = case when e.state in ('planned', 'unknown') then null else e.at end
    from json_to_recordset(${toJson(settled)}::json) as e(key text, "qualifiedAt" timestamptz, state text,
      at timestamptz, "crmId" text, receipt jsonb, "notBefore" timestamptz)
    where o.key = e.key and o.qualified_at = e."qualifiedAt" and ${isOursToSettle(lease)}
    returning o.key
  `.execute(db);
  return rows.map(({ key }) => key);
}

/**
 * After a take-over: what an earlier holder had in flight may or may not have been done. It becomes unknown, and this
 * lease's to resolve. Tells how many.
 */
export async function adoptInflight(db: Query, lease: Lease): Promise<number> {
  const { numAffectedRows } = await sql`
    update operations o set state = 'unknown', fence = ${lease.token}
    where o.workspace_id = ${lease.workspaceId} and o.settled_at is null and o.state <> 'planned' and o.fence is distinct from ${lease.token} and ${leaseHolds(lease)}
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/**
 * What a connection's CRM has not confirmed: planned, in flight or unknown; the longest planned first. `limit` counts
 * decisions, each with all of its writes: without its update, a task would go out on its own.
 */
export async function unsettledOf(db: Query, connectionId: string, limit: number): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    select * from operations
    where connection_id = ${connectionId} and settled_at is null and decision_id in (
      select decision_id from operations where connection_id = ${connectionId} and settled_at is null
      group by decision_id order by min(planned_at), decision_id limit ${limit})
    order by planned_at, priority, key
  `.execute(db);
  return rows;
}

/** A task that the CRM has; `crmId` is its id there. */
export type SentTask = { key: string; leadId: string; crmId: string };

/** Tasks planned since `since` (ISO) that were sent more than once before the CRM confirmed them, the oldest first. */
export async function tasksSentAgain(db: Query, connectionId: string, since: string): Promise<SentTask[]> {
  const { rows } = await sql<SentTask>`
    select key, lead_id, crm_id from operations
    where connection_id = ${connectionId} and kind = 'create-task' and attempts > 1 and state = 'confirmed'
      and crm_id is not null and planned_at >= ${since}
    order by planned_at, key
  `.execute(db);
  return rows;
}

/** When the longest-planned write that is not settled was planned; null when all are settled. */
export async function oldestUnsettled(db: Query, workspaceId: string): Promise<string | null> {
  const { rows } = await sql<{ plannedAt: string }>`
    select planned_at from operations where workspace_id = ${workspaceId} and settled_at is null
    order by planned_at limit 1
  `.execute(db);
  return rows[0]?.plannedAt ?? null;
}

/** One refused write that lives on in smaller ones. */
export type Split = { whole: OperationKey; receipt: Receipt; parts: readonly Operation[] };

/** Puts the parts in the place of their wholes, in one statement; a whole that is not ours to settle stays whole. */
export async function splitOperations(
  db: Query,
  lease: Lease,
  { splits, at }: { splits: readonly Split[]; at: string },
): Promise<string[]> {
  if (splits.length === 0) return [];
  const wholes = splits.map(({ whole, receipt }) => ({ ...whole, receipt }));
  const parts = splits.flatMap(({ whole, parts }) => parts.map((part) => ({ ...rowOf(part), whole: whole.key })));
  const { rows } = await sql<{ key: string }>`
    with wholes as (
      update operations o set state = 'split', receipt = e.receipt, settled_at = ${at}
      from json_to_recordset(${toJson(wholes)}::json) as e(key text, "qualifiedAt" timestamptz, receipt jsonb)
      where o.key = e.key and o.qualified_at = e."qualifiedAt" and ${isOursToSettle(lease)}
      returning o.key
    ), parts as (
      insert into operations (${operationColumns})
      select ${operationValues(lease.workspaceId, at)}, 'planned'
      from json_to_recordset(${toJson(parts)}::json) as e(${operationShape}, whole text)
      where e.whole in (select key from wholes)
      on conflict do nothing
    )
    select key from wholes
  `.execute(db);
  return rows.map(({ key }) => key);
}

/** How the unsettled updates of a lead stand. */
export async function sentStatesOf(db: Query, connectionId: string, leadId: string): Promise<OperationState[]> {
  const { rows } = await sql<{ state: OperationState }>`
    select state from operations
    where connection_id = ${connectionId} and lead_id = ${leadId} and settled_at is null and kind = 'update-lead'
  `.execute(db);
  return rows.map(({ state }) => state);
}

/**
 * Takes back what was not sent yet for these leads; tells how many. Closings of tasks go out all the same: a task whose
 * follow-up ended stays open for good when nobody closes it. `unsent`: keys that are recorded as in flight, and that
 * the caller keeps from being sent.
 */
export async function cancelOperations(
  db: Query,
  connectionId: string,
  { leadIds, at, unsent = [] }: { leadIds: readonly string[]; at: string; unsent?: readonly string[] },
): Promise<number> {
  const { numAffectedRows } = await sql`
    update operations set state = 'cancelled', settled_at = ${at}
    where connection_id = ${connectionId} and lead_id = any(${[...leadIds]}) and settled_at is null
      and kind <> 'close-task' and (state = 'planned' or (state = 'inflight' and key = any(${[...unsent]})))
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Lets refused writes be tried again where their decision is still the lead's; tells how many. */
export async function planRefusedAgain(db: Query, keys: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    update operations o set state = 'planned', settled_at = null, fence = null, not_before = null
    where o.key = any(${[...keys]}) and o.state = 'refused' and exists (
      select 1 from leads l where l.connection_id = o.connection_id and l.decision_id = o.decision_id
        and l.state in ('assigned', 'queued'))
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

export async function readOperations(db: Query, keys: readonly string[]): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`select * from operations where key = any(${[...keys]}) order by key`.execute(
    db,
  );
  return rows;
}

/**
 * A column in a form that no index fits. Without statistics (a burst on an empty table) the planner takes the index of
 * waiting rows to be tiny and reads all of it for each batch: 13 ms instead of 1 with 20,000 rows waiting.
 */
function byKeyOnly(column: "state" | "workspace_id") {
  return sql`coalesce(${sql.ref(`o.${column}`)}, '')`;
}

function leaseHolds({ workspaceId, token }: Lease) {
  return sql`exists (select 1 from leases l where l.workspace_id = ${workspaceId} and l.token = ${token})`;
}

function isOursToSettle(lease: Lease) {
  return sql`${byKeyOnly("workspace_id")} = ${lease.workspaceId}
    and ${byKeyOnly("state")} in ('planned', 'inflight', 'unknown')
    and (o.fence is null or o.fence = ${lease.token}) and ${leaseHolds(lease)}`;
}
