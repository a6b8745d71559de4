import { sql } from "kysely";
import type { CloseReason } from "../model/operation.ts";
import type { Query } from "./db.ts";

/** What happened to a first-touch clock beside its follow-up. */
export type ClockEvent = {
  decisionId: string;
  what: "reminded" | "breached" | "closed";
  /** Of "closed": why, as the operation has it. */
  because: CloseReason | null;
  at: string;
};

/** The clock events of a lead's decisions, oldest first. */
export async function clockEventsOfLead(db: Query, workspaceId: string, leadId: string): Promise<ClockEvent[]> {
  const { rows } = await sql<ClockEvent>`
    select decision_id, case kind when 'remind-task' then 'reminded' else 'closed' end as what,
      body ->> 'because' as because, planned_at as at
    from operations
    where workspace_id = ${workspaceId} and lead_id = ${leadId} and kind in ('remind-task', 'close-task')
    union all
    select decision_id, 'breached', null, settled_at from timers
    where workspace_id = ${workspaceId} and lead_id = ${leadId} and kind = 'breach' and state = 'fired'
    order by at, what
  `.execute(db);
  return rows;
}
