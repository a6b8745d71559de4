import type { ReasonCode } from "./decision.ts";
import { normaliseCountry } from "./normalise/country.ts";
import { normaliseState } from "./normalise/state.ts";
import type { Territory } from "./policy.ts";
import type { Prepared } from "./prepare.ts";
import type { LeadFacts } from "./snapshot.ts";

export type Place = { country: string | null; state: string | null; marks: readonly ReasonCode[] };

/** Where the company sits: the account's address, else the contact's. They may differ, which is marked. */
export function placeOf(facts: LeadFacts): Place {
  const account = facts.match?.account;
  const own = normaliseCountry(facts.lead.fields.country);
  const headquarters = normaliseCountry(account?.country);
  const country = headquarters.value ?? own.value;
  const marks: ReasonCode[] = [];
  if (country === null) marks.push(own.mark ?? "country-missing");
  if (headquarters.value !== null && own.value !== null && headquarters.value !== own.value) {
    marks.push("country-differs");
  }
  const stated = headquarters.value === country && account?.state ? account.state : null;
  const state = normaliseState(stated ?? (own.value === country ? facts.lead.fields.state : null), country);
  if (state.mark !== null) marks.push(state.mark);
  return { country, state: state.value, marks };
}

/** The most specific territory of a place: by state, by country, or `*`. */
export function territoryOf(
  prepared: Prepared,
  place: Place,
): { territory: Territory; because: null } | { territory: null; because: ReasonCode } {
  if (place.country === null) return { territory: null, because: "country-unknown" };
  const here = prepared.territories.get(place.country) ?? [];
  const byState = here.find((territory) => place.state !== null && territory.states.includes(place.state));
  const byCountry = here.find((territory) => territory.states.length === 0);
  const anywhere = prepared.territories.get("*")?.[0];
  const territory = byState ?? byCountry ?? anywhere;
  return territory === undefined ? { territory: null, because: "no-territory" } : { territory, because: null };
}
