import { z } from "zod";
import { type Absence, type Shift, type Weekday, weekdays } from "../../model/rep.ts";

/** hubspot.md §5.1. */
const daysOf: Readonly<Record<string, readonly Weekday[]>> = {
  MONDAY: ["MO"],
  TUESDAY: ["TU"],
  WEDNESDAY: ["WE"],
  THURSDAY: ["TH"],
  FRIDAY: ["FR"],
  SATURDAY: ["SA"],
  SUNDAY: ["SU"],
  MONDAY_TO_FRIDAY: weekdays.slice(0, 5),
  SATURDAY_SUNDAY: weekdays.slice(5),
  EVERY_DAY: weekdays,
};

const minute = z.number().int().min(0).max(1_440);
const hours = z.object({ days: z.string(), startMinute: minute, endMinute: minute });
// The documentation's own samples have eleven digits, which are no milliseconds (hubspot.md §5.1): from 2001 to 2286.
const millis = z.number().int().min(1_000_000_000_000).max(9_999_999_999_999);
const absence = z.object({ startTimestamp: millis, endTimestamp: millis });

/** A user's working hours. Null when none are set or nothing in them makes sense; an empty list says "never". */
export function parseShifts(value: string | null): readonly Shift[] | null {
  const entries = parseList(value);
  if (entries === null) return null;
  const shifts = entries.flatMap((entry): Shift[] => {
    const { days, startMinute, endMinute } = hours.safeParse(entry).data ?? { days: "", startMinute: 0, endMinute: 0 };
    if (endMinute <= startMinute) return [];
    return (daysOf[days] ?? []).map((day) => ({ day, startMinute, endMinute }));
  });
  return shifts.length === 0 && entries.length > 0 ? null : shifts;
}

/** A user's absences; what makes no sense is left out. */
export function parseAbsences(value: string | null): readonly Absence[] {
  return (parseList(value) ?? []).flatMap((entry): Absence[] => {
    const { data } = absence.safeParse(entry);
    if (data === undefined || data.endTimestamp <= data.startTimestamp) return [];
    return [{ startAt: iso(data.startTimestamp), endAt: iso(data.endTimestamp) }];
  });
}

/** HubSpot hands out whatever was stored: a list as text, `null` as text, or anything else (hubspot.md §5.1). */
function parseList(value: string | null): unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(value ?? "null");
    return Array.isArray(parsed) ? parsed : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** An IANA zone that this runtime knows, or null. */
export function parseTimeZone(value: string | null): string | null {
  if (value === null) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const iso = (at: number) => new Date(at).toISOString();
