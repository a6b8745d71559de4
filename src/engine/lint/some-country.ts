import { countryCodes } from "../normalise/country.ts";
import type { Policy } from "../policy.ts";

/** The largest first, so that an example is one that people know. */
const known = [
  "US",
  "DE",
  "FR",
  "GB",
  "JP",
  "IN",
  "BR",
  "ES",
  "IT",
  "NL",
  "AU",
  "CA",
  "PL",
  "SE",
  "SG",
  "ZA",
  "AE",
  "MX",
];

/** A country that no territory names as a whole; null: all are named. */
export function someOtherCountry({ territories }: Pick<Policy, "territories">): string | null {
  const named = new Set(
    territories
      .filter(({ states, postalCodes }) => states.length + postalCodes.length === 0)
      .flatMap((territory) => territory.countries),
  );
  const all = [...known, ...countryCodes];
  return all.find((code) => !named.has(code)) ?? null;
}
