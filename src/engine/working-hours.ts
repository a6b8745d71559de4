import { type Absence, type Shift, weekdays } from "../model/rep.ts";
import { localDay, type Zone, zoneOf } from "./zone.ts";

/**
 * When somebody works. No shifts: an explicit "never". A shift may end after midnight (`endMinute` over 1440). Holidays are
 * local dates, ISO, that are closed as a whole: of a shift that passes midnight the part on that date.
 */
export type Calendar = {
  timeZone: string;
  shifts: readonly Shift[];
  absences: readonly Absence[];
  holidays: readonly string[];
};

/** [start, end) in milliseconds since the epoch. */
type Interval = { start: number; end: number };

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
const dayMs = dayMinutes * minuteMs;

/** Nobody plans further; a calendar without an opening in this time is closed for good. */
const horizonDays = 400;

/** Is `at` inside a shift, absences aside? */
export function isOnShift(calendar: Calendar, at: string): boolean {
  const ms = Date.parse(at);
  return shiftsAround(calendar, ms).some((shift) => shift.start <= ms && ms < shift.end);
}

/** Is `at` inside an absence? */
export function isAway(calendar: Calendar, at: string): boolean {
  return absenceAt(calendar, Date.parse(at));
}

/** Is an absence what keeps them from work now, or from the start of their next shift? */
export function isAbsent(calendar: Calendar, at: string): boolean {
  if (calendar.absences.length === 0) return false;
  return nextOpening(calendar, at) !== nextOpening({ ...calendar, absences: [] }, at);
}

/** The first working instant not before `at` (`at` itself when open); null: never open. */
export function nextOpening(calendar: Calendar, at: string): string | null {
  for (const open of openTimes(calendar, Date.parse(at))) return new Date(open.start).toISOString();
  return null;
}

/** `minutes` of working time after `at`. Zero or less changes nothing; a limit at closing time is due at closing; null: never open. */
export const addBusinessMinutes = (calendar: Calendar, at: string, minutes: number): string | null =>
  afterMinutes(openTimes(calendar, Date.parse(at)), at, minutes);

/** The same in the hours of several people: time counts while any of them works. */
export function addMinutesOfAny(calendars: readonly Calendar[], at: string, minutes: number): string | null {
  const distinct = new Map(calendars.map((calendar) => [JSON.stringify(calendar), calendar]));
  return afterMinutes(openTimesOfAny([...distinct.values()], Date.parse(at)), at, minutes);
}

function afterMinutes(openings: Iterable<Interval>, at: string, minutes: number): string | null {
  if (minutes <= 0) return at;
  let left = minutes * minuteMs;
  for (const open of openings) {
    if (open.end - open.start >= left) return new Date(open.start + left).toISOString();
    left -= open.end - open.start;
  }
  return null;
}

function absenceAt(calendar: Calendar, ms: number): boolean {
  return calendar.absences.some((absence) => Date.parse(absence.startAt) <= ms && ms < Date.parse(absence.endAt));
}

/** Open times from `fromMs` on, in order, the first one cut to it. */
function* openTimes(calendar: Calendar, fromMs: number): Generator<Interval> {
  const zone = zoneOf(calendar.timeZone);
  if (calendar.shifts.length === 0 || zone === null || Number.isNaN(fromMs)) return;
  const today = localDay(zone, fromMs);
  let done = fromMs;
  for (let day = today - 1; day <= today + horizonDays; day += 1) {
    for (const shift of shiftsOfDay(calendar, zone, day)) {
      for (const open of withoutAbsences(calendar, { start: Math.max(shift.start, done), end: shift.end })) yield open;
      done = Math.max(done, shift.end);
    }
  }
}

/** The union, in order: what one of them covers already is cut from the others. */
function* openTimesOfAny(calendars: readonly Calendar[], fromMs: number): Generator<Interval> {
  const each = calendars.map((calendar) => openTimes(calendar, fromMs));
  const next = each.map((openings) => openings.next());
  let done = fromMs;
  for (;;) {
    let first = -1;
    for (const [at, { value }] of next.entries()) {
      const earliest = next[first]?.value;
      if (value && (!earliest || value.start < earliest.start)) first = at;
    }
    const open = next[first]?.value;
    const openings = each[first];
    if (!open || openings === undefined) return;
    next[first] = openings.next();
    const start = Math.max(open.start, done);
    if (start < open.end) yield { start, end: open.end };
    done = Math.max(done, open.end);
  }
}

function withoutAbsences(calendar: Calendar, open: Interval): Interval[] {
  let left = open.start < open.end ? [open] : [];
  for (const absence of calendar.absences) {
    const start = Date.parse(absence.startAt);
    const end = Date.parse(absence.endAt);
    left = left.flatMap((part) =>
      end <= part.start || start >= part.end
        ? [part]
        : [
            { start: part.start, end: start },
            { start: end, end: part.end },
          ].filter((rest) => rest.start < rest.end),
    );
  }
  return left;
}

/** The shifts that began on the local date of `ms` or the one before. */
function shiftsAround(calendar: Calendar, ms: number): Interval[] {
  const zone = zoneOf(calendar.timeZone);
  if (zone === null || Number.isNaN(ms)) return [];
  const today = localDay(zone, ms);
  return [...shiftsOfDay(calendar, zone, today - 1), ...shiftsOfDay(calendar, zone, today)];
}

/** Shifts that begin on local day `day` (days since the epoch), in order of their start. */
function shiftsOfDay(calendar: Calendar, zone: Zone, day: number): Interval[] {
  // Day 0, 1 January 1970, was a Thursday.
  const weekday = weekdays[(((day + 3) % 7) + 7) % 7];
  const shifts = calendar.shifts.filter((shift) => shift.day === weekday && shift.endMinute > shift.startMinute);
  if (shifts.length === 0) return [];
  const toMs = wallClock(zone, day);
  const closed = closedDays(calendar.holidays);
  return shifts
    .flatMap(({ startMinute, endMinute }) => openMinutes({ startMinute, endMinute }, day, closed))
    .map(({ startMinute, endMinute }) => ({
      start: toMs(day * dayMs + startMinute * minuteMs),
      end: toMs(day * dayMs + endMinute * minuteMs),
    }))
    .sort((a, b) => a.start - b.start);
}

type Minutes = Pick<Shift, "startMinute" | "endMinute">;

/** What holidays leave of a shift that begins on local day `day`. */
function openMinutes(shift: Minutes, day: number, closed: ReadonlySet<number>): Minutes[] {
  const isClosed = closed.has(day);
  const isNextClosed = shift.endMinute > dayMinutes && closed.has(day + 1);
  if (!isClosed && !isNextClosed) return [shift];
  const startMinute = isClosed ? dayMinutes : shift.startMinute;
  const endMinute = isNextClosed ? dayMinutes : shift.endMinute;
  return startMinute < endMinute ? [{ startMinute, endMinute }] : [];
}

const known = new WeakMap<readonly string[], ReadonlySet<number>>();

/** As days since the epoch. */
function closedDays(holidays: readonly string[]): ReadonlySet<number> {
  const days = known.get(holidays) ?? new Set(holidays.map((date) => Date.parse(date) / dayMs));
  known.set(holidays, days);
  return days;
}

/** From wall time to instants around one local day; a lookup is saved on all days but those of a clock change. */
function wallClock(zone: Zone, day: number): (wallMs: number) => number {
  const before = zone.offsetMinutes((day - 1) * dayMs);
  const steady = before === zone.offsetMinutes((day + 3) * dayMs);
  return steady ? (wallMs) => wallMs - before * minuteMs : (wallMs) => toInstant(zone, wallMs);
}

/** The instant of a local wall time (as if it were UTC): an ambiguous one is its first occurrence, a skipped one moves forward by the gap. */
function toInstant(zone: Zone, wallMs: number): number {
  const before = zone.offsetMinutes(wallMs - dayMs) * minuteMs;
  const after = zone.offsetMinutes(wallMs + dayMs) * minuteMs;
  const early = wallMs - before;
  if (before === after || zone.offsetMinutes(early) * minuteMs === before) return early;
  const late = wallMs - after;
  return zone.offsetMinutes(late) * minuteMs === after ? late : early;
}
