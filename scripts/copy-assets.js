// tsc emits code only: the shipped policies and data lists go into dist/ beside it.
import { cpSync } from "node:fs";

for (const folder of ["policies", "data", "sandbox/hubspot"]) {
  cpSync(new URL(`../src/${folder}`, import.meta.url), new URL(`../dist/${folder}`, import.meta.url), {
    recursive: true,
    filter: (path) => !path.endsWith(".ts"),
  });
}
