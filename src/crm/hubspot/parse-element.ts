/** One element of a delivery as the platform documents it (hubspot.md §1.3); what it does not say is null. */
export type Element = {
  portalId: string;
  /** `eventType` in old documentation. */
  subscriptionType: string | null;
  occurredAt: number;
  eventId: number | string | null;
  appId: string | null;
  objectTypeId: string | null;
  objectId: string | null;
  changeSource: string | null;
  sourceId: string | null;
  propertyName: string | null;
  propertyValue: string | null;
  primaryObjectId: string | null;
  mergedObjectIds: readonly string[];
  newObjectId: string | null;
  associationType: string | null;
  fromObjectId: string | null;
  toObjectId: string | null;
  fromObjectTypeId: string | null;
  toObjectTypeId: string | null;
  associationRemoved: boolean | null;
  associationTypeId: number | null;
};

/** How a field is read: the value, or undefined when it is of no use. */
type Read<T> = { expected: string; from: (value: unknown) => T | undefined };

const text: Read<string> = {
  expected: "text",
  from: (value) => (typeof value === "string" ? value : undefined),
};
const id: Read<string> = { expected: "an id in digits", from: idIn };
const ids: Read<string[]> = { expected: "a list of ids", from: idsIn };
const scalar: Read<string> = {
  expected: "text, a number or a truth value",
  from: (value) => (typeof value === "object" ? undefined : String(value)),
};
const numberOrText: Read<number | string> = {
  expected: "a number or text",
  from: (value) => (typeof value === "number" || typeof value === "string" ? value : undefined),
};
const number: Read<number> = {
  expected: "a number",
  from: (value) => (typeof value === "number" ? value : undefined),
};
const truth: Read<boolean> = {
  expected: "true or false",
  from: (value) => (typeof value === "boolean" ? value : undefined),
};
const latestTime = 8_640_000_000_000_000;
const time: Read<number> = {
  expected: "whole milliseconds since 1970",
  from: (value) => (isWhole(value) && value <= latestTime ? value : undefined),
};

/**
 * An element whose fields have the documented kinds, or the problems in words. Written by hand: this is the first look
 * at every event of a flood, and a schema library takes longer for it than storing the event does.
 */
export function parseElement(given: unknown): Element | string {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return "element: must be an object";
  const fields: Readonly<Record<string, unknown>> = { ...given };
  const problems: string[] = [];
  const read = <T>(name: string, kind: Read<T>): T | null => {
    const value = fields[name];
    if (value === undefined || value === null) return null;
    const found = kind.from(value);
    if (found === undefined) problems.push(`${name}: must be ${kind.expected}`);
    return found ?? null;
  };
  const portalId = read("portalId", id);
  const occurredAt = read("occurredAt", time);
  const rest = {
    subscriptionType: read("subscriptionType", text) ?? read("eventType", text),
    eventId: read("eventId", numberOrText),
    appId: read("appId", id),
    objectTypeId: read("objectTypeId", text),
    objectId: read("objectId", id),
    changeSource: read("changeSource", text),
    sourceId: read("sourceId", scalar),
    propertyName: read("propertyName", text),
    propertyValue: read("propertyValue", scalar),
    primaryObjectId: read("primaryObjectId", id),
    mergedObjectIds: read("mergedObjectIds", ids) ?? [],
    newObjectId: read("newObjectId", id),
    associationType: read("associationType", text),
    fromObjectId: read("fromObjectId", id),
    toObjectId: read("toObjectId", id),
    fromObjectTypeId: read("fromObjectTypeId", text),
    toObjectTypeId: read("toObjectTypeId", text),
    associationRemoved: read("associationRemoved", truth),
    associationTypeId: read("associationTypeId", number),
  };
  if (problems.length > 0) return problems.join("; ");
  if (portalId === null) return "portalId: missing";
  if (occurredAt === null) return "occurredAt: missing";
  return { portalId, occurredAt, ...rest };
}

/** Digits, however they came: as a number that JSON can hold, or as text (hubspot.md §1.3, int64). */
export function idIn(value: unknown): string | undefined {
  if (isWhole(value)) return String(value);
  return typeof value === "string" && /^\d{1,19}$/.test(value) ? value : undefined;
}

function idsIn(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map(idIn).filter((one) => one !== undefined);
  return found.length === value.length ? found : undefined;
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
