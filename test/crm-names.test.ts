import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");

/** Every CRM by the name of its folder, so that a new one is covered by being there. */
const crms = readdirSync(join(root, "src/crm"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What a CRM calls its own fields, types of records and headers. One that a policy names is the customer's: `lead.crm.hs_…`. */
const words = /(?<!\bcrm\.)\bhs_\w+|\w+__[cer]\b|\bSforce\b|\blifecyclestage\b|\bOwnerId\b|["']0-\d{1,3}["']/g;

/** Where a CRM may be named: its own two folders, and these. */
const others = [
  // The registries.
  "src/crm/index.ts",
  "src/sandbox/index.ts",
  // Lists of facts about the world, such as domains by which nobody is known.
  "src/data/",
];
const places = [...crms.flatMap((name) => [`src/crm/${name}/`, `src/sandbox/${name}/`]), ...others];

/** `path:line: found` for each place in the texts of `src`, comments included, and `path` for each name of a file. */
function found(pattern: RegExp): string[] {
  return globSync("src/**/*", { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !places.some((place) => path.startsWith(place)))
    .flatMap((path) => [
      ...(path.match(pattern) === null ? [] : [path]),
      ...readFileSync(join(root, path), "utf8")
        .split("\n")
        .flatMap((line, at) => [...line.matchAll(pattern)].map(([word]) => `${path}:${at + 1}: ${word}`)),
    ]);
}

test("there are CRMs, each with its sandbox", () => {
  expect(crms.length).toBeGreaterThan(1);
  expect(readdirSync(join(root, "src/sandbox"))).toEqual(expect.arrayContaining(crms));
});

test("no other place names a CRM", () => {
  expect(found(new RegExp(crms.join("|"), "gi"))).toEqual([]);
});

test("no other place names a CRM's own fields", () => {
  expect(found(words)).toEqual([]);
});
