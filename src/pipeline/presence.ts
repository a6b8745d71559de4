import type { InboxRow } from "../store/inbox.ts";
import type { LeadRow } from "../store/leads.ts";
import { type EventRow, isEventRow } from "./event-row.ts";
import type { Link } from "./workspace.ts";

/**
 * Tells of a lead that we decided whether it is there although an event says that it was deleted: the event may be a day
 * late, and the lead restored since. Also of one that is gone for all we know: its restore may be in hand. Throws for
 * each what the CRM answered instead.
 */
export async function presenceOf(
  link: Link,
  { rows, known }: { rows: readonly InboxRow[]; known: ReadonlyMap<string, LeadRow> },
): Promise<(leadId: string) => boolean> {
  const isDecided = ({ subjectId }: EventRow) => (known.get(subjectId)?.decisionId ?? null) !== null;
  const deletions = rows.filter(isEventRow).filter((row) => row.change.kind === "lead-deleted" && isDecided(row));
  const ids = [...new Set(deletions.map(({ subjectId }) => subjectId))];
  const present = new Set<string>();
  try {
    for (let from = 0; from < ids.length; from += link.client.maxBatch) {
      const page = ids.slice(from, from + link.client.maxBatch);
      for (const { id } of await link.client.readLeads(page, [], { lane: "live-read" })) present.add(id);
    }
  } catch (error) {
    return (leadId) => {
      if (ids.includes(leadId)) throw error;
      return false;
    };
  }
  return (leadId) => present.has(leadId);
}
