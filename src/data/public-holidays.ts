import { createRequire } from "node:module";
import type Holidays from "date-holidays";

/**
 * The public holidays of a year as local dates, ISO, in order. `region` is a country or one of its parts: `DE`, `DE-BY`; a
 * part that is not known has its country's. Days that are only half free are none.
 */
export type PublicHolidays = (region: string, year: number) => readonly string[];

/**
 * From the package date-holidays; years are worked out when they are first asked for, and the package is read then: it
 * takes some 30 MB, which a process that decides nothing need not have.
 */
export function loadPublicHolidays(): PublicHolidays {
  const known = new Map<string, readonly string[]>();
  return (region, year) => {
    const key = `${region} ${year}`;
    const dates = known.get(key) ?? holidaysOf(region, year);
    known.set(key, dates);
    return dates;
  };
}

const require = createRequire(import.meta.url);

const readPackage = (): typeof Holidays => require("date-holidays") as typeof Holidays;

function holidaysOf(region: string, year: number): readonly string[] {
  const [country = "", part = "", place = ""] = region.split("-");
  const days = new (readPackage())(country, part, place).getHolidays(year);
  // "2026-10-03 00:00:00", or with the hour at which half a day ends.
  const whole = days.filter(({ type, date }) => type === "public" && date.slice(11, 19) === "00:00:00");
  return [...new Set(whole.map(({ date }) => date.slice(0, 10)))].sort();
}
