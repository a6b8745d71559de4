import type { LeadRow } from "../store/leads.ts";
import type { EventRow } from "./event-row.ts";

/** How long after our own write its echo may come and still be taken for one (reliability.md §3.6). */
const echoWindowMs = 10 * 60_000;

/** So long it may take until vendors' sync between two CRMs has carried a change over, and Baton has heard of that. */
export const syncLagMs = 30 * 60_000;

/**
 * True when the event only tells us what we wrote. The CRM's word that this app made the change is enough;
 * without it the value and the time must fit, since the kind of source that an event names proves nothing alone.
 */
export function isEcho(row: EventRow, lead: LeadRow | null, windowMs = echoWindowMs): boolean {
  const { change } = row;
  if (change.kind !== "lead-changed")
    return row.byThisApp && (change.kind === "lead-associated" || change.kind === "lead-converted");
  if (row.byThisApp) return true;
  if (change.field !== "owner" || lead === null || lead.ownerId === null) return false;
  if (change.value !== lead.ownerId || lead.decidedAt === null) return false;
  const age = Date.parse(row.occurredAt) - Date.parse(lead.decidedAt);
  return age >= 0 && age <= windowMs;
}
