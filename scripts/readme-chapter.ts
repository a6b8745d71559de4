import { readFileSync, writeFileSync } from "node:fs";
import { operatingTables } from "../src/operator/chapter.ts";

/** Writes what src/operator/ says into the README, between its two marks. */
const path = new URL("../README.md", import.meta.url);
const marks =
  /(<!-- The tables and runbooks below are src\/operator\/[^\n]*-->\n)[\s\S]*?(<!-- end of src\/operator\/ -->)/;
const text = readFileSync(path, "utf8");
writeFileSync(
  path,
  text.replace(marks, (_all, begin, end) => `${begin}\n${operatingTables()}\n\n${end}`),
);
