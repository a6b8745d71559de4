import { normaliseCountry } from "../normalise/country.ts";
import { foldedWords } from "../normalise/folded-words.ts";
import { normalisePhone } from "../normalise/phone.ts";
import { normalisePostalCode } from "../normalise/postal-code.ts";
import { normaliseState } from "../normalise/state.ts";
import { placeMeaning } from "./word-meanings.ts";

type Given = {
  country: string | null;
  state: string | null;
  city: string | null;
  postalCode: string | null;
  phone: string | null;
};

/** Where somebody is and how they are called, as it is compared; null: nobody says. */
export type PlaceForms = Given & {
  /** A number without its last two digits, as the lines of one switchboard have in common. */
  phoneStem: string | null;
};

export function placeForms({ country, state, city, postalCode, phone }: Given): PlaceForms {
  const code = normaliseCountry(country).value;
  const number = normalisePhone(phone, code).value;
  return {
    country: code,
    state: normaliseState(state, code).value,
    city: placeMeaning(foldedWords((city ?? "").slice(0, 100)).join(" ")) || null,
    postalCode: normalisePostalCode(postalCode, code).value,
    phone: number,
    phoneStem: number === null || number.length < 8 ? null : number.slice(0, -2),
  };
}
