import { SalesforceError } from "../errors.ts";
import { isRecord } from "./call.ts";

/** Bodies of the answers so far, by their `referenceId`. */
export type Answered = ReadonlyMap<string, unknown>;

const reference = /@\{(\w+)((?:\.\w+|\[\d+\])*)\}/g;

/** The value with each "@{task.id}" replaced by what that answer has there. Throws for one that is not there. */
export function fillReferences(value: unknown, answered: Answered): unknown {
  if (typeof value === "string")
    return value.replace(reference, (all, name, path) => lookUp(answered, { all, name, path }));
  if (Array.isArray(value)) return value.map((each) => fillReferences(each, answered));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillReferences(each, answered)]));
}

type Place = { all: string; name: string; path: string };

function lookUp(answered: Answered, { all, name, path }: Place): string {
  let found = answered.get(name);
  for (const [, key, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (Array.isArray(found)) found = found[Number(index)];
    else found = isRecord(found) ? found[key ?? ""] : undefined;
  }
  if (typeof found === "string" || typeof found === "number") return String(found);
  throw new SalesforceError(400, {
    message: `Invalid reference specified. No value for ${all.slice(2, -1)} found`,
    errorCode: "PROCESSING_HALTED",
  });
}

/** Names that a text or body refers to. */
export function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value ?? null).matchAll(reference)].map(([, name = ""]) => name);
}
