import type { Rep } from "../model/rep.ts";
import { personCountry } from "./person-country.ts";
import type { Residency } from "./policy.ts";
import type { LeadFacts } from "./snapshot.ts";

/** By country: the owner ids of those who may have its leads. */
export type Residents = ReadonlyMap<string, ReadonlySet<string>>;

/** Who may have leads of the listed countries; a country that is listed twice takes both lists' teams. */
export function residentsOf(residency: readonly Residency[], reps: readonly Rep[]): Residents {
  const found = new Map<string, Set<string>>();
  for (const { countries, teams } of residency) {
    const ids = reps.filter((rep) => rep.teams.some((team) => teams.includes(team))).map(({ id }) => id);
    for (const country of countries) found.set(country, new Set([...(found.get(country) ?? []), ...ids]));
  }
  return found;
}

/** Those who alone may have this lead; null: anybody may. */
export function residentsFor(residents: Residents, facts: LeadFacts): ReadonlySet<string> | null {
  if (residents.size === 0) return null;
  return residents.get(personCountry(facts) ?? "") ?? null;
}

/** May this rep have the lead at all, whatever else would have to give way? */
export const mayHave = ({ residents }: { residents: ReadonlySet<string> | null }, repId: string): boolean =>
  residents === null || residents.has(repId);
