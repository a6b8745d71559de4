import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Change } from "../change.ts";
import type { EventSchema } from "./event-schema.ts";
import { createReplayIds } from "./replay-id.ts";

/** An event on the bus. `id`: a UUID; `at`: when it arrived, epoch ms. Positions rise, with gaps between them. */
export type Entry = { id: string; position: number; at: number; change: Change; schema: EventSchema };

/** The events of one org, kept for 72 hours on the sandbox's clock. */
export type EventLog = {
  add(events: readonly { change: Change; schema: EventSchema }[]): void;
  /** In order; those that are kept. */
  after(position: number): readonly Entry[];
  /** The last `count` events at or before `position` that `isWanted`, in order. */
  last(count: number, position: number, isWanted: (entry: Entry) => boolean): readonly Entry[];
  /** The position of the newest event, or behind it. */
  readonly tip: number;
  replayIdOf(entry: Entry): Buffer;
  /** Of a place that a subscription has reached now: good for 72 hours though no event is there. */
  replayIdAt(position: number): Buffer;
  /** The position that a replay id names; null when it is broken, or older than what is kept. */
  positionOf(replayId: Uint8Array): number | null;
  /** Forgets all events, and takes no replay id that was given before. */
  clear(): void;
};

const retentionMs = 72 * 3_600_000;

/** `random` (in [0, 1)) makes the gaps between positions. */
export function createEventLog({
  clock,
  orgId,
  random,
}: {
  clock: Clock;
  orgId: string;
  random: () => number;
}): EventLog {
  const replayIds = createReplayIds(orgId);
  let entries: Entry[] = [];
  let tip = 0;
  let firstKept = 0;
  moveOn();

  /** Other topics, and other orgs, have the positions in between. */
  function moveOn(): number {
    tip += 1 + Math.floor(random() * 9);
    return tip;
  }

  function kept(): readonly Entry[] {
    const firstYoung = entries.findIndex(({ at }) => at > clock.now() - retentionMs);
    entries.splice(0, firstYoung < 0 ? entries.length : firstYoung);
    return entries;
  }

  return {
    add(events) {
      for (const event of events) entries.push({ ...event, id: randomUUID(), position: moveOn(), at: clock.now() });
    },
    after: (position) => kept().slice(indexAfter(entries, position)),
    last: (count, position, isWanted) => {
      const wanted = kept().filter((entry) => entry.position <= position && isWanted(entry));
      return count > 0 ? wanted.slice(-count) : [];
    },
    get tip() {
      return tip;
    },
    replayIdOf: ({ position, at }) => replayIds.write({ position, issuedAt: at }),
    replayIdAt: (position) => replayIds.write({ position, issuedAt: clock.now() }),
    positionOf(replayId) {
      const place = replayIds.read(replayId);
      if (!place || place.position < firstKept || place.issuedAt <= clock.now() - retentionMs) return null;
      return place.position;
    },
    clear() {
      entries = [];
      firstKept = moveOn();
    },
  };
}

function indexAfter(entries: readonly Entry[], position: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.position ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
