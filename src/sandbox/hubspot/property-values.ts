import type { Call, PropertyDefinition } from "./portal.ts";

type Version = Call["version"];

/** The value as HubSpot stores it, or why it is refused. `normalized`: only 2026-09 accepts it, with a warning. */
export type CheckedValue = { value: string; normalized: boolean } | { code: string; message: string };

/** Longest text of a string property (hubspot.md §3.2). */
const maxTextLength = 65_536;
const dayMs = 86_400_000;
/** Numbers below this are seconds, not milliseconds, since 1970: 13 digits begin in 2001. */
const leastMilliseconds = 100_000_000_000;

/** Checks one non-empty value against its definition (hubspot.md §3.3 codes, §4.12 dates, §8.16–17). */
export function checkValue(definition: PropertyDefinition, raw: string, version: Version): CheckedValue {
  if (definition.type !== "string" && raw !== raw.trim()) {
    return { code: "LEADING_TRAILING_WHITESPACE", message: `${raw} has leading or trailing whitespace.` };
  }
  return (checks[definition.type] ?? checkText)(raw, { definition, version });
}

/** Epoch ms of a stored or filtered date: digits are milliseconds, the rest ISO; NaN when it is neither. */
export function parseTime(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
}

type Context = { definition: PropertyDefinition; version: Version };

const checks: Record<string, (raw: string, context: Context) => CheckedValue> = {
  string: checkText,
  phone_number: checkText,
  number: checkNumber,
  bool: checkBool,
  enumeration: checkOption,
  date: (raw, context) => checkTime(raw, context, "date"),
  datetime: (raw, context) => checkTime(raw, context, "datetime"),
};

function checkText(raw: string): CheckedValue {
  if (raw.length <= maxTextLength) return accept(raw);
  return { code: "PROPERTY_VALUE_TOO_LONG", message: `The value is longer than ${maxTextLength} characters.` };
}

function checkNumber(raw: string): CheckedValue {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw)) return accept(raw);
  return { code: "INVALID_LONG", message: `${raw} was not a valid long.` };
}

function checkBool(raw: string, { definition }: Context): CheckedValue {
  if (raw === "true" || raw === "false") return accept(raw);
  return invalidOption(raw, ["true", "false"], definition);
}

function checkOption(raw: string, { definition }: Context): CheckedValue {
  const values = definition.fieldType === "checkbox" ? raw.split(";").filter((part) => part !== "") : [raw];
  // Owners and deal stages are no options of the definition: whoever knows the account checks them.
  if (definition.referencedObjectType || isPipelineProperty(definition.name)) return accept(raw);
  const unknown = values.find((value) => !definition.options.some((option) => option.value === value));
  if (unknown === undefined) return accept(raw);
  return invalidOption(
    unknown,
    definition.options.map((option) => option.value),
    definition,
  );
}

/** A value that is none of an enumeration's options. */
export function invalidOption(value: string, allowed: readonly string[], { name }: { name: string }): CheckedValue {
  const message = `${value} was not one of the allowed options of ${name}: [${allowed.join(", ")}]`;
  return { code: "INVALID_OPTION", message };
}

/** `pipeline` and `dealstage` take their options from the account's pipelines. */
export function isPipelineProperty(name: string): boolean {
  return name === "pipeline" || name === "dealstage";
}

function checkTime(raw: string, { version }: Context, type: "date" | "datetime"): CheckedValue {
  const isNumber = /^-?\d+$/.test(raw);
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(raw);
  const isSeconds = isNumber && Math.abs(Number(raw)) < leastMilliseconds;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(raw) || !raw.includes("T");
  const time = isSeconds ? Number(raw) * 1000 : parseTime(hasZone ? raw : `${raw}Z`);
  if ((!isNumber && !isIso) || !Number.isFinite(new Date(time).getTime())) return invalidDate(raw, type);
  const needsNormalizing = isSeconds || (type === "date" && time % dayMs !== 0);
  if (needsNormalizing && version !== "2026-09") return invalidDate(raw, type);
  const iso = new Date(time).toISOString();
  return { value: type === "date" ? iso.slice(0, 10) : iso, normalized: needsNormalizing };
}

function invalidDate(raw: string, type: string): CheckedValue {
  return { code: "INVALID_DATE", message: `${raw} was not a valid ${type}: it must be in UTC, a date at midnight.` };
}

function accept(value: string): CheckedValue {
  return { value, normalized: false };
}
