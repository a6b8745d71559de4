import type { LeadWrites } from "../crm/crm.ts";

/** How much is read before it is written, where writes go in few streams. */
export type ReadAhead = {
  /** How many leads may be read now, when so many are read or wait to be written. */
  room(ahead: number): number;
  /** A call wrote so many leads in so many milliseconds. */
  wrote(leads: number, ms: number): void;
  /** So long after they were asked for, leads are read, decided, and wait to be written. */
  read(ms: number): void;
};

/** How long a read takes with its decisions before any is measured, and at least: when less than that is left to write, it is time for more. */
const soonMs = 1_000;
/** No read takes longer than this for what it reads itself: then all is slow, and the facts would be old. */
const latestMs = 4_000;
/** What is read later than it is written within this time would be old by then, and be read again. */
const freshMs = 6_000;

/**
 * A CRM that runs an org's automation inside of its writes takes seconds for a call: leads that were read long before would have
 * to be read again. As many are read as are written within a few seconds, at the pace of the last full call.
 */
export function createReadAhead({ maxBatch, streams }: Pick<LeadWrites, "maxBatch" | "streams">): ReadAhead {
  /** Leads a millisecond, in all streams. Nothing is known before the first full call. */
  let pace = Number.POSITIVE_INFINITY;
  let readMs = soonMs;
  return {
    room(ahead) {
      if (streams === null || pace === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
      if (ahead > pace * readMs) return 0;
      return Math.max(maxBatch, Math.floor(pace * freshMs));
    },
    wrote(leads, ms) {
      if (streams !== null && leads >= maxBatch) pace = (streams * leads) / Math.max(1, ms);
    },
    read(ms) {
      readMs = Math.min(latestMs, Math.max(soonMs, ms));
    },
  };
}
