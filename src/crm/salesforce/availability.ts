import type { Absence, Shift, Weekday } from "../../model/rep.ts";
import { instant, text } from "../values.ts";
import type { Row } from "./query.ts";

/** User id → when he is out of office. `rows`: of OutOfOffice (salesforce.md §4.4). */
export function absencesOf(rows: readonly Row[]): ReadonlyMap<string, readonly Absence[]> {
  const found = new Map<string, Absence[]>();
  for (const row of rows) {
    const [userId, startAt, endAt] = [text(row, "UserId"), instant(row, "StartDate"), instant(row, "EndDate")];
    if (userId !== null && startAt !== null && endAt !== null && startAt < endAt)
      found.set(userId, [...(found.get(userId) ?? []), { startAt, endAt }]);
  }
  return found;
}

const days: readonly (readonly [name: string, day: Weekday])[] = [
  ["Monday", "MO"],
  ["Tuesday", "TU"],
  ["Wednesday", "WE"],
  ["Thursday", "TH"],
  ["Friday", "FR"],
  ["Saturday", "SA"],
  ["Sunday", "SU"],
];

/** The fields of BusinessHours that tell when it is open. */
export const hoursFields: readonly string[] = days.flatMap(([name]) => [`${name}StartTime`, `${name}EndTime`]);

/**
 * The working hours of whoever is in this zone: Salesforce does not say whose business hours are whose. The active ones of the zone,
 * the default ones first; of several others nobody knows which, so that the policy's count: null. So they do where the hours are open
 * around the clock every day, which is what an org has that never set any. `rows`: of BusinessHours (salesforce.md §4.4).
 */
export function hoursOf(rows: readonly Row[], timeZone: string | null): readonly Shift[] | null {
  const ofZone = rows.filter((row) => text(row, "TimeZoneSidKey") === timeZone);
  const own = ofZone.find((row) => row.IsDefault === true) ?? (ofZone.length === 1 ? ofZone[0] : undefined);
  if (own === undefined) return null;
  const shifts = days.flatMap(([name, day]) => shiftOf(own, name, day) ?? []);
  const isAlwaysOpen =
    shifts.length === days.length &&
    shifts.every(({ endMinute, startMinute }) => endMinute - startMinute === dayMinutes);
  return isAlwaysOpen ? null : shifts;
}

const dayMinutes = 1_440;

/** Null: closed. From midnight to midnight is the whole day. */
function shiftOf(row: Row, name: string, day: Weekday): Shift | null {
  const [startMinute, end] = [minuteOf(row, `${name}StartTime`), minuteOf(row, `${name}EndTime`)];
  if (startMinute === null || end === null) return null;
  const endMinute = end === 0 ? dayMinutes : end;
  return startMinute < endMinute ? { day, startMinute, endMinute } : null;
}

/** Of "09:00:00.000Z", which is local to the zone of the hours. */
function minuteOf(row: Row, field: string): number | null {
  const [, hour, minute] = /^(\d\d):(\d\d)/.exec(text(row, field) ?? "") ?? [];
  return hour === undefined || minute === undefined ? null : Number(hour) * 60 + Number(minute);
}
