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

/** Longer texts name no place and hold no number; taking them apart would take long. */
const longest = 200;
const short = (text: string | null): string | null =>
  text === null || text.length <= longest ? text : text.slice(0, longest);

/** "St. Paul" is "Saint Paul", "Ft Worth" "Fort Worth". */
const fullWord = (word: string): string => shortWords[word] ?? word;
const shortWords: Readonly<Record<string, string>> = { st: "saint", ste: "sainte", ft: "fort", mt: "mount" };

export function placeForms(given: Given): PlaceForms {
  const code = normaliseCountry(short(given.country)).value;
  const number = normalisePhone(short(given.phone), code).value;
  return {
    country: code,
    state: normaliseState(short(given.state), code).value,
    city:
      placeMeaning(
        foldedWords(short(given.city) ?? "")
          .map(fullWord)
          .join(" "),
      ) || null,
    postalCode: normalisePostalCode(short(given.postalCode), code).value,
    phone: number,
    phoneStem: number === null || number.length < 8 ? null : number.slice(0, -2),
  };
}
