import type { LimitPolicy } from "./errors.ts";

type Window = { max: number; windowMs: number };

export type LimitSettings = { burst: Window; search: Window };

/** Who is counted together: one app in one portal (hubspot.md §3.1). */
export type Subject = { portalId: number; appId: number };

export type Limits = {
  /** Changeable at any time; the defaults are those of a marketplace app. */
  settings: LimitSettings;
  /** Counts a request, or names the limit that refuses it; a refused request is not counted. */
  take(subject: Subject, search: boolean): LimitPolicy | null;
  /** Requests left in the ten-second window. */
  remaining(subject: Subject): number;
  /** Every request of the portal is refused as DAILY until its next midnight; answers that time, epoch ms. */
  exhaustDaily(portal: { id: number; timeZone: string }): number;
  /** Ends what `exhaustDaily` began and empties the windows. */
  reset(): void;
};

/** Real rolling windows: a slot is free again exactly one window after it was taken. */
export function createLimits(now: () => number): Limits {
  const settings: LimitSettings = { burst: { max: 110, windowMs: 10_000 }, search: { max: 5, windowMs: 1_000 } };
  const logs = { burst: new Map<string, number[]>(), search: new Map<string, number[]>() };
  const exhaustedUntil = new Map<number, number>();

  function recent(kind: "burst" | "search", { portalId, appId }: Subject): number[] {
    const key = `${portalId}:${appId}`;
    const log = logs[kind].get(key) ?? [];
    logs[kind].set(key, log);
    const oldest = now() - settings[kind].windowMs;
    let gone = 0;
    while ((log[gone] ?? Number.POSITIVE_INFINITY) <= oldest) gone += 1;
    log.splice(0, gone);
    return log;
  }

  return {
    settings,
    take(subject, search) {
      if ((exhaustedUntil.get(subject.portalId) ?? 0) > now()) return "DAILY";
      const kind = search ? "search" : "burst";
      const log = recent(kind, subject);
      if (log.length >= settings[kind].max) return search ? "SECONDLY" : "TEN_SECONDLY_ROLLING";
      log.push(now());
      return null;
    },
    remaining: (subject) => Math.max(0, settings.burst.max - recent("burst", subject).length),
    exhaustDaily(portal) {
      const until = nextMidnight(now(), portal.timeZone);
      exhaustedUntil.set(portal.id, until);
      return until;
    },
    reset() {
      exhaustedUntil.clear();
      logs.burst.clear();
      logs.search.clear();
    },
  };
}

const dayMs = 86_400_000;

/** The daily window ends at midnight of the account's time zone (hubspot.md §3.1). */
function nextMidnight(now: number, timeZone: string): number {
  const guess = now + dayMs - msOfDay(now, timeZone);
  // A day of 23 or 25 hours leaves the guess an hour off, on either side of midnight.
  const off = msOfDay(guess, timeZone);
  return off < dayMs / 2 ? guess - off : guess + dayMs - off;
}

function msOfDay(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value ?? 0);
  return part("hour") * 3_600_000 + part("minute") * 60_000 + part("second") * 1000 + (at % 1000);
}
