import { z } from "zod";
import { found, insteadOf } from "./found.ts";
import type { Path } from "./policy-document.ts";
import { didYouMean, suggest } from "./suggest.ts";

type ShapeProblem = { path: Path; message: string };

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of keys",
  record: "a group of keys",
};

/** The issues of a section's schema in our words, with their paths inside the section. */
export function shapeProblems(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  section: unknown,
): ShapeProblem[] {
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? unknownKeys(schema, issue) : []));
  // A key that is there under a misspelt name is not missing as well.
  const meant = new Set(unknown.map((key) => key.meant));
  return issues.flatMap((issue): ShapeProblem[] => {
    if (issue.code === "unrecognized_keys") return unknown.filter((key) => key.issue === issue);
    const path = pathOf(issue);
    const actual = valueAt(section, path);
    if (actual !== undefined) return [{ path, message: messageOf(schema, issue, actual) }];
    return meant.has(JSON.stringify(path)) ? [] : [{ path, message: "is missing" }];
  });
}

/** `meant`: the path of the key that it was probably meant as, as JSON. */
type UnknownKey = ShapeProblem & { issue: z.core.$ZodIssue; meant: string };

function unknownKeys(schema: z.ZodType, issue: z.core.$ZodIssueUnrecognizedKeys): UnknownKey[] {
  const path = pathOf(issue);
  const known = keysAt(schema, path);
  const hint = known.length === 0 ? "" : `; known are ${known.join(", ")}`;
  return issue.keys.map((key) => ({
    issue,
    path: [...path, key],
    message: `is no key that belongs here${didYouMean(key, known) || hint}`,
    meant: JSON.stringify([...path, suggest(key, known)]),
  }));
}

const pathOf = (issue: z.core.$ZodIssue): Path =>
  issue.path.map((part) => (typeof part === "number" ? part : String(part)));

function messageOf(schema: z.ZodType, issue: z.core.$ZodIssue, actual: unknown): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  // Messages that the schema brings itself are better than any that we could make from the code.
  if (!/^(Invalid|Too |Unrecognized)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_value": {
      const values = issue.values.map(String);
      if (typeof actual === "object" && actual !== null)
        return `must be one of ${values.join(", ")}, and not ${found(actual)}`;
      return `must be one of ${values.join(", ")}; it is "${String(actual)}"${didYouMean(String(actual), values)}`;
    }
    case "invalid_type":
      return wrongType(schema, issue, actual);
    case "too_small":
      return `must be ${issue.inclusive === true ? "at least" : "more than"} ${String(issue.minimum)}`;
    case "too_big":
      return `must be at most ${String(issue.maximum)}`;
    case "invalid_union":
      return "has none of the forms that may stand here";
    default:
      return issue.message;
  }
}

/** With what to write where that can be told, else with what stands there. */
function wrongType(schema: z.ZodType, issue: z.core.$ZodIssueInvalidType, actual: unknown): string {
  const expected = `must be ${typeNames[issue.expected] ?? issue.expected}`;
  const meant = numberMeant(issue.expected, actual) || listMeant(schema, issue, actual);
  if (meant !== "") return expected + meant;
  return insteadOf(expected, actual) + groupMeant(schema, issue, actual);
}

/** `: write 250` for a number in quotes, `: write 0.5` for 50 %; or nothing. */
function numberMeant(expected: string, actual: unknown): string {
  const [, digits, percent] = (typeof actual === "string" && /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(actual)) || [];
  if (digits === undefined || !["number", "int"].includes(expected)) return "";
  return `: write ${percent === "%" ? Number(digits) / 100 : Number(digits)}${percent === "%" ? "" : " without quotes"}`;
}

/** `: write { rep: Reto Frei }` for a word in place of the group of keys that it belongs into; or nothing. */
function groupMeant(schema: z.ZodType, issue: z.core.$ZodIssueInvalidType, actual: unknown): string {
  if (issue.expected !== "object") return "";
  const group = schemaAt(schema, pathOf(issue));
  if (typeof actual !== "string" && typeof actual !== "number") return "";
  const meant = keysAt(schema, pathOf(issue)).find(
    (key) => group !== null && z.safeParse(group, { [key]: actual }).success,
  );
  return meant === undefined ? "" : `: write { ${meant}: ${asItem(actual)} }`;
}

/** `: write [FR]` for the one item of a list that stands there without it; or nothing. */
function listMeant(schema: z.ZodType, issue: z.core.$ZodIssueInvalidType, actual: unknown): string {
  if (issue.expected !== "array") return "";
  if (typeof actual === "object" && actual !== null) return ", not a group of keys: begin each item with -";
  if (typeof actual !== "string" && typeof actual !== "number") return "";
  const list = schemaAt(schema, pathOf(issue));
  const items = String(actual).split(/\s*,\s*/);
  const isOf = (given: readonly unknown[]): boolean => list !== null && z.safeParse(list, given).success;
  const meant = items.length > 1 && isOf(items) ? items : isOf([actual]) ? [actual] : null;
  return meant === null ? "" : `: write [${meant.map(asItem).join(", ")}]`;
}

/** As an item of a list in YAML. */
const asItem = (item: unknown): string =>
  /^[\p{L}\d][\p{L}\d _.-]*$/u.test(String(item)) ? String(item) : JSON.stringify(item);

function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, part)) return undefined;
    here = Object.entries(here).find(([key]) => key === String(part))?.[1];
  }
  return here;
}

/** The keys that the schema knows at a path; empty where it takes any or none. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const here = schemaAt(schema, path);
  if (here instanceof z.ZodObject) return Object.keys(here.shape);
  return here instanceof z.ZodRecord && here.keyType instanceof z.ZodEnum ? here.keyType.options.map(String) : [];
}

/** What may stand at a path; null: the schema does not say. */
function schemaAt(schema: z.core.$ZodType, [part, ...rest]: Path): z.core.$ZodType | null {
  const here = unwrap(schema);
  if (part === undefined) return here;
  if (here instanceof z.ZodObject) {
    const inner: unknown = here.shape[part];
    return inner instanceof z.ZodType ? schemaAt(inner, rest) : null;
  }
  if (here instanceof z.ZodArray) return schemaAt(here.element, rest);
  return here instanceof z.ZodRecord ? schemaAt(here.valueType, rest) : null;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let here = schema;
  while (
    here instanceof z.ZodDefault ||
    here instanceof z.ZodNullable ||
    here instanceof z.ZodOptional ||
    here instanceof z.ZodPrefault ||
    here instanceof z.ZodPipe
  ) {
    here = here instanceof z.ZodPipe ? here.in : here.unwrap();
  }
  // Of several forms the one that has keys.
  const forms = here instanceof z.ZodUnion ? here.options.map(unwrap) : [];
  return forms.find((form) => form instanceof z.ZodObject) ?? here;
}
