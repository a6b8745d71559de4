// tsc emits code only: the shipped policies, data lists and wire contracts go into dist/ beside it.
import { cpSync } from "node:fs";

for (const folder of ["policies", "data", "crm/salesforce", "sandbox/hubspot", "sandbox/salesforce"]) {
  cpSync(new URL(`../src/${folder}`, import.meta.url), new URL(`../dist/${folder}`, import.meta.url), {
    recursive: true,
    filter: (path) => !path.endsWith(".ts"),
  });
}
