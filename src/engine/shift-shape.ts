import { z } from "zod";
import { type Shift, weekdays } from "../model/rep.ts";
import { insteadOf } from "./found.ts";

const clockPattern = /^([01]?\d|2[0-4]):([0-5]\d)$/;

const noClock = ({ input }: { input?: unknown }): string => insteadOf('must be a time such as "09:00"', input);

/** "09:00" as minutes since midnight; "24:00" is the end of the day. */
const clock = z
  .string({ error: noClock })
  .regex(clockPattern, { error: noClock })
  .transform((time) => {
    const [, hours, past] = clockPattern.exec(time) ?? [];
    return Number(hours) * 60 + Number(past);
  })
  .refine((minute) => minute <= 1440, "must not be after 24:00");

const weekdayRange = z
  .string()
  .regex(/^(MO|TU|WE|TH|FR|SA|SU)(-(MO|TU|WE|TH|FR|SA|SU))?$/)
  .transform((range) => {
    const days: readonly string[] = weekdays;
    const [first, last = first] = range.split("-");
    const from = days.indexOf(first ?? "");
    const to = days.indexOf(last ?? "");
    return weekdays.filter((_, at) => (from <= to ? at >= from && at <= to : at >= from || at <= to));
  });

const days = z.union([weekdayRange, z.array(z.enum(weekdays)).min(1)], {
  error: ({ input }) => `must be days such as "MO-FR", "SA" or [MO, WE]${daysMeant(input)}`,
});

/** ` — did you mean "MO-FR"?` for "Mon-Friday"; or nothing. */
function daysMeant(input: unknown): string {
  const written = (Array.isArray(input) ? input : [input]).map(String).join(", ");
  const meant = written
    .toUpperCase()
    .replace(/([A-Z]{2})[A-Z]*/g, "$1")
    .replace(/\s*[-–]\s*/g, "-");
  const isMeant = /^[A-Z-]+(, [A-Z-]+)*$/.test(meant) && meant.split(/, |-/).every((day) => isWeekday(day));
  if (!isMeant) return "";
  return ` — did you mean ${meant.includes(",") ? `[${meant}]` : `"${meant}"`}?`;
}

const isWeekday = (day: string): boolean => weekdays.some((known) => known === day);

/** Days and hours as a policy writes them, as a shift of each day. */
export const shift = z
  .strictObject({ days, start: clock, end: clock })
  .refine(({ start, end }) => start !== end, "starts and ends at the same time")
  .transform(({ days, start, end }): Shift[] =>
    // A shift that ends before it starts passes midnight.
    days.map((day) => ({ day, startMinute: start, endMinute: end > start ? end : end + 1440 })),
  );
