import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Normalised } from "./normalised.ts";
import { plainNumber } from "./phone-plans.ts";

const nobodys: Normalised<string> = { value: null, mark: "phone-not-understood" };

/** Longer texts hold something else than a number. */
const longest = 60;

/**
 * E.164 ("+498912345") of a phone number; one without its country's prefix is read as one of `country` (ISO 3166-1
 * alpha-2). An extension is left out. What cannot be anybody's number is marked `phone-not-understood`; no number is no mark.
 */
export function normalisePhone(text: string | null | undefined, country: string | null): Normalised<string> {
  const plain = plainNumber(text ?? "");
  if (plain !== undefined) return plain === null ? nobodys : { value: plain, mark: null };
  const given = (text ?? "")
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .trim();
  if (given === "") return { value: null, mark: null };
  const number = given.length > longest ? undefined : parse(given, country);
  // Forms are left with 000… and 111…: no number of anybody's, and the same for all who do so.
  const isReal = number?.isValid() === true && !/^(\d)\1*$/.test(number.nationalNumber);
  return isReal ? { value: number.number, mark: null } : nobodys;
}

function parse(given: string, country: string | null) {
  const home = country !== null && isSupportedCountry(country) ? country : undefined;
  const number = parsePhoneNumberFromString(given, home);
  // "0049…" is how most of the world dials abroad, also where the lead's country is unknown or dials otherwise.
  if (number?.isValid() === true || !/^00[1-9]/.test(given)) return number;
  return parsePhoneNumberFromString(`+${given.slice(2)}`);
}
