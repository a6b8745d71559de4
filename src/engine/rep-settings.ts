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

/** IANA zone that a rep works and reads times in. */
export function repZone(shared: Pick<Shared, "policy" | "reps" | "timeZone">, repId: string): string {
  const rep = shared.reps.find(({ id }) => id === repId);
  return rep?.timeZone ?? shared.policy.hours.timeZone ?? shared.timeZone;
}

/** A rep's working time: their own zone and shifts where the CRM tells them, else the policy's. */
export function repCalendar(shared: Pick<Shared, "policy" | "timeZone">, rep: Rep): Calendar {
  return {
    timeZone: rep.timeZone ?? shared.policy.hours.timeZone ?? shared.timeZone,
    shifts: rep.shifts ?? shared.policy.hours.shifts,
    absences: rep.absences,
  };
}
