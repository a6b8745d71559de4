import { DateTime } from "luxon";

/** The day ("2026-11-20") of an instant in an org's zone (IANA); null for what is no instant, or no zone. */
export const dayOf = (at: string, timeZone: string): string | null =>
  DateTime.fromISO(at, { zone: timeZone }).toISODate();

/** The last instant of a day in an org's zone, as ISO; null for what is no day, or no zone. */
export const endOfDay = (day: string, timeZone: string): string | null =>
  DateTime.fromISO(day, { zone: timeZone }).endOf("day").toUTC().toISO();
