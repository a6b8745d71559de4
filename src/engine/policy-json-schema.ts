import { z } from "zod";
import { conditionFields, crmFieldPattern } from "./conditions.ts";
import { operators, type ValueForm } from "./operators.ts";
import { longestPattern } from "./pattern.ts";
import { policySections } from "./policy-schema.ts";

export type JsonSchema = { readonly [key: string]: unknown };

const condition = { $ref: "#/$defs/condition" };
/** What a text has that is not empty. */
const filled = { pattern: "\\S" };
const word = { type: ["string", "number"], ...filled };
const words = { oneOf: [word, { type: "array", items: word, minItems: 1 }] };

const valueSchemas: Readonly<Record<Exclude<ValueForm, "none">, JsonSchema>> = {
  text: { type: ["string", "number", "boolean"], ...filled },
  texts: { ...words, oneOf: [...words.oneOf, { type: "boolean" }] },
  pattern: {
    type: "string",
    minLength: 1,
    maxLength: longestPattern,
    description: "A pattern of RE2: no look-around, no back-references.",
  },
  number: { type: "number" },
  range: { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2, description: "[least, most]" },
  days: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 10_000 },
};

/**
 * The shape of a policy file as JSON Schema (draft 2020-12), by which editors complete and check it while it is written;
 * `parsePolicy` has the last word. `meanings`: what is shown for each key.
 */
export function policyJsonSchema(meanings: Readonly<Record<string, string>>): JsonSchema {
  const { properties = {}, ...shape } = z.toJSONSchema(z.strictObject(policySections), {
    io: "input",
    // What a condition is stands in `$defs`: it contains itself.
    unrepresentable: "any",
  });
  const described = Object.entries(properties).map(([key, schema]) => {
    // A key with nothing behind it means the default.
    const orEmpty = shape.required?.includes(key) ? schema : { anyOf: [schema, { type: "null" }] };
    return [key, { ...(meanings[key] === undefined ? {} : { description: meanings[key] }), ...asObject(orEmpty) }];
  });
  return withConditions({ ...shape, title: "A policy of Baton", properties: Object.fromEntries(described) });
}

const asObject = (schema: unknown): object => (typeof schema === "object" && schema !== null ? schema : {});

function withConditions(schema: object): JsonSchema {
  const text = JSON.stringify(schema, (_, value: unknown) => conditionIn(value) ?? value);
  return {
    ...(JSON.parse(text) as object),
    $defs: { condition: conditionSchema(), line: lineSchema(), field: fieldSchema },
  };
}

/** What stands in the place of a condition; null for anything else. */
function conditionIn(schema: unknown): JsonSchema | null {
  if (typeof schema !== "object" || schema === null || !("condition" in schema)) return null;
  return schema.condition === "needed" ? condition : { anyOf: [condition, { type: "null" }] };
}

function conditionSchema(): JsonSchema {
  const group = (key: string, value: JsonSchema) => ({
    type: "object",
    properties: { [key]: value },
    required: [key],
    additionalProperties: false,
  });
  const list = { type: "array", items: condition, minItems: 1 };
  return { oneOf: [group("all", list), group("any", list), group("not", condition), { $ref: "#/$defs/line" }] };
}

const fieldSchema: JsonSchema = {
  type: "string",
  anyOf: [{ enum: conditionFields }, { pattern: crmFieldPattern.source }],
  description:
    "lead. or account. and one of our names, or lead.crm. or account.crm. and the CRM's own name of any field.",
};

function lineSchema(): JsonSchema {
  const byOperator = Object.entries(operators).map(([name, { label, form }]) => ({
    type: "object",
    description: label,
    properties: {
      field: { $ref: "#/$defs/field" },
      operator: { const: name },
      value: form === "none" ? { type: "null" } : valueSchemas[form],
    },
    required: form === "none" ? ["field", "operator"] : ["field", "operator", "value"],
    additionalProperties: false,
  }));
  return { oneOf: byOperator };
}
