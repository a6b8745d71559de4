/** From the first day to before the last one, as "2026-11-20". */
export type DayRange = { from: string; to: string };

type Unit = "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR";

/** The units from `from` to before `to`, counted from the present one; `count` is the n of LAST_N_DAYS:n. */
type Span = { unit: Unit; from: number; to: number };
type Form = { needsCount: boolean; span(count: number): Span };

// What a date may be in Salesforce, as days since 1970.
const firstDay = Date.UTC(1700, 0, 1) / 86_400_000;
const lastDay = Date.UTC(4000, 11, 31) / 86_400_000;
const dayMs = 86_400_000;

const fixed = (unit: Unit, from: number, to = from + 1): Form => ({
  needsCount: false,
  span: () => ({ unit, from, to }),
});

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["YESTERDAY", fixed("DAY", -1)],
  ["TODAY", fixed("DAY", 0)],
  ["TOMORROW", fixed("DAY", 1)],
  // They hold the present day as well; those to come do not.
  ["LAST_90_DAYS", fixed("DAY", -90, 1)],
  ["NEXT_90_DAYS", fixed("DAY", 1, 91)],
  ["LAST_N_DAYS", { needsCount: true, span: (count) => ({ unit: "DAY", from: -count, to: 1 }) }],
  ["NEXT_N_DAYS", { needsCount: true, span: (count) => ({ unit: "DAY", from: 1, to: count + 1 }) }],
  ["N_DAYS_AGO", { needsCount: true, span: (count) => ({ unit: "DAY", from: -count, to: 1 - count }) }],
  ...(["WEEK", "MONTH", "QUARTER", "YEAR"] as const).flatMap(formsOf),
]);

function formsOf(unit: Unit): [string, Form][] {
  return [
    [`LAST_${unit}`, fixed(unit, -1)],
    [`THIS_${unit}`, fixed(unit, 0)],
    [`NEXT_${unit}`, fixed(unit, 1)],
    [`LAST_N_${unit}S`, { needsCount: true, span: (count) => ({ unit, from: -count, to: 0 }) }],
    [`NEXT_N_${unit}S`, { needsCount: true, span: (count) => ({ unit, from: 1, to: count + 1 }) }],
    [`N_${unit}S_AGO`, { needsCount: true, span: (count) => ({ unit, from: -count, to: 1 - count }) }],
  ];
}

/** Is it a date literal's name, as LAST_N_DAYS? In capitals. */
export function isRangeName(name: string): boolean {
  return forms.has(name);
}

/** Must `:n` follow it? */
export function needsCount(name: string): boolean {
  return forms.get(name)?.needsCount ?? false;
}

/** The days that a date literal means on the day `today`. */
export function daysOf(name: string, count: number, today: string): DayRange {
  const { unit, from, to } = forms.get(name)?.span(count) ?? { unit: "DAY", from: 0, to: 1 };
  return { from: startOf(unit, from, today), to: startOf(unit, to, today) };
}

/** The first day of the unit that many units away. Weeks begin on Sunday, as in the locale en_US. */
function startOf(unit: Unit, away: number, today: string): string {
  const day = new Date(`${today}T00:00:00Z`);
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
  if (unit === "DAY") return isoDay(Date.UTC(year, month, date + away), away);
  if (unit === "WEEK") return isoDay(Date.UTC(year, month, date - day.getUTCDay() + 7 * away), away);
  if (unit === "MONTH") return isoDay(Date.UTC(year, month + away, 1), away);
  if (unit === "QUARTER") return isoDay(Date.UTC(year, month - (month % 3) + 3 * away, 1), away);
  return isoDay(Date.UTC(year + away, 0, 1), away);
}

/** What lies beyond all dates is the last one on that side: nothing lies further out. */
function isoDay(at: number, away: number): string {
  const days = Number.isNaN(at) ? away * Number.POSITIVE_INFINITY : at / dayMs;
  return new Date(Math.min(Math.max(days, firstDay), lastDay) * dayMs).toISOString().slice(0, 10);
}
