import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { crmProducts } from "../../src/crm/index.ts";
import { localCrms } from "../../src/sandbox/index.ts";

const crmFolder = join(import.meta.dirname, "../../src/crm");
const folders = readdirSync(crmFolder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** The files that README.md asks of each CRM. */
const page = readFileSync(join(crmFolder, "README.md"), "utf8");
const rows = page.slice(page.indexOf("## The files"), page.indexOf("## What the pipeline")).match(/^\| `.*?\|/gm) ?? [];
const asked = rows.flatMap((row) => [...row.matchAll(/`([\w-]+\.ts)`/g)].map(([, name = ""]) => name));

test.each([
  ["CRMs", crmProducts],
  ["local CRMs", localCrms],
])("each folder is in the registry of %s under its own name", (_what, registry) => {
  expect(registry.map(({ name }) => name).sort()).toEqual([...folders].sort());
});

test("each folder has the files that the page about adding a CRM names", () => {
  expect(asked.length).toBeGreaterThan(20);
  const missing = folders.flatMap((folder) => asked.map((name) => `${folder}/${name}`));
  expect(missing.filter((path) => !existsSync(join(crmFolder, path)))).toEqual([]);
});
