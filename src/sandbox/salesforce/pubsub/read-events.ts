import { createHash } from "node:crypto";
import type { Change } from "../change.ts";
import type { Row } from "../schema.ts";
import type { Allocation } from "./allocation.ts";
import { encodeEvent } from "./encode-event.ts";
import type { Entry, EventLog } from "./event-log.ts";
import { Refusal } from "./refusal.ts";
import type { Switches } from "./switches.ts";
import type { ChannelMember, Topic } from "./topics.ts";

/** What the users of the org may see; the sharing of single records does not count (salesforce.md §1.2). */
export type Access = {
  /** Has the user View All Records of the object (or what stands for it: View All Data, View All Users)? */
  canViewAll(userId: string, entityName: string): boolean;
  /** Fields that the user's field-level security hides. */
  hiddenFields(userId: string, entityName: string): ReadonlySet<string>;
};

/** How far a subscription has read; `read` moves it. `within`: events of the next place that it has had already. */
export type Reader = { topic: Topic; userId: string; position: number; within: number };

/** `replayId` and `payload` (Avro) are bytes; `id` is a UUID that stays the same at each delivery. */
export type DeliveredEvent = { id: string; schemaId: string; payload: Buffer; replayId: Buffer };

/** A response stays below what a gRPC client takes by default, 4 MB. */
const mostBytes = 3_000_000;

/** What a subscription reads from. `rowOf`: a record as it is now, deleted or not. */
export type Source = {
  rowOf?(entityName: string, recordId: string): Row | null;
  log: EventLog;
  allocation: Allocation;
  switches: Switches;
  access: Access;
  members: readonly ChannelMember[];
};

/** At most `most` events after the reader, which moves on; each uses the allocation. Refuses when that is used up. */
export function readEvents(source: Source, reader: Reader, most: number): DeliveredEvent[] {
  const { log, allocation, switches } = source;
  const events: DeliveredEvent[] = [];
  const left = switches.deliveriesPerDay - allocation.used();
  let bytes = 0;
  for (const entry of log.after(reader.position)) {
    if (events.length >= most || bytes >= mostBytes) break;
    const unread = eventsFor(source, reader.userId, entry).slice(reader.within);
    const taken = unread.slice(0, Math.max(0, Math.min(most, left) - events.length));
    for (const event of taken) bytes += event.payload.length;
    events.push(...taken);
    if (taken.length < unread.length) {
      if (events.length === 0) throw usedUp();
      reader.within += taken.length;
      break;
    }
    Object.assign(reader, { position: entry.position, within: 0 });
  }
  allocation.use(events.length);
  return events;
}

/** None of an event that is not on the topic, or withheld from the user; several of one that is not told as a group. */
function eventsFor({ log, access, members, rowOf }: Source, userId: string, entry: Entry): DeliveredEvent[] {
  const { id, change, schema } = entry;
  const { entityName } = change;
  const member = members.find((candidate) => candidate.entityName === entityName);
  if (!member || !access.canViewAll(userId, entityName)) return [];
  const hiddenFields = access.hiddenFields(userId, entityName);
  const replayId = log.replayIdOf(entry);
  return splitFor(members, change).map((one, index) => {
    const latest = rowOf?.(entityName, one.recordIds[0] ?? "") ?? null;
    const payload = encodeEvent(schema, one, { enrichedFields: member.enrichedFields, hiddenFields, latest });
    return { id: index === 0 ? id : uuidOf(`${id} ${index}`), schemaId: schema.id, payload, replayId };
  });
}

/**
 * The same change of several records is told of each by itself, all with one replay id, where it is enriched: the fields
 * that are added differ (Change Data Capture guide, "Event Enrichment Considerations"). Which UUIDs they have is not
 * documented: a guess.
 */
export function splitFor(members: readonly ChannelMember[], change: Change): readonly Change[] {
  const member = members.find(({ entityName }) => entityName === change.entityName);
  const isEnriched = change.changeType === "UPDATE" || change.changeType === "DELETE";
  if (!isEnriched || !member || member.enrichedFields.length === 0) return [change];
  return change.recordIds.map((recordId) => ({ ...change, recordIds: [recordId] }));
}

/** A UUID that is the same for the same text. */
function uuidOf(text: string): string {
  const hash = createHash("sha256").update(text).digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** The org's allocation of deliveries is used up (salesforce.md §1.2). */
export function usedUp(): Refusal {
  return new Refusal("allocation", "You have exceeded the event delivery limit for your org.");
}
