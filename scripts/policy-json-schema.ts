import { readFileSync, writeFileSync } from "node:fs";
import { policyJsonSchema } from "../src/engine/policy-json-schema.ts";

const guide = new URL("../src/policies/README.md", import.meta.url);
const target = new URL("../src/policies/policy.schema.json", import.meta.url);

/** What the guide to policies says of each key, in one sentence: editors show it beside the key. */
function meanings(): Record<string, string> {
  const rows = readFileSync(guide, "utf8").matchAll(/^\| `(\w+)` \| (.+) \| (.+) \|$/gm);
  return Object.fromEntries(
    [...rows].map(([, key = "", meaning = "", usual = ""]) => [key, `${meaning}. Default: ${usual}.`]),
  );
}

/** The schema as it is published beside the shipped policies. */
export const schemaText = (): string => `${JSON.stringify(policyJsonSchema(meanings()), null, 2)}\n`;

if (import.meta.main) writeFileSync(target, schemaText());
