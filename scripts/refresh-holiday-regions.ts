import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Holidays from "date-holidays";

/** What `src/data/holiday-regions.json` holds, from the package that is installed: `DE-BY`, `DE-BY-A`, in order. */
export function holidayRegions(): string[] {
  const known = new Holidays();
  return Object.keys(known.getCountries())
    .flatMap((country) =>
      Object.keys(known.getStates(country) ?? {}).flatMap((part) => [
        `${country}-${part}`,
        ...Object.keys(known.getRegions(country, part) ?? {}).map((place) => `${country}-${part}-${place}`),
      ]),
    )
    .sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const root = join(import.meta.dirname, "..");
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/date-holidays/package.json"), "utf8"));
  const entries = holidayRegions();
  const head = {
    source: `npm date-holidays ${version}`,
    licence: "ISC, its data CC-BY-3.0",
    retrieved: new Date().toISOString().slice(0, 10),
  };
  const file = join(root, "src/data/holiday-regions.json");
  writeFileSync(file, `${JSON.stringify({ ...head, entries }, null, 1)}\n`);
  console.log(`${entries.length} regions written to ${file}`);
}
