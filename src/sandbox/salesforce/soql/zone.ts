const minuteMs = 60_000;

/** The day in the zone (IANA) at a time in epoch ms, as "2026-11-20". */
export function dayIn(timeZone: string, at: number): string {
  return new Date(at + offsetMs(timeZone, at)).toISOString().slice(0, 10);
}

/** Epoch ms at which the day ("2026-11-20") begins in the zone. */
export function startOfDay(timeZone: string, day: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`);
  const guess = wall - offsetMs(timeZone, wall);
  // The zone may have changed its clocks between the guess and the time meant.
  return wall - offsetMs(timeZone, guess);
}

/** How far the zone's clocks are ahead of UTC at that time. */
function offsetMs(timeZone: string, at: number): number {
  const named = formatterOf(timeZone)
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName");
  const [, sign, hours, minutes, seconds] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(named?.value ?? "") ?? [];
  if (sign === undefined) return 0;
  const size = (Number(hours) * 60 + Number(minutes)) * minuteMs + Number(seconds ?? 0) * 1_000;
  return sign === "-" ? -size : size;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Kept: to make one takes longer than a query. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  formatters.set(timeZone, made);
  return made;
}
