import zoneCountries from "../data/zone-countries.json" with { type: "json" };
import type { Rep } from "../model/rep.ts";
import type { Policy, RepSettings } from "./policy.ts";
import type { Shared } from "./snapshot.ts";
import type { Calendar } from "./working-hours.ts";

/** The rep with this id, else the first with this name; null when there is none. */
export function findRep(reps: readonly Rep[], idOrName: string | null): Rep | null {
  if (idOrName === null) return null;
  return reps.find((rep) => rep.id === idOrName) ?? reps.find((rep) => rep.name === idOrName) ?? null;
}

/** What the policy says of a rep: under the id, else under the name, else the defaults. */
export function settingsOf(policy: Policy, rep: Rep): RepSettings {
  const own = (key: string): RepSettings | undefined =>
    Object.hasOwn(policy.reps, key) ? policy.reps[key] : undefined;
  return own(rep.id) ?? own(rep.name) ?? policy.repDefaults;
}

/** What it says of anybody. */
export const allSettings = (policy: Policy): RepSettings[] => [policy.repDefaults, ...Object.values(policy.reps)];

/** IANA zone that a rep works and reads times in. */
export function repZone(shared: Pick<Shared, "policy" | "reps" | "timeZone">, repId: string): string {
  const rep = shared.reps.find(({ id }) => id === repId);
  return zoneNameOf(shared, rep);
}

/** IANA zone of a rep; of one who is gone the policy's. */
export const zoneNameOf = ({ policy, timeZone }: Pick<Shared, "policy" | "timeZone">, rep: Rep | undefined): string =>
  rep?.timeZone ?? policy.hours.timeZone ?? timeZone;

/** What a rep's working time depends on beside themselves. */
export type Calendars = Pick<Shared, "policy" | "timeZone" | "holidays">;

/** A rep's working time: their own zone and shifts where the CRM tells them, else the policy's. */
export function repCalendar(shared: Calendars, rep: Rep): Calendar {
  return {
    timeZone: zoneNameOf(shared, rep),
    shifts: rep.shifts ?? shared.policy.hours.shifts,
    absences: rep.absences,
    holidays: withDaysOff(holidaysOf(shared, holidayRegion(shared, rep)), rep.daysOff),
  };
}

/**
 * Whose public holidays a rep has, `DE` or `DE-BY`: as the policy says, else of the country of their time zone. Null: none,
 * or nobody knows.
 */
export function holidayRegion(
  shared: Pick<Shared, "policy" | "timeZone">,
  rep: Rep,
  settings: RepSettings = settingsOf(shared.policy, rep),
): string | null {
  if (!shared.policy.hours.publicHolidays) return null;
  return settings.holidayRegion ?? countryOfZone.get(zoneNameOf(shared, rep)) ?? null;
}

const countryOfZone: ReadonlyMap<string, string> = new Map(Object.entries(zoneCountries.entries));

const nowhere: readonly string[] = [];
/** One list for all reps of a region, so that what is worked out from it is worked out once. */
const joined = new WeakMap<readonly string[], Map<readonly string[], readonly string[]>>();

/** Public holidays of the region as the facts have them, and the company's own. */
function holidaysOf({ policy, holidays }: Calendars, region: string | null): readonly string[] {
  const listed =
    region !== null && holidays !== undefined && Object.hasOwn(holidays, region) ? holidays[region] : undefined;
  const ofRegion = listed ?? nowhere;
  const { companyHolidays } = policy.hours;
  return companyHolidays.length === 0 ? ofRegion : join(companyHolidays, ofRegion);
}

const withDaysOff = (holidays: readonly string[], daysOff: readonly string[] = nowhere): readonly string[] =>
  daysOff.length === 0 ? holidays : join(daysOff, holidays);

function join(dates: readonly string[], others: readonly string[]): readonly string[] {
  const known = joined.get(dates) ?? new Map<readonly string[], readonly string[]>();
  const both = known.get(others) ?? [...others, ...dates];
  joined.set(dates, known.set(others, both));
  return both;
}
