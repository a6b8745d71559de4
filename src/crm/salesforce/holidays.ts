import { text } from "../values.ts";
import type { Row } from "./query.ts";

/** The fields of Holiday that tell its days (salesforce.md §4.4). */
export const holidayFields: readonly string[] = [
  ...[
    "Id",
    "ActivityDate",
    "IsAllDay",
    "IsRecurrence",
    "RecurrenceType",
    "RecurrenceStartDate",
    "RecurrenceEndDateOnly",
  ],
  ...["RecurrenceInterval", "RecurrenceDayOfWeekMask", "RecurrenceDayOfMonth", "RecurrenceInstance"],
  "RecurrenceMonthOfYear",
];

/** As far as deadlines look ahead, and a little back: a shift of yesterday may pass midnight. */
const daysBack = 2;
const daysAhead = 400;

/**
 * The days of these holidays around `now`, ISO dates in order. One of a part of a day is no day off. Which users have which holidays
 * cannot be asked for (salesforce.md §4.4): an operator names those that everybody has.
 */
export function daysOffOf(rows: readonly Row[], now: Date): readonly string[] {
  const wholeDays = rows.filter((row) => row.IsAllDay === true);
  if (wholeDays.length === 0) return [];
  const today = Math.floor(now.getTime() / dayMs);
  const days = Array.from({ length: daysBack + daysAhead + 1 }, (_, at) => dayAt(today - daysBack + at));
  return days.filter((day) => wholeDays.some((row) => isOn(row, day))).map(({ date }) => date);
}

const dayMs = 86_400_000;

/** A day without a zone. `number`: days since 1970; `month`: 0 to 11; `weekday`: 0 is Sunday. */
type Day = { number: number; date: string; year: number; month: number; dayOfMonth: number; weekday: number };

function dayAt(number: number): Day {
  const at = new Date(number * dayMs);
  return {
    ...{ number, date: at.toISOString().slice(0, 10), year: at.getUTCFullYear(), month: at.getUTCMonth() },
    ...{ dayOfMonth: at.getUTCDate(), weekday: at.getUTCDay() },
  };
}

function isOn(row: Row, day: Day): boolean {
  const activity = text(row, "ActivityDate");
  if (row.IsRecurrence !== true) return activity === day.date;
  const first = text(row, "RecurrenceStartDate") ?? activity;
  const last = text(row, "RecurrenceEndDateOnly");
  if (first === null || day.date < first || (last !== null && day.date > last)) return false;
  return repeats(row, day, dayAt(Date.parse(first) / dayMs));
}

function repeats(row: Row, day: Day, first: Day): boolean {
  const every = Math.max(1, Number(row.RecurrenceInterval ?? 1));
  const isDayOfMonth = day.dayOfMonth === Number(row.RecurrenceDayOfMonth);
  const isOfYear = months[day.month] === text(row, "RecurrenceMonthOfYear");
  const isNthMonth = (monthOf(day) - monthOf(first)) % every === 0;
  switch (text(row, "RecurrenceType")) {
    case "RecursDaily":
      return (day.number - first.number) % every === 0;
    case "RecursWeekly":
      return isInMask(row, day) && (weekOf(day) - weekOf(first)) % every === 0;
    case "RecursMonthly":
      return isDayOfMonth && isNthMonth;
    case "RecursMonthlyNth":
      return isNthMonth && isNth(row, day);
    case "RecursYearly":
      return isOfYear && isDayOfMonth;
    case "RecursYearlyNth":
      return isOfYear && isNth(row, day);
    default:
      return false;
  }
}

const months: readonly string[] = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"],
  "December",
];
const instances: readonly string[] = ["First", "Second", "Third", "Fourth"];

const monthOf = ({ year, month }: Day): number => year * 12 + month;
/** Weeks begin on Sunday; the first day of 1970 was a Thursday. */
const weekOf = ({ number }: Day): number => Math.floor((number + 4) / 7);

/** Sunday is 1, Monday 2, Tuesday 4 and so on. */
const isInMask = (row: Row, { weekday }: Day): boolean =>
  (Number(row.RecurrenceDayOfWeekMask ?? 0) & (1 << weekday)) !== 0;

/** The first, second, third, fourth or last of the days of its month that the mask has. */
function isNth(row: Row, day: Day): boolean {
  const begin = day.number - day.dayOfMonth + 1;
  const ofMonth = Array.from({ length: 31 }, (_, at) => dayAt(begin + at)).filter(
    (each) => each.month === day.month && isInMask(row, each),
  );
  const instance = text(row, "RecurrenceInstance") ?? "";
  const nth = instance === "Last" ? ofMonth.at(-1) : ofMonth[instances.indexOf(instance)];
  return nth?.number === day.number;
}
