import { foldName, type Normalised } from "./normalised.ts";
import { remembered } from "./remembered.ts";

const unitedStates =
  "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia|" +
  "FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|" +
  "MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|" +
  "NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|" +
  "PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|" +
  "WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico|DC Washington DC";

const canada =
  "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|NS Nova Scotia|ON Ontario|" +
  "PE Prince Edward Island|QC Quebec|SK Saskatchewan|NT Northwest Territories|NU Nunavut|YT Yukon";

const table = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("|").flatMap((line) => {
      const code = line.slice(0, 2);
      return [
        [foldName(code), code],
        [foldName(line.slice(3)), code],
      ] as const;
    }),
  );

const statesOf: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["US", table(unitedStates)],
  ["CA", table(canada)],
]);

/** Are there states of this country that tell where in it somebody is? */
export const hasStates = (country: string | null): boolean => statesOf.has(country ?? "");

const fold = remembered(foldName);

/** Postal code of a US state or Canadian province; of any other country the folded name as it stands. */
export function normaliseState(text: string | null | undefined, country: string | null): Normalised<string> {
  const name = fold(text ?? "");
  if (name === "") return { value: null, mark: null };
  const states = statesOf.get(country ?? "");
  if (states === undefined) return { value: name, mark: null };
  const code = states.get(name) ?? states.get(name.replace(/^(?:us|ca) /, ""));
  return code === undefined ? { value: null, mark: "state-not-understood" } : { value: code, mark: null };
}

/** Codes in capitals, names as names: of a country whose states we do not know they are in small letters. */
export const stateInWords = (state: string): string =>
  state.length <= 3 ? state.toUpperCase() : state.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
