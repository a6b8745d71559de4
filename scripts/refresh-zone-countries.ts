import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Old names of zones that the database links to one of another country. */
const elsewhere: Readonly<Record<string, string>> = {
  "Africa/Asmera": "ER",
  "America/Coral_Harbour": "CA",
  "Pacific/Ponape": "FM",
  "Pacific/Truk": "FM",
};

/** Makes `src/data/zone-countries.json` anew from a copy of the tz database; how is in `src/data/README.md`. */
function zoneCountries(folder: string): Record<string, string> {
  const rows = (file: string): string[] =>
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
  const countries = new Map(
    rows("zone.tab").map((line) => {
      const [country = "", , zone = ""] = line.split("\t");
      return [zone, country] as const;
    }),
  );
  // Runtimes still give some zones their old names, such as Asia/Calcutta. A link tells no country of its own.
  const oldNames = new Set(Intl.supportedValuesOf("timeZone").filter((name) => !countries.has(name)));
  for (const line of rows("tzdata.zi")) {
    const [kind, target = "", name = ""] = line.split(" ");
    const country = elsewhere[name] ?? countries.get(target);
    if (kind === "L" && country !== undefined && oldNames.has(name)) countries.set(name, country);
  }
  return Object.fromEntries([...countries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Name a folder with the tz database's zone.tab and tzdata.zi.");
  process.exitCode = 1;
} else {
  const [, version = "unknown"] = /# version (\S+)/.exec(readFileSync(join(folder, "tzdata.zi"), "utf8")) ?? [];
  const entries = zoneCountries(folder);
  const retrieved = new Date().toISOString().slice(0, 10);
  const head = { source: `tz database ${version}, zone.tab and tzdata.zi`, licence: "public domain", retrieved };
  const file = join(import.meta.dirname, "../src/data/zone-countries.json");
  writeFileSync(file, `${JSON.stringify({ ...head, entries }, null, 1)}\n`);
  console.log(`${Object.keys(entries).length} zones written to ${file}`);
}
