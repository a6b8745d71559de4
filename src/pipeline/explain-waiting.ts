import { zonedTime } from "../engine/zoned-time.ts";
import type { Connection } from "../model/connection.ts";
import type { Query } from "../store/db.ts";
import { unsettledEventsOf } from "../store/inbox.ts";
import { adviceOf } from "./park.ts";

const mostTold = 5;

/** What was told of a lead and has come to no end, a sentence each: why, and what happens next. */
export async function explainWaiting(
  db: Query,
  { id, workspaceId, timeZone }: Connection,
  leadId: string,
): Promise<string[]> {
  const events = await unsettledEventsOf(db, { workspaceId, connectionId: id, leadId }, mostTold);
  return events.map(({ receivedAt, attempts, notBefore, because }) => {
    const event = `An event of ${zonedTime(receivedAt, timeZone)}`;
    if (because !== null)
      return `${event} failed and is parked: ${because}. ${adviceOf(because)} Then run \`baton redrive\`.`;
    if (attempts === 0) return `${event} waits for its turn.`;
    if (notBefore === null) return `${event} is being worked.`;
    return `${event} is tried again from ${zonedTime(notBefore, timeZone)} on.`;
  });
}
