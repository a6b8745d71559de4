import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import countries from "i18n-iso-countries";
import { foldName } from "../src/engine/normalise/normalised.ts";

/** By ISO 3166-1 alpha-2 code: alpha-3, the English name, and every name of any language, folded, that means no other. */
export type CountryNames = Readonly<Record<string, { alpha3: string; name: string; names: readonly string[] }>>;

/** What `src/data/country-names.json` holds, from the package that is installed. An English name goes before any other. */
export function countryNames(): CountryNames {
  const codes = Object.keys(countries.getAlpha2Codes()).sort();
  const owners = new Map<string, string | null>();
  for (const language of countries.getSupportedLanguages().filter((each) => each !== "en")) {
    for (const [code, name] of namesIn(language)) {
      const owner = owners.get(name);
      owners.set(name, owner === undefined || owner === code ? code : null);
    }
  }
  for (const [code, name] of namesIn("en")) owners.set(name, code);
  const named = Map.groupBy(owners.keys(), (name) => owners.get(name) ?? "");
  return Object.fromEntries(
    codes.map((code) => {
      const alpha3 = countries.alpha2ToAlpha3(code) ?? "";
      return [code, { alpha3, name: countries.getName(code, "en") ?? code, names: (named.get(code) ?? []).sort() }];
    }),
  );
}

const namesIn = (language: string): (readonly [string, string])[] =>
  Object.entries(countries.getNames(language, { select: "all" })).flatMap(([code, all]) =>
    all.map((name) => [code, foldName(name)] as const),
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const root = join(import.meta.dirname, "..");
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/i18n-iso-countries/package.json"), "utf8"));
  const entries = countryNames();
  const head = {
    source: `npm i18n-iso-countries ${version}`,
    licence: "MIT",
    retrieved: new Date().toISOString().slice(0, 10),
  };
  const file = join(root, "src/data/country-names.json");
  writeFileSync(file, `${JSON.stringify({ ...head, entries }, null, 1)}\n`);
  console.log(`${Object.keys(entries).length} countries written to ${file}`);
}
