import type { EventChange } from "../model/event.ts";
import type { InboxRow } from "../store/inbox.ts";

/** An inbox row that holds an event. Junk is parked at the door and never claimed. */
export type EventRow = Omit<InboxRow, "change"> & { change: EventChange };

export function isEventRow(row: InboxRow): row is EventRow {
  return "kind" in row.change;
}
