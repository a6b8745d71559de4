import type { Territory } from "../policy.ts";
import type { LeadFacts } from "../snapshot.ts";
import type { LintInput } from "./finding.ts";
import { routableLead } from "./routable-lead.ts";
import { someOtherCountry } from "./some-country.ts";
import { leadWith } from "./witness.ts";

/** A lead that goes to a pool before all others; of a pool that no territory names, any lead. Null: none was found. */
export function leadOfPool(input: LintInput, pool: string): LeadFacts | null {
  const lead = routableLead(input);
  const territory = input.policy.territories.find((each) => each.pool === pool);
  return lead === null || territory === undefined ? lead : leadWith(lead, placeIn(territory, input));
}

/** Where a territory is, as values of fields. */
export function placeIn(territory: Territory, { policy }: Pick<LintInput, "policy">): Map<string, string | null> {
  const [account] = territory.accounts;
  const [country] = territory.countries;
  const [state] = territory.states;
  const [span] = territory.postalCodes;
  if (country === undefined) return new Map([["account.name", account ?? null]]);
  return new Map([
    ["lead.country", country === "*" ? someOtherCountry(policy) : country],
    ...(state === undefined ? [] : [["lead.state", state] as const]),
    ...(span === undefined ? [] : [["lead.postalCode", span.from.padEnd(5, "0")] as const]),
  ]);
}
