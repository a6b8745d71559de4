import type { Rep } from "../model/rep.ts";
import type { RepSettings } from "./policy.ts";
import type { RosterMember } from "./policy-roster.ts";
import { weightAt } from "./ramp.ts";
import { repCalendar } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";
import { type Calendar, isAbsent, isAway, isOnShift, nextOpening } from "./working-hours.ts";

export type Presence = "here" | "inactive" | "off-shift" | "away";

/** A rep as a whole batch sees them. */
export type PreparedRep = {
  /** Their place among the reps of the batch. */
  at: number;
  rep: Rep;
  settings: RepSettings;
  /** The base weight of this moment: less for a newcomer. */
  weight: number;
  presence: Presence;
  /** When they work again; null when they are here now, inactive, or never work. */
  opensAt: string | null;
  /** Away now, or in the next shift that they would have. */
  isAbsent: boolean;
  /** Owner id of whoever stands in for them; null: nobody whom the CRM knows. */
  backupId: string | null;
};

type Hours = Pick<PreparedRep, "presence" | "opensAt" | "isAbsent">;

/** Hours are worked out once for all reps who have the same ones: most of a team do. */
export function prepareReps(shared: Shared, members: readonly RosterMember[]): Map<string, PreparedRep> {
  const { now } = shared;
  /** By time zone and region, of those who have the policy's hours and are not away: most. */
  const usual = new Map<string, Map<string | null, Hours>>();
  const others = new Map<string, Hours>();
  const hoursOf = ({ rep, timeZone, region }: RosterMember): Hours => {
    const made = (): Hours => hoursAt(repCalendar(shared, rep), now);
    if (rep.shifts === null && rep.absences.length === 0 && rep.daysOff === undefined)
      return remembered(
        remembered(usual, timeZone, () => new Map()),
        region,
        made,
      );
    return remembered(others, JSON.stringify([timeZone, region, rep.shifts, rep.absences, rep.daysOff]), made);
  };
  const reps = new Map<string, PreparedRep>();
  for (const member of members) {
    const { at, rep, settings, timeZone, backupId } = member;
    const { presence, opensAt, isAbsent } = rep.active ? hoursOf(member) : gone;
    const weight = rep.active ? weightAt(settings, { now, timeZone }) : 0;
    reps.set(rep.id, { at, rep, settings, weight, presence, opensAt, isAbsent, backupId });
  }
  return reps;
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

const gone: Hours = { presence: "inactive", opensAt: null, isAbsent: false };

function hoursAt(calendar: Calendar, now: string): Hours {
  if (!isOnShift(calendar, now))
    return { presence: "off-shift", opensAt: nextOpening(calendar, now), isAbsent: isAbsent(calendar, now) };
  if (isAway(calendar, now)) return { presence: "away", opensAt: nextOpening(calendar, now), isAbsent: true };
  return { presence: "here", opensAt: null, isAbsent: false };
}
