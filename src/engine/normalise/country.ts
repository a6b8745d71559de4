import countries from "i18n-iso-countries";
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
};

/** Every country name of every language that the package knows; a name that means two countries means none. */
const codeByName: ReadonlyMap<string, string> = (() => {
  const names = new Map<string, string | null>();
  const others = countries.getSupportedLanguages().filter((language) => language !== "en");
  for (const language of others) {
    for (const [code, all] of Object.entries(countries.getNames(language, { select: "all" }))) {
      for (const name of all.map(foldName)) {
        const known = names.get(name);
        names.set(name, known === undefined || known === code ? code : null);
      }
    }
  }
  for (const [code, all] of Object.entries(countries.getNames("en", { select: "all" }))) {
    for (const name of all) names.set(foldName(name), code);
  }
  for (const [name, code] of Object.entries(aliases)) names.set(name, code);
  return new Map([...names].flatMap(([name, code]) => (code === null ? [] : [[name, code] as const])));
})();

/** True for an ISO 3166-1 alpha-2 code in capitals. */
export function isCountryCode(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && countries.alpha2ToAlpha3(code) !== undefined;
}

/** ISO 3166-1 alpha-2 of a country's name in any language, its code or a usual short form. */
export function normaliseCountry(text: string | null | undefined): Normalised<string> {
  return read(text ?? "");
}

const read = remembered((text): Normalised<string> => {
  const name = foldName(text);
  if (name === "") return { value: null, mark: "country-missing" };
  const code = codeByName.get(name.replace(/^the /, "")) ?? codeByName.get(name) ?? codeOf(name.toUpperCase());
  return code === undefined ? { value: null, mark: "country-not-understood" } : { value: code, mark: null };
});

function codeOf(text: string): string | undefined {
  if (isCountryCode(text)) return text;
  return /^[A-Z]{3}$/.test(text) ? countries.alpha3ToAlpha2(text) : undefined;
}
