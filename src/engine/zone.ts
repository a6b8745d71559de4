import { IANAZone } from "luxon";

/** A time zone whose offsets are remembered: asking the runtime for one takes longer than deciding a lead. */
export type Zone = { offsetMinutes(atMs: number): number };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The local date of an instant, in days since the epoch. */
export const localDay = (zone: Zone, atMs: number): number =>
  Math.floor((atMs + zone.offsetMinutes(atMs) * minuteMs) / dayMs);

/** The week of a local date; weeks begin on Monday, and day 0 was a Thursday. */
export const weekOfDay = (day: number): number => Math.floor((day + 3) / 7);

/** No zone has changed its offset but on a quarter of an hour (UTC) since 1973 (tzdb). */
const steadyMs = 15 * 60_000;
const mostRemembered = 5_000;
const zones = new Map<string, Zone>();

/** Null for what is no zone of the tz database. */
export function zoneOf(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = IANAZone.create(name);
  if (!zone.isValid) return null;
  const made = remember(zone);
  zones.set(name, made);
  return made;
}

function remember(zone: IANAZone): Zone {
  const offsets = new Map<number, number>();
  return {
    offsetMinutes(atMs) {
      const slot = Math.floor(atMs / steadyMs);
      const known = offsets.get(slot);
      if (known !== undefined) return known;
      const offset = zone.offset(atMs);
      if (offsets.size >= mostRemembered) offsets.clear();
      offsets.set(slot, offset);
      return offset;
    },
  };
}
