import type { ReasonCode } from "./decision.ts";
import { normaliseCountry } from "./normalise/country.ts";
import { coversCode, normalisePostalCode } from "./normalise/postal-code.ts";
import { normaliseState } from "./normalise/state.ts";
import type { Policy, Territory } from "./policy.ts";
import type { Prepared } from "./prepare.ts";
import { accountKey } from "./shared-place.ts";
import type { LeadFacts } from "./snapshot.ts";

export type Place = {
  country: string | null;
  state: string | null;
  postalCode: string | null;
  marks: readonly ReasonCode[];
};

type Address = { country: string | null; state: string | null; postalCode: string | null };

/**
 * Where the lead is: at the company's address or the contact's, as the policy says; at the other where that one names no
 * country. They may differ, which is marked.
 */
export function placeOf({ lead, match }: LeadFacts, location: Policy["location"]): Place {
  const contact = addressOf(lead.fields);
  const headquarters = addressOf(match?.account);
  const [first, second] = location === "contact" ? [contact, headquarters] : [headquarters, contact];
  const wins = normaliseCountry(first.country);
  const other = normaliseCountry(second.country);
  const country = wins.value ?? other.value;
  const marks: (ReasonCode | null)[] = [];
  if (country === null) marks.push(normaliseCountry(contact.country).mark ?? "country-missing");
  if (wins.value !== null && other.value !== null && wins.value !== other.value) marks.push("country-differs");
  // What the winning address lacks the other one tells, where it is of the same country.
  const told = [wins.value === country ? first : null, other.value === country ? second : null];
  const tell = (part: "state" | "postalCode"): string | null =>
    told.map((address) => address?.[part] || null).find((text) => text !== null) ?? null;
  const state = normaliseState(tell("state"), country);
  const postalCode = normalisePostalCode(tell("postalCode"), country);
  marks.push(state.mark, postalCode.mark);
  return { country, state: state.value, postalCode: postalCode.value, marks: marks.filter((mark) => mark !== null) };
}

const addressOf = (of: Partial<Address> | Readonly<Record<string, string | null>> | undefined): Address => ({
  country: of?.country ?? null,
  state: of?.state ?? null,
  postalCode: of?.postalCode ?? null,
});

type Found =
  | { territory: Territory; because: null /** Others that cover the lead as closely. */; rivals: readonly Territory[] }
  | { territory: null; because: ReasonCode };

/** The most specific territory: of the named account, by postal code, by state, by country, or `*`; of equals the first. */
export function territoryOf(prepared: Prepared, { match }: LeadFacts, place: Place): Found {
  const named = match === null ? [] : namedTerritories(prepared, match.account);
  if (named.length > 0) return firstOf(named);
  const { country, state, postalCode } = place;
  if (country === null) return { territory: null, because: "country-unknown" };
  const here = prepared.territories.get(country) ?? [];
  const byCode = here.filter(
    ({ postalCodes }) => postalCode !== null && postalCodes.some((span) => coversCode(span, postalCode)),
  );
  if (byCode.length > 0) return firstOf(byCode);
  const byState = here.filter(({ states }) => state !== null && states.includes(state));
  if (byState.length > 0) return firstOf(byState);
  const byCountry = here.filter(({ states, postalCodes }) => states.length + postalCodes.length === 0);
  return firstOf(byCountry.length > 0 ? byCountry : (prepared.territories.get("*") ?? []));
}

function firstOf([territory, ...rivals]: readonly Territory[]): Found {
  return territory === undefined ? { territory: null, because: "no-territory" } : { territory, because: null, rivals };
}

type NamedAccount = { id: string; name: string | null; domains: readonly string[] };

/** By the first of its names that any territory has. */
function namedTerritories({ namedAccounts }: Prepared, { id, name, domains }: NamedAccount): readonly Territory[] {
  if (namedAccounts.size === 0) return [];
  const names = [id, ...domains, ...(name === null ? [] : [name])];
  return names.map((each) => namedAccounts.get(accountKey(each))).find((found) => found !== undefined) ?? [];
}
