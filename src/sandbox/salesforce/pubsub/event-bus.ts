import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Change } from "../change.ts";
import type { Row, SObject } from "../schema.ts";
import { createAllocation } from "./allocation.ts";
import { createEventLog, type Entry, type EventLog } from "./event-log.ts";
import type { EventSchema } from "./event-schema.ts";
import { prepareTransaction } from "./prepare-transaction.ts";
import { type Access, type DeliveredEvent, type Reader, readEvents, splitFor, usedUp } from "./read-events.ts";
import { Refusal } from "./refusal.ts";
import { createSchemas } from "./schemas.ts";
import { createSwitches, type Switches } from "./switches.ts";
import { type Channel, findTopic, type Topic } from "./topics.ts";

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
  /** A record as it is now, deleted or not. None: enriched fields are told as they were at the change. */
  rowOf?(entityName: string, recordId: string): Row | null;
};

/** Where a subscription begins; `after`: behind the event of a replay id. */
export type StartAt = "LATEST" | "EARLIEST" | { after: Uint8Array };

/** `schemaId`: of the events to come; "" of a channel, where each event names its own. */
export type TopicInfo = Topic & { schemaId: string };

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
  /** How many streams hear of what happens now. */
  openStreams(): number;
  /** Closes the streams that are open, as a restart of the service does. */
  closeStreams(): void;
  /** Events delivered in the last 24 hours, to all subscribers. */
  delivered(): number;
  /** Forgets all events: replay ids given before are refused, as after a move of the org to another instance. */
  loseEvents(): void;
  /** Should the server close a stream that was just sent events (`switches.closeChance`)? */
  strikesStream(): boolean;
};

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
      if (startAt === "LATEST") return { topic, userId, position: log.tip, within: 0 };
      if (startAt === "EARLIEST") return { topic, userId, position: 0, within: 0 };
      const position = positionAfter(log, switches.refuseReplayIds, startAt.after);
      const names = new Set(topic.members.map(({ entityName }) => entityName));
      const isOnTopic = ({ change }: Entry) => names.has(change.entityName);
      const [last] = log.last(1, position, isOnTopic);
      // Which of a group was the last one is not told by its replay id: all come again.
      const isInGroup = last?.position === position && splitFor(topic.members, last.change).length > 1;
      const [again] = log.last(Math.max(switches.duplicatesAfterReconnect, isInGroup ? 1 : 0), position, isOnTopic);
      return { topic, userId, position: again ? again.position - 1 : position, within: 0 };
    },
    read(reader, most) {
      // A channel's members may have changed since the stream began.
      const { members } = findTopic(options, reader.topic.name);
      return readEvents({ ...options, log, allocation, switches, access, members }, reader, most);
    },
    replayIdAt(reader) {
      if (log.after(reader.position).length === 0) reader.position = log.tip;
      return log.replayIdAt(reader.position);
    },
    connect(stream) {
      streams.add(stream);
      return () => void streams.delete(stream);
    },
    openStreams: () => streams.size,
    closeStreams() {
      for (const stream of streams) stream.close();
    },
    delivered: () => allocation.used(),
    loseEvents: log.clear,
    strikesStream: () => switches.closeChance > 0 && random() < switches.closeChance,
  };
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
