import { hash } from "node:crypto";
import { Invalid } from "../../errors.ts";
import type { CrmEvent, EventChange, Junk } from "../../model/event.ts";
import type { Delivery } from "../crm.ts";
import { isByApp, isByRouter } from "./authors.ts";
import { type Element, idIn, parseElement } from "./parse-element.ts";

/** See Crm. */
export function parseDelivery(body: string): Delivery {
  const events: CrmEvent[] = [];
  const junk: Junk[] = [];
  for (const given of parseElements(body)) {
    const element = parseElement(given);
    const event = typeof element === "string" ? element : toEvent(element);
    if (typeof event === "string") junk.push(junkOf(given, event));
    else events.push(event);
  }
  return { events, junk };
}

function parseElements(body: string): unknown[] {
  const parsed = parseJson(body);
  // Where nothing is even an object, nothing can be kept for anyone.
  if (Array.isArray(parsed) && (parsed.length === 0 || parsed.some(isObject))) return parsed;
  throw new Invalid("The delivery", [{ path: "body", message: "must be a JSON array of events" }]);
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseJson(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    // Seldom: an event's ids have fewer digits. The second look is for valid JSON alone.
    return /\d{16}/.test(body) ? JSON.parse(keepDigits(body)) : parsed;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Whole numbers beyond 2^53 keep their digits, as text: ids are int64. Done on the text, because a reviver walks into
 * a nesting until the stack ends, and costs the siblings of whoever sent it.
 */
const keepDigits = (json: string): string =>
  json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) =>
    /^\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );

const longestRaw = 10_000;
/** No event nests deeper than two; what stands below this is not shown. */
const deepestRaw = 20;

/** `attemptNumber` differs between deliveries of the same element: its key must not. */
function junkOf(given: unknown, problem: string): Junk {
  const shown = shallow(given, deepestRaw);
  const parts = isObject(shown) ? shown : { element: shown };
  const { attemptNumber: _attempt, ...rest }: { attemptNumber?: unknown; portalId?: unknown } = { ...parts };
  const externalId = idIn(rest.portalId) ?? null;
  return { key: keyOf(["junk", rest]), externalId, raw: JSON.stringify(shown).slice(0, longestRaw), problem };
}

/** The value without what lies deeper: text can be made of it whatever was sent. */
function shallow(value: unknown, levels: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) return "…";
  if (Array.isArray(value)) return value.map((part) => shallow(part, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shallow(part, levels - 1)]));
}

/** An event, or why it is none. */
function toEvent(given: Element): CrmEvent | string {
  const type = given.subscriptionType;
  if (type === null) return "subscriptionType: missing";
  const about = subjectOf(type, given);
  if (typeof about === "string") return about;
  const { subjectId, kind, change } = about;
  const identity = [given.fromObjectId, given.toObjectId, given.associationTypeId, given.associationRemoved];
  return {
    key: keyOf([given.portalId, kind, subjectId, given.propertyName, given.occurredAt, given.eventId, ...identity]),
    externalId: given.portalId,
    subjectId,
    occurredAt: new Date(given.occurredAt).toISOString(),
    change,
    byThisApp: isByApp({ sourceType: given.changeSource, sourceId: given.sourceId }, given.appId),
  };
}

/** hubspot.md §1.2: classic types name the object, generic ones carry its type id. */
const classicTypes: Readonly<Record<string, string>> = { contact: "0-1", company: "0-2", deal: "0-3" };

/** `kind` is the generic form of the type, so that both forms of one event have one key. */
function subjectOf(type: string, given: Element): { subjectId: string; kind: string; change: EventChange } | string {
  const [name = "", verb = ""] = type.split(".");
  const typeId = name === "object" ? (given.objectTypeId ?? given.fromObjectTypeId) : (classicTypes[name] ?? name);
  if (!typeId) return "objectTypeId: missing";
  const kind = `${typeId}.${verb}`;
  if (verb === "merge") return mergeOf(kind, typeId, given);
  const subjectId = verb === "associationChange" ? (given.fromObjectId ?? given.objectId) : given.objectId;
  if (!subjectId) return verb === "associationChange" ? "fromObjectId: missing" : "objectId: missing";
  return { subjectId, kind, change: changeOf(typeId, verb, given) };
}

function mergeOf(kind: string, typeId: string, given: Element) {
  const into = given.newObjectId ?? given.primaryObjectId;
  if (!into) return "primaryObjectId: missing";
  const all = [given.primaryObjectId, ...given.mergedObjectIds];
  const from = [...new Set(all)].filter((one): one is string => typeof one === "string" && one !== into);
  const changes: Readonly<Record<string, EventChange>> = {
    "0-1": { kind: "lead-merged", into, from },
    "0-2": { kind: "account-merged", into, from },
    "0-3": { kind: "opportunity-changed" },
  };
  return { subjectId: into, kind, change: changes[typeId] ?? { kind: "unused" as const } };
}

const plainChanges: Readonly<Record<string, EventChange["kind"] & PlainKind>> = {
  "0-1.creation": "lead-created",
  "0-1.deletion": "lead-deleted",
  "0-1.restore": "lead-restored",
  "0-1.privacyDeletion": "lead-erased",
  "0-2.creation": "account-changed",
  "0-2.propertyChange": "account-changed",
  "0-2.restore": "account-changed",
  "0-2.deletion": "account-deleted",
  "0-3.creation": "opportunity-changed",
  "0-3.propertyChange": "opportunity-changed",
  "0-3.restore": "opportunity-changed",
  "0-3.associationChange": "opportunity-changed",
  "0-3.deletion": "opportunity-deleted",
};
type PlainKind =
  | "lead-created"
  | "lead-deleted"
  | "lead-restored"
  | "lead-erased"
  | "account-changed"
  | "account-deleted"
  | "opportunity-changed"
  | "opportunity-deleted";

const leadFields: Readonly<Record<string, "stage" | "owner" | "status">> = {
  lifecyclestage: "stage",
  hubspot_owner_id: "owner",
  hs_lead_status: "status",
};

function changeOf(typeId: string, verb: string, given: Element): EventChange {
  const plain = plainChanges[`${typeId}.${verb}`];
  if (plain !== undefined) return { kind: plain };
  if (typeId !== "0-1") return { kind: "unused" };
  if (verb === "associationChange") return { kind: isWithCompany(given) ? "lead-associated" : "unused" };
  const field = Object.hasOwn(leadFields, given.propertyName ?? "") ? leadFields[given.propertyName ?? ""] : undefined;
  if (verb !== "propertyChange" || field === undefined) return { kind: "unused" };
  // A cleared value comes as "" or not at all (hubspot.md §1.3).
  const value = given.propertyValue;
  const automated = field === "owner" && isByRouter(given.changeSource) ? { automated: true as const } : {};
  return { kind: "lead-changed", field, value: value === "" ? null : value, ...automated };
}

/** Tasks and activities are associated with contacts all the time, by us too. */
const isWithCompany = ({ associationType, toObjectTypeId }: Element) =>
  toObjectTypeId === "0-2" || (associationType ?? "").toUpperCase().startsWith("CONTACT_TO_COMPANY");

const keyOf = (parts: readonly unknown[]) => hash("sha256", JSON.stringify(parts), "hex");
