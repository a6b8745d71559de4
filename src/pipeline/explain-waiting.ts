import { accountName } from "../crm/account-name.ts";
import { zonedTime } from "../engine/zoned-time.ts";
import type { Connection } from "../model/connection.ts";
import type { Query } from "../store/db.ts";
import { type UnsettledEvent, unsettledEventsOf } from "../store/inbox.ts";
import { syncWaitMs } from "./cross-over.ts";
import { waitsForPerson } from "./hand-over.ts";
import { adviceOf } from "./park.ts";
import { readAuthority } from "./read-people.ts";

const mostTold = 5;

/** What was told of a lead and has come to no end, a sentence each: why, and what happens next. */
export async function explainWaiting(db: Query, connection: Connection, leadId: string): Promise<string[]> {
  const { id, workspaceId, timeZone } = connection;
  const events = await unsettledEventsOf(db, { workspaceId, connectionId: id, leadId }, mostTold);
  const [first] = events.filter(isForPerson);
  const others = events.filter((event) => !isForPerson(event)).map((event) => eventInWords(event, timeZone));
  const forPerson = first === undefined ? [] : [await waitInWords(db, connection, first)];
  return [...forPerson, ...new Set(others)];
}

const isForPerson = ({ state, because }: UnsettledEvent): boolean => state === "pending" && because === waitsForPerson;

/** Once for the lead, however much was told of it meanwhile. */
async function waitInWords(db: Query, connection: Connection, { receivedAt }: UnsettledEvent): Promise<string> {
  const authority = await readAuthority(db, connection.workspaceId);
  const place = authority === null ? "the CRM whose records say who has a lead" : accountName(authority);
  if (authority !== null && authority.status !== "active")
    return `It waits for ${place}, which is paused: the same person may be there.`;
  const until = new Date(Date.parse(receivedAt) + syncWaitMs).toISOString();
  const end = `if nobody does, it is decided soon after, and written in ${accountName(connection)}`;
  return `It waits until ${zonedTime(until, connection.timeZone)} for the same person to appear in ${place}; ${end}.`;
}

function eventInWords({ receivedAt, state, attempts, notBefore, because }: UnsettledEvent, timeZone: string): string {
  const event = `An event of ${zonedTime(receivedAt, timeZone)}`;
  if (state === "parked" && because !== null)
    return `${event} failed and is parked: ${because}. ${adviceOf(because)} Then run \`baton redrive\`.`;
  if (attempts === 0) return `${event} waits for its turn.`;
  if (notBefore === null) return `${event} is being worked.`;
  return `${event} is tried again from ${zonedTime(notBefore, timeZone)} on.`;
}
