import { z } from "zod";
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
    if (actual !== undefined) return [{ path, message: messageOf(issue, actual) }];
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

function messageOf(issue: z.core.$ZodIssue, actual: unknown): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  // Messages that the schema brings itself are better than any that we could make from the code.
  if (!/^(Invalid|Too |Unrecognized)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_value": {
      const values = issue.values.map(String);
      return `must be one of ${values.join(", ")}; it is "${String(actual)}"${didYouMean(String(actual), values)}`;
    }
    case "invalid_type":
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
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
  const here = unwrap(schema);
  const [part, ...rest] = path;
  if (here instanceof z.ZodObject) {
    if (part === undefined) return Object.keys(here.shape);
    const inner: unknown = here.shape[part];
    return inner instanceof z.ZodType ? keysAt(inner, rest) : [];
  }
  if (here instanceof z.ZodArray && part !== undefined) return keysAt(here.element, rest);
  if (here instanceof z.ZodRecord) {
    if (part !== undefined) return keysAt(here.valueType, rest);
    return here.keyType instanceof z.ZodEnum ? here.keyType.options.map(String) : [];
  }
  return [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let here = schema;
  while (
    here instanceof z.ZodDefault ||
    here instanceof z.ZodNullable ||
    here instanceof z.ZodOptional ||
    here instanceof z.ZodPipe
  ) {
    here = here instanceof z.ZodPipe ? here.in : here.unwrap();
  }
  return here;
}
