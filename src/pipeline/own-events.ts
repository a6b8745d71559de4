import type { Connection } from "../model/connection.ts";
import type { CrmEvent } from "../model/event.ts";
import type { Query } from "../store/db.ts";
import { addEvents } from "../store/inbox.ts";

type OwnChange = CrmEvent["change"] & { kind: "lead-found" | "lead-elsewhere" | "lead-reassign" };

/** The connection whose lead it is about. */
type Place = { connection: Pick<Connection, "id" | "workspaceId"> };

type OwnWork = { leadId: string; at: string; change: OwnChange };

/**
 * Work that Baton gives itself goes through the inbox like any other, so that it survives a crash and is done once.
 * `at` is when the cause happened.
 */
export async function enqueueOwn(db: Query, link: Place, own: OwnWork): Promise<void> {
  // A clock, or another CRM, that asks again for what came to nothing (the lead was gone, say) asks in earnest; a lead that
  // was found is found at every look.
  await enqueueAll(db, link, [own], { reviveIgnored: own.change.kind !== "lead-found" });
}

/** The same for many leads in one statement; tells how many were not known yet, or revived. */
export function enqueueAll(
  db: Query,
  link: Place,
  all: readonly OwnWork[],
  { reviveIgnored }: { reviveIgnored: boolean },
): Promise<number> {
  const events = all.map((own) => eventOf(link, own));
  return addEvents(db, events, { reviveIgnored });
}

function causeOf(change: OwnChange): string {
  if (change.kind === "lead-elsewhere") return `${change.connectionId}:${change.leadId}`;
  return change.kind === "lead-reassign" ? `${change.round}:${change.cause}` : "0";
}

function eventOf(link: Place, own: OwnWork) {
  const cause = causeOf(own.change);
  return {
    workspaceId: link.connection.workspaceId,
    connectionId: link.connection.id,
    eventKey: `${own.change.kind}:${own.leadId}:${own.change.qualifiedAt}:${cause}`,
    // Part of the key: the qualification's own date, so that finding the same lead twice is one row.
    occurredAt: own.change.qualifiedAt,
    receivedAt: own.at,
    subjectKind: "lead" as const,
    subjectId: own.leadId,
    change: own.change,
    byThisApp: false,
  };
}
