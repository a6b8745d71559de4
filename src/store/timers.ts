import { type Selectable, sql } from "kysely";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";
import type { TimersTable } from "./schema.ts";

export type TimerRow = Selectable<TimersTable>;
export type NewTimer = Pick<TimerRow, "id" | "leadId" | "decisionId" | "qualifiedAt" | "kind" | "dueAt">;

type Armed = { workspaceId: string; connectionId: string; timers: readonly NewTimer[] };

/** A part of a statement that arms what is new; a timer that is known, armed or not, stays as it is. */
export function insertTimers({ workspaceId, connectionId, timers }: Armed) {
  return sql`
    insert into timers (id, workspace_id, connection_id, lead_id, decision_id, qualified_at, kind, due_at)
    select id, ${workspaceId}, ${connectionId}, "leadId", "decisionId", "qualifiedAt", kind, "dueAt"
    from json_to_recordset(${toJson(timers)}::json) as e(id text, "leadId" text, "decisionId" text,
      "qualifiedAt" timestamptz, kind text, "dueAt" timestamptz)
    on conflict do nothing
  `;
}

/** Gives armed timers another due time; tells how many were still armed. */
export async function moveTimers(db: Query, timers: readonly { id: string; dueAt: string }[]): Promise<number> {
  if (timers.length === 0) return 0;
  const { numAffectedRows } = await sql`
    update timers t set due_at = e."dueAt"
    from json_to_recordset(${toJson(timers)}::json) as e(id text, "dueAt" timestamptz)
    where t.id = e.id and t.state = 'armed'
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Lets timers that have fired or were cancelled run once more, until `dueAt`. */
export async function rearmTimers(db: Query, timers: readonly { id: string; dueAt: string }[]): Promise<void> {
  await sql`
    update timers t set state = 'armed', due_at = e."dueAt", settled_at = null
    from json_to_recordset(${toJson(timers)}::json) as e(id text, "dueAt" timestamptz)
    where t.id = e.id
  `.execute(db);
}

/**
 * Armed clocks that are due at `now`, the longest overdue first; leads that a list holds have timers of their own
 * (held-leads.ts). Of these connections only: a paused one must not take the room;
 * and `besides` these decisions.
 */
export async function dueTimers(
  db: Query,
  workspaceId: string,
  due: { connectionIds: readonly string[]; now: string; besides?: readonly string[]; limit: number },
): Promise<TimerRow[]> {
  const { besides = [] } = due;
  const { rows } = await sql<TimerRow>`
    select * from timers where workspace_id = ${workspaceId} and state = 'armed' and due_at <= ${due.now}
      and kind <> 'wait'
      and connection_id = any(${[...due.connectionIds]})
      ${besides.length === 0 ? sql`` : sql`and decision_id <> all(${[...besides]})`}
    order by due_at, id limit ${due.limit}
  `.execute(db);
  return rows;
}

type Settling = { ids: readonly string[]; state: "fired" | "cancelled"; at: string };

/** Ends timers and answers the ids that were still armed: those, and no others, are the caller's to act on. */
export async function settleTimers(db: Query, { ids, state, at }: Settling): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update timers set state = ${state}, settled_at = ${at} where id = any(${[...ids]}) and state = 'armed' returning id
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** Cancels every armed timer of these leads; tells how many. */
export async function cancelTimers(
  db: Query,
  connectionId: string,
  { leadIds, at }: { leadIds: readonly string[]; at: string },
): Promise<number> {
  const { numAffectedRows } = await sql`
    update timers set state = 'cancelled', settled_at = ${at}
    where connection_id = ${connectionId} and lead_id = any(${[...leadIds]}) and state = 'armed'
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}
