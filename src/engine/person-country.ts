import { normaliseCountry } from "./normalise/country.ts";
import type { LeadFacts } from "./snapshot.ts";

/** ISO 3166-1 alpha-2 of where the person is, whose consent and data it is about; of the company where that is unknown. */
export function personCountry({ lead, match }: LeadFacts): string | null {
  return normaliseCountry(lead.fields.country).value ?? normaliseCountry(match?.account.country).value;
}
