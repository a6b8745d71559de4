import type { Rep } from "../model/rep.ts";
import type { RepSettings } from "./policy.ts";
import { weightAt } from "./ramp.ts";
import { findRep, holidayRegion, repCalendar, settingsOf } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";
import { type Calendar, isAbsent, isAway, isOnShift, nextOpening } from "./working-hours.ts";

export type Presence = "here" | "inactive" | "off-shift" | "away";

/** A rep as a whole batch sees them. */
export type PreparedRep = {
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
export function prepareReps(shared: Shared): Map<string, PreparedRep> {
  const known = new Map<string, Hours>();
  return new Map(
    shared.reps.map((rep) => {
      const settings = settingsOf(shared.policy, rep);
      const backupId = findRep(shared.reps, settings.backupId)?.id ?? null;
      if (!rep.active) return [rep.id, { rep, settings, weight: 0, backupId, ...gone }] as const;
      const calendar = repCalendar(shared, rep);
      // Most have the policy's hours and are not away.
      const isUsual = rep.shifts === null && rep.absences.length === 0;
      const region = holidayRegion(shared, rep);
      const key = isUsual ? `${calendar.timeZone} ${region}` : JSON.stringify({ ...calendar, holidays: region });
      const hours = known.get(key) ?? hoursAt(calendar, shared.now);
      known.set(key, hours);
      const weight = weightAt(settings, { now: shared.now, timeZone: calendar.timeZone });
      return [rep.id, { rep, settings, weight, backupId, ...hours }] as const;
    }),
  );
}

const gone: Hours = { presence: "inactive", opensAt: null, isAbsent: false };

function hoursAt(calendar: Calendar, now: string): Hours {
  if (!isOnShift(calendar, now))
    return { presence: "off-shift", opensAt: nextOpening(calendar, now), isAbsent: isAbsent(calendar, now) };
  if (isAway(calendar, now)) return { presence: "away", opensAt: nextOpening(calendar, now), isAbsent: true };
  return { presence: "here", opensAt: null, isAbsent: false };
}
