import { sql } from "kysely";
import type { Query } from "./db.ts";

/**
 * A lead whose decision left it to a list, with the timer by which it is looked at again. `isHeld`: that decision is still
 * the one in effect; else the timer has nothing to do.
 */
export type HeldLead = { timerId: string; leadId: string; decisionId: string; dueAt: string; isHeld: boolean };

/** The timer of a decision that left its lead to a list. */
export const waitTimerId = (decisionId: string): string => `${decisionId}.wait`;

/** The longest qualified first, which is the order in which they are dealt out; `dueBy` null: due or not. */
export async function heldLeads(
  db: Query,
  connectionId: string,
  { dueBy, limit }: { dueBy: string | null; limit: number },
): Promise<HeldLead[]> {
  const { rows } = await sql<HeldLead>`
    select t.id as timer_id, t.lead_id, t.decision_id, t.due_at,
      coalesce(l.state = 'queued' and l.decision_id = t.decision_id, false) as is_held
    from timers t left join leads l on l.connection_id = t.connection_id and l.lead_id = t.lead_id
    where t.connection_id = ${connectionId} and t.state = 'armed' and t.kind = 'wait'
      and ${dueBy === null ? sql`true` : sql`t.due_at <= ${dueBy}`}
    order by t.qualified_at, t.id limit ${limit}
  `.execute(db);
  return rows;
}
