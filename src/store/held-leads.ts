import { sql } from "kysely";
import type { Query } from "./db.ts";

/**
 * A lead whose decision left it to a list, with the timer by which it is looked at again. `isHeld`: that decision is still
 * the one in effect; else the timer has nothing to do.
 */
export type HeldLead = {
  timerId: string;
  leadId: string;
  decisionId: string;
  qualifiedAt: string;
  dueAt: string;
  isHeld: boolean;
  /** Does it stand behind the place that was asked for? Else it is due. */
  isBehind: boolean;
};

/** Where a held lead stands in the order in which they are dealt out. */
export type Place = Pick<HeldLead, "qualifiedAt" | "timerId">;

/** Before the first of them. */
export const firstPlace: Place = { qualifiedAt: "-infinity", timerId: "" };

/** The timer of a decision that left its lead to a list. */
export const waitTimerId = (decisionId: string): string => `${decisionId}.wait`;

/** Since when the one has been due that has been due the longest; null: none is. */
export async function oldestDueHeld(
  db: Query,
  { connectionIds, now }: { connectionIds: readonly string[]; now: string },
): Promise<string | null> {
  const { rows } = await sql<{ dueAt: string | null }>`
    select min(due_at) as due_at from timers
    where connection_id = any(${[...connectionIds]}) and state = 'armed' and kind = 'wait' and due_at <= ${now}
  `.execute(db);
  return rows[0]?.dueAt ?? null;
}

/** Those due by then, and with `beyond` all that stand behind that place; the longest qualified first, as they are dealt out. */
export async function heldLeads(
  db: Query,
  connectionId: string,
  { dueBy, beyond, limit }: { dueBy: string; beyond: Place | null; limit: number },
): Promise<HeldLead[]> {
  const isBehind =
    beyond === null
      ? sql`false`
      : sql`(t.qualified_at, t.id) > (${beyond.qualifiedAt}::timestamptz, ${beyond.timerId}::text)`;
  const { rows } = await sql<HeldLead>`
    select t.id as timer_id, t.lead_id, t.decision_id, t.qualified_at, t.due_at,
      coalesce(l.state = 'queued' and l.decision_id = t.decision_id, false) as is_held,
      ${isBehind} as is_behind
    from timers t left join leads l on l.connection_id = t.connection_id and l.lead_id = t.lead_id
    where t.connection_id = ${connectionId} and t.state = 'armed' and t.kind = 'wait'
      and (t.due_at <= ${dueBy} or ${isBehind})
    order by t.qualified_at, t.id limit ${limit}
  `.execute(db);
  return rows;
}
