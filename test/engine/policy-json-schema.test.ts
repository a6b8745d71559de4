import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { schemaText } from "../../scripts/policy-json-schema.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";

const policies = new URL("../../src/policies/", import.meta.url);
const published = readFileSync(new URL("policy.schema.json", policies), "utf8");
const shipped = readFileSync(new URL("default.yaml", policies), "utf8");

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(published));

/** Both must say the same of a policy's shape: the schema in the editor, and what reads the file. */
function verdicts(text: string): { schema: boolean; parser: boolean } {
  const isParsed = () => {
    try {
      parsePolicy(text);
      return true;
    } catch {
      return false;
    }
  };
  return { schema: validate(parse(text)), parser: isParsed() };
}

test("the published schema is the one that the code and the guide give (npm run policy-schema)", () => {
  expect(JSON.parse(published)).toEqual(JSON.parse(schemaText()));
});

test("every key has a meaning to show", () => {
  const { properties } = JSON.parse(published) as { properties: Record<string, { description?: string }> };
  expect(Object.keys(properties).filter((key) => properties[key]?.description === undefined)).toEqual([]);
});

test("the shipped policy fits, a small one too, and one whose keys are empty", () => {
  const small = "name: x\nqualifying_stage: 7\npools: [{ name: all, teams: [Sales] }]\nwaterfall: [all]\n";
  for (const text of [shipped, small, `${small}gates:\nreps:\n`])
    expect(verdicts(text)).toEqual({ schema: true, parser: true });
});

const scoreLine = "{ field: lead.score, operator: gte, value: 80 }";

test.each([
  ["a key that is none", "max_owners: 3", "max_ownerss: 3"],
  ["a needed key that is missing", "qualifying_stage: marketingqualifiedlead", ""],
  ["an operator that is none", scoreLine, "{ field: lead.score, operator: atleast, value: 80 }"],
  ["a field that is none", scoreLine, "{ field: lead.scoer, operator: gte, value: 80 }"],
  ["a value of another form", scoreLine, "{ field: lead.score, operator: gte, value: eighty }"],
  ["a range of one number", scoreLine, "{ field: lead.score, operator: between, value: [80] }"],
  ["a value where none belongs", scoreLine, "{ field: lead.score, operator: known, value: 80 }"],
  ["an empty list of conditions", scoreLine, "{ any: [] }"],
  ["a line beside a list", scoreLine, `{ field: lead.score, operator: known, all: [${scoreLine}] }`],
  ["a pattern that is too long", scoreLine, `{ field: lead.email, operator: matches, value: ${"a".repeat(201)} }`],
  ["an empty text", scoreLine, '{ field: lead.email, operator: equals, value: " " }'],
  ["an empty text in a list", scoreLine, '{ field: lead.email, operator: contains, value: [a, ""] }'],
  ["an empty pattern", scoreLine, '{ field: lead.email, operator: matches, value: "" }'],
  ["a strategy that is none", "{ name: sdr, teams: [SDR] }", "{ name: sdr, teams: [SDR], strategy: turns }"],
  ["a duration that is none", "warn: 5m", "warn: 5 minutes"],
  ["a number out of bounds", "max_owners: 3", "max_owners: 0"],
])("%s is refused by the schema and the parser", (_, before, after) => {
  expect(shipped).toContain(before);
  expect(verdicts(shipped.replace(before, after))).toEqual({ schema: false, parser: false });
});

test.each([
  ["a range", "{ field: lead.score, operator: between, value: [80, 90] }"],
  ["a list of words", "{ field: lead.country, operator: in, value: [Germany, 7] }"],
  ["a yes", "{ field: account.isCustomer, operator: equals, value: true }"],
  ["no value", "{ field: lead.crm.vip, operator: unknown }"],
  ["a pattern of a blank", '{ field: lead.email, operator: matches, value: " " }'],
  ["a nest", `{ all: [{ not: ${scoreLine} }, { any: [${scoreLine}] }] }`],
])("%s is taken by both", (_, after) => {
  expect(verdicts(shipped.replace(scoreLine, after))).toEqual({ schema: true, parser: true });
});
