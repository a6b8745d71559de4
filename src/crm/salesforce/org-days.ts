const dayMs = 86_400_000;

/** The day ("2026-11-20") of an instant in an org's zone (IANA); in UTC for a zone that does not exist. */
export const dayOf = (at: string, timeZone: string): string => wallTime(Date.parse(at), timeZone).slice(0, 10);

/** The last instant of a day in an org's zone, as ISO. */
export function endOfDay(day: string, timeZone: string): string {
  const wall = Date.parse(`${day}T00:00:00Z`) + dayMs;
  const guess = wall - offsetMs(wall, timeZone);
  // The zone may have changed its clocks between the guess and the time meant.
  return new Date(wall - offsetMs(guess, timeZone) - 1).toISOString();
}

/** At a whole second. */
const offsetMs = (at: number, timeZone: string): number => Date.parse(wallTime(at, timeZone)) - at;

/** What clocks show there, written as if it were UTC. */
function wallTime(at: number, timeZone: string): string {
  return `${formatterOf(timeZone).format(at).replace(" ", "T")}Z`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = createFormatter(timeZone);
  formatters.set(timeZone, made);
  return made;
}

function createFormatter(timeZone: string): Intl.DateTimeFormat {
  // Swedish is written like ISO.
  const style = { dateStyle: "short", timeStyle: "medium" } as const;
  try {
    return new Intl.DateTimeFormat("sv-SE", { timeZone, ...style });
  } catch (error) {
    if (error instanceof RangeError) return new Intl.DateTimeFormat("sv-SE", { timeZone: "UTC", ...style });
    throw error;
  }
}
