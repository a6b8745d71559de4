import countryNames from "../../data/country-names.json" with { type: "json" };
import { foldName, type Normalised } from "./normalised.ts";
import { remembered } from "./remembered.ts";

/** What people type and no ISO list holds. */
const aliases: Readonly<Record<string, string>> = {
  us: "US",
  usa: "US",
  america: "US",
  "united states america": "US",
  uk: "GB",
  england: "GB",
  scotland: "GB",
  wales: "GB",
  "northern ireland": "GB",
  "great britain": "GB",
  britain: "GB",
  holland: "NL",
  korea: "KR",
  "south korea": "KR",
  "republic of korea": "KR",
  russia: "RU",
  "czech republic": "CZ",
  uae: "AE",
  emirates: "AE",
  vietnam: "VN",
  brd: "DE",
  schweiz: "CH",
  suisse: "CH",
  svizzera: "CH",
  oesterreich: "AT",
  prc: "CN",
  "pr china": "CN",
  "hong kong sar": "HK",
  "macau sar": "MO",
  "etats unis": "US",
  "stati uniti": "US",
  "great britain uk": "GB",
  "england uk": "GB",
  "republic of ireland": "IE",
  "slovak republic": "SK",
  "czech rep": "CZ",
  "dominican rep": "DO",
  bosnia: "BA",
  ksa: "SA",
  "vatican city": "VA",
  "east timor": "TL",
  "korea south": "KR",
  "korea north": "KP",
  // As ISO 3166-1 has them in full, and with them the CRMs' own lists.
  "united kingdom of great britain and northern ireland": "GB",
  "korea the republic of": "KR",
  "korea democratic peoples republic of": "KP",
  "korea the democratic peoples republic of": "KP",
  "democratic peoples republic of korea": "KP",
  "tanzania united republic of": "TZ",
  "iran islamic republic of": "IR",
  "bolivia plurinational state of": "BO",
  "venezuela bolivarian republic of": "VE",
  "palestine state of": "PS",
  congo: "CG",
  "congo the democratic republic of": "CD",
  "macedonia the former yugoslav republic of": "MK",
  "republic of moldova": "MD",
  "saint helena ascension and tristan da cunha": "SH",
  "libyan arab jamahiriya": "LY",
};

const countries: ReadonlyMap<string, (typeof countryNames.entries)["DE"]> = new Map(
  Object.entries(countryNames.entries),
);

/** A name of any language that means two countries means none. */
const codeByName: ReadonlyMap<string, string> = new Map([
  ...[...countries].flatMap(([code, { names }]) => names.map((name) => [name, code] as const)),
  ...Object.entries(aliases),
]);

const codeByAlpha3: ReadonlyMap<string, string> = new Map([...countries].map(([code, { alpha3 }]) => [alpha3, code]));

/** Every ISO 3166-1 alpha-2 code, in order. */
export const countryCodes: readonly string[] = [...countries.keys()];

/** True for an ISO 3166-1 alpha-2 code in capitals. */
export const isCountryCode = (code: string): boolean => countries.has(code);

/** "Germany" for DE; what is no country's code is answered as it is. */
export const countryName = (code: string): string => countries.get(code)?.name ?? code;

/** ISO 3166-1 alpha-2 of a country's name in any language, its code or a usual short form. */
export function normaliseCountry(text: string | null | undefined): Normalised<string> {
  return read(text ?? "");
}

const read = remembered((text): Normalised<string> => {
  const name = foldName(text);
  if (name === "") return { value: null, mark: "country-missing" };
  const bare = name.replace(/^the | the$/g, "");
  const code = codeByName.get(bare) ?? codeByName.get(name) ?? codeOf(name.toUpperCase());
  return code === undefined ? { value: null, mark: "country-not-understood" } : { value: code, mark: null };
});

const codeOf = (text: string): string | undefined => (isCountryCode(text) ? text : codeByAlpha3.get(text));
