import { type Selectable, sql } from "kysely";
import type { EventChange, Junk } from "../model/event.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";
import type { Lease } from "./leases.ts";
import type { InboxTable, SubjectKind } from "./schema.ts";

export type InboxRow = Selectable<InboxTable>;
export type InboxKey = Pick<InboxRow, "connectionId" | "eventKey" | "occurredAt">;

/** A row as it was claimed: one that is another lead's since (see `renameLead`) is not the claimant's to settle. */
export type ClaimedKey = InboxKey & Pick<InboxRow, "subjectId">;
/** `waitsFor`: a code, where people are told; of a row that waits it is its `because`. */
export type WaitingKey = ClaimedKey & { notBefore?: string | null; waitsFor?: string };

/** An event to be stored; `state` and `because` when its end is known at once (junk is parked). */
export type NewEvent = InboxKey & {
  workspaceId: string;
  receivedAt: string;
  subjectKind: SubjectKind;
  subjectId: string;
  change: EventChange | Junk;
  byThisApp: boolean;
  state?: "pending" | "parked" | "ignored";
  because?: string;
};

/** What became of claimed rows. `again`: back to waiting, for any claim from `notBefore` on to take. */
export type Settled = {
  done?: readonly ClaimedKey[];
  ignored?: readonly (ClaimedKey & { because: string })[];
  parked?: readonly (ClaimedKey & { because: string })[];
  again?: readonly WaitingKey[];
};

type Adding = {
  /** What was there and came to nothing waits once more. */
  reviveIgnored?: boolean;
};

/**
 * Stores what is new, in one statement, and tells how many that were: the same event twice is once. Always in key
 * order: two statements that bring the same events can wait for each other, never for ever.
 */
export async function addEvents(
  db: Query,
  events: readonly NewEvent[],
  { reviveIgnored = false }: Adding = {},
): Promise<number> {
  if (events.length === 0) return 0;
  const rows = events.map((event) => ({ ...event, occurredAt: storableInstant(event.occurredAt) }));
  rows.sort((a, b) => (a.eventKey < b.eventKey ? -1 : Number(a.eventKey > b.eventKey)));
  const { numAffectedRows } = await sql`
    insert into inbox (connection_id, event_key, occurred_at, workspace_id, received_at, subject_kind, subject_id,
      change, by_this_app, state, because)
    select e."connectionId", e."eventKey", e."occurredAt", e."workspaceId", e."receivedAt", e."subjectKind",
      e."subjectId", e.change, e."byThisApp", coalesce(e.state, 'pending'), e.because
    from json_to_recordset(${toJson(rows)}::json) as e("connectionId" text, "eventKey" text, "occurredAt" timestamptz,
      "workspaceId" text, "receivedAt" timestamptz, "subjectKind" text, "subjectId" text, change jsonb,
      "byThisApp" boolean, state text, because text)
    ${reviveIgnored ? sql`on conflict (connection_id, event_key, occurred_at) do update set ${asNew}, received_at = excluded.received_at where inbox.state = 'ignored'` : sql`on conflict do nothing`}
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** A row that waits as if it had just come. */
const asNew = sql`state = 'pending', because = null, attempts = 0, deaths = 0, claim_token = null, not_before = null`;

/** No row waits longer for its next try. */
export const longestWaitMs = 60_000;

/**
 * Waits are set by the clock of whoever holds the workspace, and clocks jump: one that is far longer than any wait was
 * set by a clock that was wrong, and is over.
 */
export function isDue(now: string) {
  const tooFar = new Date(Date.parse(now) + 2 * longestWaitMs).toISOString();
  return sql`(not_before is null or not_before <= ${now} or not_before > ${tooFar})`;
}

type Claim = {
  connectionIds: readonly string[];
  limit: number;
  now: string;
  /** Differs between the claims of a lease, so that one whose answer got lost can be undone. */
  number: number;
  /** Only rows that were in hand at so many deaths (see suspects.ts); default: at none. */
  deaths?: number;
  /** Leave out what is about a subject of which a suspect waits. */
  besideSuspects?: boolean;
};

/**
 * Takes up to `limit` waiting rows for this lease, oldest first: pending ones whose time has come, and those that an
 * earlier holder had claimed. Counts the attempt before any work is done, so that a row that kills its process is seen
 * to. Only rows of these connections: those of a paused one keep waiting. Empty when the lease is lost; a claim that
 * waits for a row while the lease is lost leaves it to the next holder, whose token is greater.
 */
export async function claimInbox(
  db: Query,
  lease: Lease,
  { connectionIds, limit, now, number, deaths = 0, besideSuspects = false }: Claim,
): Promise<InboxRow[]> {
  const isApart = besideSuspects
    ? sql`not exists (select 1 from inbox s where s.workspace_id = inbox.workspace_id and s.state = 'pending'
        and s.deaths > 0 and s.connection_id = inbox.connection_id and s.subject_id = inbox.subject_id)`
    : sql`true`;
  const { rows } = await sql<InboxRow>`
    with picked as materialized (
      select connection_id, event_key, occurred_at from inbox
      where workspace_id = ${lease.workspaceId} and state = 'pending' and connection_id = any(${[...connectionIds]})
        and claim_token is distinct from ${lease.token} and ${isDue(now)}
        and deaths = ${deaths} and ${isApart}
        and exists (select 1 from leases l where l.workspace_id = ${lease.workspaceId} and l.token = ${lease.token})
      order by received_at, occurred_at limit ${limit}
    ), claimed as (
      update inbox i set claim_token = ${lease.token}, claim_number = ${number}, attempts = i.attempts + 1
      from picked p
      where i.connection_id = p.connection_id and i.event_key = p.event_key and i.occurred_at = p.occurred_at
        and coalesce(i.state, '') = 'pending' and (i.claim_token is null or i.claim_token < ${lease.token})
      returning i.*
    )
    select * from claimed order by received_at, occurred_at, event_key
  `.execute(db);
  return rows;
}

/**
 * Lets what this lease has claimed wait again: all of it, or only that of a connection or of one claim. Nobody works
 * on it. Tells how many.
 */
export async function releaseClaims(
  db: Query,
  lease: Lease,
  of: { connectionId?: string; number?: number } = {},
): Promise<number> {
  const { connectionId, number } = of;
  const { numAffectedRows } = await sql`
    update inbox set claim_token = null
    where workspace_id = ${lease.workspaceId} and state = 'pending' and claim_token = ${lease.token}
      and ${connectionId === undefined ? sql`true` : sql`connection_id = ${connectionId}`}
      and ${number === undefined ? sql`true` : sql`claim_number = ${number}`}
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Ends (or gives back) rows that this lease has claimed, in one statement; tells how many. */
export async function settleInbox(db: Query, lease: Lease, settled: Settled): Promise<number> {
  if (Object.values(settled).every((rows) => rows.length === 0)) return 0;
  const { numAffectedRows } = await updateInbox(lease, settled).execute(db);
  return Number(numAffectedRows ?? 0);
}

/**
 * The same as a part of another statement. By key alone: the planner must not take the index of waiting rows for a
 * small one (see operations.ts).
 */
export function updateInbox(lease: Lease, settled: Settled) {
  const rows = [
    ...(settled.done ?? []).map((key) => ({ ...claimedKey(key), state: "done" })),
    ...(settled.ignored ?? []).map((row) => ({ ...claimedKey(row), state: "ignored", because: row.because })),
    ...(settled.parked ?? []).map((row) => ({ ...claimedKey(row), state: "parked", because: row.because })),
    ...(settled.again ?? []).map((row) => ({
      ...claimedKey(row),
      state: "pending",
      because: row.waitsFor,
      notBefore: row.notBefore,
    })),
  ];
  return sql`
    update inbox i set state = e.state, because = e.because, claim_token = null, not_before = e."notBefore"
    from json_to_recordset(${toJson(rows)}::json)
      as e("connectionId" text, "eventKey" text, "occurredAt" timestamptz, "subjectId" text, state text,
        because text, "notBefore" timestamptz)
    where i.connection_id = e."connectionId" and i.event_key = e."eventKey" and i.occurred_at = e."occurredAt"
      and i.subject_id = e."subjectId"
      and coalesce(i.state, '') = 'pending' and i.claim_token = ${lease.token}
      and coalesce(i.workspace_id, '') = ${lease.workspaceId}
  `;
}

/** Rows that wait or are worked on, counted up to `limit` so that a flood stays cheap to see. Null: of all workspaces. */
export async function inboxDepth(db: Query, workspaceId: string | null, limit: number): Promise<number> {
  const mine = workspaceId === null ? sql`true` : sql`workspace_id = ${workspaceId}`;
  const { rows } = await sql<{ depth: number }>`
    select count(*) as depth from
      (select 1 from inbox where ${mine} and state = 'pending' limit ${limit}) as waiting
  `.execute(db);
  return rows[0]?.depth ?? 0;
}

/** When the longest-waiting row was received; null when none waits. */
export async function oldestWaiting(db: Query, workspaceId: string): Promise<string | null> {
  const { rows } = await sql<{ receivedAt: string }>`
    select received_at from inbox where workspace_id = ${workspaceId} and state = 'pending'
    order by received_at limit 1
  `.execute(db);
  return rows[0]?.receivedAt ?? null;
}

/** Rows that a person must look at, oldest first. */
export async function parkedEvents(db: Query, workspaceId: string, limit: number): Promise<InboxRow[]> {
  const { rows } = await sql<InboxRow>`
    select * from inbox where workspace_id = ${workspaceId} and state = 'parked' order by received_at limit ${limit}
  `.execute(db);
  return rows;
}

export type UnsettledEvent = Pick<InboxRow, "receivedAt" | "state" | "attempts" | "notBefore" | "because">;

/** What is about a lead and has come to no end, the longest waiting first: `because` says why it is parked, or waits. */
export async function unsettledEventsOf(
  db: Query,
  of: { workspaceId: string; connectionId: string; leadId: string },
  limit: number,
): Promise<UnsettledEvent[]> {
  const inState = (state: "pending" | "parked") => sql`
    select received_at, state, attempts, not_before, because from inbox
    where workspace_id = ${of.workspaceId} and state = ${sql.lit(state)} and connection_id = ${of.connectionId}
      and subject_kind = 'lead' and subject_id = ${of.leadId}
  `;
  const { rows } = await sql<UnsettledEvent>`
    ${inState("pending")} union all ${inState("parked")} order by received_at limit ${limit}
  `.execute(db);
  return rows;
}

/** Lets parked rows wait again as if they were new; tells how many. */
export async function redrive(db: Query, workspaceId: string, keys: readonly InboxKey[]): Promise<number> {
  if (keys.length === 0) return 0;
  const { numAffectedRows } = await sql`
    update inbox i set ${asNew}
    from json_to_recordset(${toJson(keys.map(keyOf))}::json)
      as e("connectionId" text, "eventKey" text, "occurredAt" timestamptz)
    where i.connection_id = e."connectionId" and i.event_key = e."eventKey" and i.occurred_at = e."occurredAt"
      and i.state = 'parked' and i.workspace_id = ${workspaceId}
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** All parked events, of one workspace or (null) of all; tells how many. What is no event stays parked. */
export async function redriveAll(db: Query, workspaceId: string | null): Promise<number> {
  const mine = workspaceId === null ? sql`true` : sql`workspace_id = ${workspaceId}`;
  const { numAffectedRows } = await sql`
    update inbox set ${asNew}
    where ${mine} and state = 'parked' and change->>'kind' is not null
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

function keyOf({ connectionId, eventKey, occurredAt }: InboxKey): InboxKey {
  return { connectionId, eventKey, occurredAt };
}

function claimedKey(row: ClaimedKey): ClaimedKey {
  return { ...keyOf(row), subjectId: row.subjectId };
}

const earliest = "1970-01-01T00:00:00.000Z";
const latest = "9999-12-31T23:59:59.999Z";
/** As Date writes it; nothing in it is left to be looked at. */
const usualInstant = /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

// A sender's nonsense date must not cost its 99 siblings: PostgreSQL refuses the years that JavaScript writes with a sign.
function storableInstant(iso: string): string {
  if (usualInstant.test(iso)) return iso;
  const time = Date.parse(iso);
  if (Number.isNaN(time) || time < Date.parse(earliest)) return earliest;
  return time > Date.parse(latest) ? latest : new Date(time).toISOString();
}
