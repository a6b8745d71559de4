import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Change } from "../change.ts";
import type { SObject } from "../schema.ts";
import { type Allocation, createAllocation } from "./allocation.ts";
import { encodeEvent } from "./encode-event.ts";
import { createEventLog, type Entry, type EventLog } from "./event-log.ts";
import type { EventSchema } from "./event-schema.ts";
import { prepareTransaction } from "./prepare-transaction.ts";
import { Refusal } from "./refusal.ts";
import { createSchemas } from "./schemas.ts";
import { createSwitches, type Switches } from "./switches.ts";
import { type Channel, type ChannelMember, findTopic, type Topic } from "./topics.ts";

/** What the users of the org may see; the sharing of single records does not count (salesforce.md §1.2). */
export type Access = {
  /** Has the user View All Records of the object (or what stands for it: View All Data, View All Users)? */
  canViewAll(userId: string, entityName: string): boolean;
  /** Fields that the user's field-level security hides. */
  hiddenFields(userId: string, entityName: string): ReadonlySet<string>;
};

export type BusOptions = {
  clock: Clock;
  orgId: string;
  /** In [0, 1): the gaps between replay ids, and what else is left to chance. */
  random: () => number;
  /** By the exact name; null when the org has no such object. */
  objectNamed(name: string): SObject | null;
  /** The channels that the org has now, and what is selected on them. */
  channels(): readonly Channel[];
  /** None: everybody sees everything. */
  access?: Access;
};

/** Where a subscription begins; `after`: behind the event of a replay id. */
export type StartAt = "LATEST" | "EARLIEST" | { after: Uint8Array };

/** How far a subscription has read; `read` moves `position`. */
export type Reader = { topic: Topic; userId: string; position: number };

/** `schemaId`: of the events to come; "" of a channel, where each event names its own. */
export type TopicInfo = Topic & { schemaId: string };

/** `replayId` and `payload` (Avro) are bytes; `id` is a UUID that stays the same at each delivery. */
export type DeliveredEvent = { id: string; schemaId: string; payload: Buffer; replayId: Buffer };

/** `arrived`: events may be there to be read; `close`: the stream must end. */
export type Stream = { arrived(): void; close(): void };

/** The event bus of one org. What it refuses it refuses with a `Refusal`. */
export type EventBus = {
  readonly switches: Switches;
  /** Events of the changes of one transaction, in their order; those of objects on no channel are left out. */
  append(changes: readonly Change[]): void;
  /** Refuses an unknown topic, and that of an object the user may not see as a whole. */
  topic(name: string, userId: string): TopicInfo;
  /** Refuses an id that no topic or event has named. */
  schema(id: string): EventSchema;
  /** Refuses a replay id that is broken, or older than what is kept. */
  open(topic: Topic, userId: string, startAt: StartAt): Reader;
  /** At most `most` events after the reader, which moves on; each uses the allocation. Refuses when that is used up. */
  read(reader: Reader, most: number): DeliveredEvent[];
  /** The replay id of the reader's own place, good from now on for 72 hours. */
  replayIdAt(reader: Reader): Buffer;
  /** A stream that hears of what happens on the bus; the answer ends that. */
  connect(stream: Stream): () => void;
  /** Closes the streams that are open, as a restart of the service does. */
  closeStreams(): void;
  /** Events delivered in the last 24 hours, to all subscribers. */
  delivered(): number;
  /** Forgets all events: replay ids given before are refused, as after a move of the org to another instance. */
  loseEvents(): void;
  /** Should the server close a stream that was just sent events (`switches.closeChance`)? */
  strikesStream(): boolean;
};

/** A response stays below what a gRPC client takes by default, 4 MB. */
const mostBytes = 3_000_000;

const seesEverything: Access = { canViewAll: () => true, hiddenFields: () => new Set() };

/** An empty bus without switches set. */
export function createEventBus(options: BusOptions): EventBus {
  const { clock, random, access = seesEverything } = options;
  const switches = createSwitches();
  const log = createEventLog(options);
  const allocation = createAllocation(clock);
  const schemas = createSchemas(options);
  const streams = new Set<Stream>();

  function enter(events: readonly { change: Change; schema: EventSchema }[]): void {
    log.add(events);
    for (const stream of streams) stream.arrived();
  }

  return {
    switches,
    append(changes) {
      const selected = new Set(options.channels().flatMap(({ members }) => members.map((member) => member.entityName)));
      const published = changes.filter(({ entityName }) => selected.has(entityName));
      const events = prepareTransaction(published, schemas.of, switches);
      const waitMs = delayOf(changes[0]?.transactionKey ?? "", switches.delay);
      if (waitMs === 0) enter(events);
      else clock.at(clock.now() + waitMs, () => enter(events));
    },
    topic(name, userId) {
      const topic = findTopic(options, name);
      if (topic.object && !access.canViewAll(userId, topic.object.name)) {
        throw new Refusal(
          "no-access",
          `You don't have permission to subscribe to ${name}. View All Records is needed.`,
        );
      }
      return { ...topic, schemaId: topic.object ? schemas.of(topic.object.name).schema.id : "" };
    },
    schema: schemas.named,
    open(topic, userId, startAt) {
      if (allocation.used() >= switches.deliveriesPerDay) throw usedUp();
      if (startAt === "LATEST") return { topic, userId, position: log.tip };
      if (startAt === "EARLIEST") return { topic, userId, position: 0 };
      const position = positionAfter(log, switches.refuseReplayIds, startAt.after);
      const names = new Set(topic.members.map(({ entityName }) => entityName));
      const isOnTopic = ({ change }: Entry) => names.has(change.entityName);
      const [again] = log.last(switches.duplicatesAfterReconnect, position, isOnTopic);
      return { topic, userId, position: again ? again.position - 1 : position };
    },
    read(reader, most) {
      // A channel's members may have changed since the stream began.
      const { members } = findTopic(options, reader.topic.name);
      return readEvents({ log, allocation, switches, access, members }, reader, most);
    },
    replayIdAt(reader) {
      if (log.after(reader.position).length === 0) reader.position = log.tip;
      return log.replayIdAt(reader.position);
    },
    connect(stream) {
      streams.add(stream);
      return () => void streams.delete(stream);
    },
    closeStreams() {
      for (const stream of streams) stream.close();
    },
    delivered: () => allocation.used(),
    loseEvents: log.clear,
    strikesStream: () => switches.closeChance > 0 && random() < switches.closeChance,
  };
}

type Source = {
  log: EventLog;
  allocation: Allocation;
  switches: Switches;
  access: Access;
  members: readonly ChannelMember[];
};

function readEvents(source: Source, reader: Reader, most: number): DeliveredEvent[] {
  const { log, allocation, switches } = source;
  const events: DeliveredEvent[] = [];
  const left = switches.deliveriesPerDay - allocation.used();
  let bytes = 0;
  for (const entry of log.after(reader.position)) {
    if (events.length >= most || bytes >= mostBytes) break;
    const payload = payloadFor(source, reader.userId, entry);
    if (payload && events.length >= left) {
      if (events.length === 0) throw usedUp();
      break;
    }
    reader.position = entry.position;
    if (!payload) continue;
    bytes += payload.length;
    events.push({ id: entry.id, schemaId: entry.schema.id, payload, replayId: log.replayIdOf(entry) });
  }
  allocation.use(events.length);
  return events;
}

/** Null of an event that is not on the topic, or withheld from the user. */
function payloadFor({ access, members }: Source, userId: string, { change, schema }: Entry): Buffer | null {
  const member = members.find(({ entityName }) => entityName === change.entityName);
  if (!member || !access.canViewAll(userId, change.entityName)) return null;
  const hiddenFields = access.hiddenFields(userId, change.entityName);
  return encodeEvent(schema, change, { enrichedFields: member.enrichedFields, hiddenFields });
}

function positionAfter(log: EventLog, refuse: Switches["refuseReplayIds"], replayId: Uint8Array): number {
  if (replayId.length === 0 || refuse === "validation.failed") {
    throw new Refusal("replay-id-invalid", "The Replay ID validation failed. Ensure that the Replay ID is valid.");
  }
  const position = refuse === null ? log.positionOf(replayId) : null;
  if (position !== null) return position;
  throw new Refusal(
    "replay-id-corrupted",
    "The Replay ID is corrupted. Ensure that it is valid and within the retention window.",
  );
}

/** Of each transaction the same, so that its events stay together. */
function delayOf(transactionKey: string, { minMs, maxMs }: Switches["delay"]): number {
  const share = createHash("sha256").update(transactionKey).digest().readUInt32BE() / 0xffff_ffff;
  return Math.round(minMs + (maxMs - minMs) * share);
}

function usedUp(): Refusal {
  return new Refusal("allocation", "You have exceeded the event delivery limit for your org.");
}
