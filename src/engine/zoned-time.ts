import { DateTime } from "luxon";

/** "Fri 20 Nov, 09:30" in the zone, without its name; empty for what is no plausible date. */
export const localTime = (at: string, timeZone: string): string => format(at, timeZone, "ccc d LLL, HH:mm");

/** "Fri 20 Nov 2026, 09:30:07 (Europe/Berlin)"; as it was given when that is no plausible date. */
export function zonedTime(at: string, timeZone: string): string {
  const text = format(at, timeZone, "ccc d LLL yyyy, HH:mm:ss");
  return text === "" ? at : `${text} (${timeZone})`;
}

function format(at: string, timeZone: string, tokens: string): string {
  const time = DateTime.fromISO(at, { zone: timeZone, locale: "en" });
  return time.isValid && time.year >= 1990 && time.year <= 2100 ? time.toFormat(tokens) : "";
}
