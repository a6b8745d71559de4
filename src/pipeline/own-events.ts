import type { CrmEvent } from "../model/event.ts";
import type { Query } from "../store/db.ts";
import { addEvents } from "../store/inbox.ts";
import type { Link } from "./workspace.ts";

type OwnChange = CrmEvent["change"] & { kind: "lead-found" | "lead-reassign" };

/**
 * Work that Baton gives itself goes through the inbox like any other, so that it survives a crash and is done once.
 * `at` is when the cause happened.
 */
export async function enqueueOwn(
  db: Query,
  link: Link,
  own: { leadId: string; at: string; change: OwnChange },
): Promise<void> {
  // A clock that asks again for what came to nothing (the lead was gone, say) asks in earnest; a lead that was found is
  // found at every look.
  const reviveIgnored = own.change.kind === "lead-reassign";
  const cause = own.change.kind === "lead-reassign" ? `${own.change.round}:${own.change.cause}` : "0";
  const event = {
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
  await addEvents(db, [event], { reviveIgnored });
}
