import { createRoundTrips, type RoundTrips } from "./round-trips.ts";

/** One call in the log. Opaque to others. */
export type Slot = {
  readonly sentAt: number;
  /** Null while it is in flight. */
  answeredAt: number | null;
  /** No answer came, so the request may have arrived as late as the moment we gave up. */
  isLost: boolean;
};

/** A rolling limit seen from the client's side. All times are monotonic milliseconds, passed in. */
export type Window = {
  readonly limit: number;
  readonly windowMs: number;
  /** Whether the server has said what is left; until then one call at a time goes, to ask. */
  isKnown(): boolean;
  /** Calls that may be sent now without a refusal. */
  free(now: number): number;
  /** The same for the time when an answer to a call that is sent now can be expected, if none is sent meanwhile. */
  freeByAnswer(now: number): number;
  /** The earliest moment at which more may be sent than now; Infinity when only an answer can change that. */
  nextFreeAt(now: number): number;
  /** Notes a call that is sent now. */
  spend(now: number): Slot;
  /** `remaining` is what the server says is left after this call. */
  answered(slot: Slot, now: number, remaining?: number): void;
  /** The server refused the call for this very limit. */
  refused(slot: Slot, now: number, retryAfterMs?: number): void;
  /** No answer will come. */
  failed(slot: Slot, now: number): void;
  /** Calls that the server may still count, our own and others. */
  used(now: number): number;
  /** How far a call's arrival is taken to vary from its sending. */
  guardMs(now: number): number;
};

type Log = {
  limit: number;
  windowMs: number;
  trips: RoundTrips;
  slots: Slot[];
  /** What an earlier process spent is not known until the server says what is left. */
  isKnown: boolean;
  blockedUntil: number;
};

/**
 * A sliding log with a guard (performance.md §5). The server counts a call from its arrival, which lies between sending and
 * answer. A slot is used again one window after the earlier of two bounds of that arrival: `sentAt + guard` (the way out
 * varies by no more than the guard), and `answeredAt − least round trip` (the way back of this call and the way out of the
 * next take at least that long together).
 */
export function createWindow(options: { limit: number; windowMs: number; minGuardMs?: number }): Window {
  const { limit, windowMs, minGuardMs = 50 } = options;
  const trips = createRoundTrips(minGuardMs, windowMs);
  const log: Log = { limit, windowMs, trips, slots: [], isKnown: false, blockedUntil: Number.NEGATIVE_INFINITY };

  return {
    limit,
    windowMs,
    isKnown: () => log.isKnown,
    free(now) {
      if (now < log.blockedUntil) return 0;
      const free = Math.max(0, limit - occupied(log, now));
      if (log.isKnown) return free;
      return log.slots.some(isInFlight) ? 0 : Math.min(1, free);
    },
    freeByAnswer(now) {
      if (now < log.blockedUntil || !log.isKnown) return 0;
      return Math.max(0, limit - occupied(log, now, now + trips.typicalMs()));
    },
    nextFreeAt(now) {
      if (now < log.blockedUntil) return log.blockedUntil;
      let soonest = Number.POSITIVE_INFINITY;
      for (const slot of log.slots) {
        const at = freeAt(log, slot, now);
        if (at > now && at < soonest) soonest = at;
      }
      return soonest;
    },
    spend(now) {
      prune(log, now);
      const slot: Slot = { sentAt: now, answeredAt: null, isLost: false };
      log.slots.push(slot);
      return slot;
    },
    answered(slot, now, remaining) {
      if (!settle(slot, now)) return;
      trips.add(slot.sentAt, now);
      if (remaining !== undefined) believe(log, slot, remaining);
      log.isKnown = true;
    },
    refused(slot, now, retryAfterMs) {
      if (!settle(slot, now)) return;
      trips.add(slot.sentAt, now);
      trips.alarm(now);
      // Without a word of the server the whole window is waited for.
      log.blockedUntil = Math.max(log.blockedUntil, now + (retryAfterMs ?? windowMs));
    },
    failed(slot, now) {
      if (settle(slot, now)) slot.isLost = true;
    },
    used: (now) => occupied(log, now),
    guardMs: (now) => trips.jitterMs() + trips.cautionMs(now),
  };
}

function isInFlight(slot: Slot): boolean {
  return slot.answeredAt === null;
}

function settle(slot: Slot, now: number): boolean {
  if (slot.answeredAt !== null) return false;
  slot.answeredAt = now;
  return true;
}

function freeAt({ trips, windowMs }: Log, slot: Slot, now: number): number {
  if (slot.answeredAt === null) return Number.POSITIVE_INFINITY;
  return arrivedBy(trips, slot, slot.answeredAt) + trips.cautionMs(now) + windowMs;
}

function arrivedBy(trips: RoundTrips, { sentAt, isLost }: Slot, answeredAt: number): number {
  if (isLost) return answeredAt;
  const byAnswer = answeredAt - trips.leastMs();
  // This trip was quicker than any.
  if (byAnswer < sentAt) return sentAt;
  const byGuard = sentAt + trips.jitterMs();
  return byAnswer < byGuard || answeredAt - sentAt > trips.slowMs() ? byAnswer : byGuard;
}

/** Slots that are not free at a time, as far as is known `now`. */
function occupied(log: Log, now: number, at: number = now): number {
  let count = 0;
  for (const slot of log.slots) if (freeAt(log, slot, now) > at) count += 1;
  return count;
}

/** Slots stay in the log a little longer than they count: an answer still under way may speak of them. */
function prune(log: Log, now: number): void {
  const oldestInFlight = log.slots.find(isInFlight)?.sentAt ?? now;
  const keepFrom = Math.max(oldestInFlight, now - 2 * log.windowMs);
  log.slots = log.slots.filter((slot) => freeAt(log, slot, now) > keepFrom);
}

/** The server counts more than we know of: calls that are not ours enter the log, as late as they can have been. */
function believe(log: Log, slot: Slot, remaining: number): void {
  const ours = log.slots.filter((other) => freeAt(log, other, slot.sentAt) > slot.sentAt).length;
  const others = Math.min(log.limit, log.limit - remaining - ours);
  for (let count = 0; count < others; count += 1) log.slots.push({ ...slot });
}
