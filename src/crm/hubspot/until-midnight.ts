const dayMs = 86_400_000;

/** Milliseconds until the next midnight of an IANA zone; until that of UTC for a zone that does not exist. */
export function untilMidnight(now: Date, timeZone: string): number {
  const left = dayMs - msOfDay(now.getTime(), timeZone);
  // A day of 23 or 25 hours leaves the guess an hour off, on either side of midnight.
  const off = msOfDay(now.getTime() + left, timeZone);
  return off < dayMs / 2 ? left - off : left + dayMs - off;
}

function msOfDay(at: number, timeZone: string): number {
  const parts = formatter(timeZone).formatToParts(at);
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value ?? 0);
  return part("hour") * 3_600_000 + part("minute") * 60_000 + part("second") * 1_000 + (((at % 1_000) + 1_000) % 1_000);
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  const clock = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone, ...clock });
  } catch (error) {
    if (error instanceof RangeError) return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...clock });
    throw error;
  }
}
