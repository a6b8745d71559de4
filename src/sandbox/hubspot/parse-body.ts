import { invalidInput, validationError } from "./object-errors.ts";

export type Json = Record<string, unknown>;

/** A JSON object, as opposed to an array, null or a plain value. */
export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The request body as an object, else 400. */
export function parseObject(body: unknown): Json {
  if (isJson(body)) return body;
  throw invalidInput("the body must be an object.");
}

/** `inputs` of a batch; more than `max` → 400 (hubspot.md §3.2). */
export function parseInputs(body: unknown, max: number): Json[] {
  const { inputs } = parseObject(body);
  if (!Array.isArray(inputs)) throw invalidInput("inputs must be an array.");
  if (inputs.length > max) {
    throw validationError(`The maximum number of inputs supported in a batch request is ${max}`);
  }
  return inputs.map(parseObject);
}

/**
 * `properties` of a write. Numbers and booleans become text. `null` is refused: hubspot.md §4.1 leaves its meaning
 * open, so that no client may rely on it.
 */
export function parseProperties(value: unknown): Record<string, string> {
  if (!isJson(value)) throw invalidInput("properties must be an object.");
  const properties: Record<string, string> = {};
  for (const [name, raw] of Object.entries(value)) {
    if (typeof raw !== "string" && typeof raw !== "number" && typeof raw !== "boolean") {
      throw invalidInput(`Cannot deserialize the value of property ${name} as a string.`);
    }
    properties[name] = String(raw);
  }
  return properties;
}

/** An id sent as text or number; "" when absent. */
export function parseId(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** An optional text field. */
export function parseText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An optional list of texts; absent → []. */
export function parseTexts(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw invalidInput(`${name} must be an array of strings.`);
}

/** A page size from a query or body: `fallback` when absent, 400 when above `max` or no positive number. */
export function parseLimit(value: unknown, fallback: number, max: number): number {
  if (value === undefined || value === null || value === "") return fallback;
  const limit = Number(value);
  if (Number.isInteger(limit) && limit > 0 && limit <= max) return limit;
  throw validationError(`Invalid limit: ${String(value)}. The limit must be between 1 and ${max}.`);
}

/** A comma-separated query parameter, also when it is repeated. */
export function parseNames(query: URLSearchParams, name: string): string[] {
  return query.getAll(name).flatMap((part) => part.split(",").filter((item) => item !== ""));
}
