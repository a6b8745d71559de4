import type { Answer } from "../http.ts";
import { dissociateAll, keepOnePrimary, moveAssociations } from "./association-moves.ts";
import { lookUp } from "./find-record.ts";
import { formatRecord, fullView } from "./format-record.ts";
import { addToIndex } from "./indexes.ts";
import { isForward } from "./lifecycle.ts";
import { objectNotFound, validationError } from "./object-errors.ts";
import { objectTypeIds, requireTypeId, writeScopes } from "./object-types.ts";
import { recordPaths } from "./objects.ts";
import { parseId, parseObject, parseText } from "./parse-body.ts";
import type { Call, HubspotRecord, Portal, Route, Source } from "./portal.ts";
import { addSnapshot, type Cause, commitValues, createdName, emit, findLiving, findRecord } from "./record-store.ts";

/** Merging and deleting for privacy (hubspot.md §4.1). */
export const mergeRoutes: Route[] = [
  { method: "POST", paths: recordPaths("/merge"), scopes: writeScopes, handle: merge },
  { method: "POST", paths: recordPaths("/gdpr-delete"), scopes: writeScopes, handle: gdprDelete },
];

/** Merges two contacts into a new record and answers its id; both old ids lead to it from now on (hubspot.md §1.3). */
export function mergeContacts(portal: Portal, primaryId: string, otherId: string, source: Source): string {
  return mergeRecords(portal, "0-1", { primaryId, otherId, source }).id;
}

/**
 * Deletes a contact for privacy: the record and its history are gone, its e-mail addresses cannot be created again.
 * Raises `deletion` and `privacyDeletion` (hubspot.md §1.3). Throws 404.
 */
export function eraseContact(portal: Portal, id: string, source: Source): void {
  const record = findRecord(portal, "0-1", id);
  if (!record) throw objectNotFound();
  const emails = [record.properties.get("email"), ...(record.properties.get("hs_additional_emails") ?? "").split(";")];
  for (const email of emails) if (email) portal.erasedEmails.add(email);
  dissociateAll(portal, "0-1", record.id, objectTypeIds);
  portal.records.get("0-1")?.delete(record.id);
  const event = { objectTypeId: "0-1", objectId: record.id, at: portal.clock.now(), source };
  emit(portal, [
    { kind: "deletion", ...event },
    { kind: "privacyDeletion", ...event },
  ]);
}

function merge(call: Call): Answer {
  const { portal, source } = call;
  const typeId = requireTypeId(call.params.objectType);
  const body = parseObject(call.body);
  const [primaryId, otherId] = [parseId(body.primaryObjectId), parseId(body.objectIdToMerge)];
  const merged = mergeRecords(portal, typeId, { primaryId, otherId, source });
  return { status: 200, body: formatRecord(portal, merged, fullView(typeId)) };
}

function gdprDelete({ portal, source, params, body }: Call): Answer {
  if (requireTypeId(params.objectType) !== "0-1") throw validationError("Only contacts can be deleted for privacy.");
  const { objectId, idProperty } = parseObject(body);
  const property = parseText(idProperty);
  const id = parseId(objectId);
  const record = lookUp(portal, "0-1", { id, idProperty: property }) ?? findRecord(portal, "0-1", id);
  if (record) eraseContact(portal, record.id, source);
  else if (property === "email") portal.erasedEmails.add(id.toLowerCase());
  else throw objectNotFound();
  return { status: 204 };
}

function mergeRecords(
  portal: Portal,
  typeId: string,
  { primaryId, otherId, source }: { primaryId: string; otherId: string; source: Source },
): HubspotRecord {
  const primary = findLiving(portal, typeId, primaryId);
  const other = findLiving(portal, typeId, otherId);
  if (!primary || !other) throw objectNotFound();
  if (primary === other) throw validationError("Cannot merge a record into itself.");
  const cause: Cause = { at: portal.clock.now(), source };
  const id = String(portal.nextId);
  portal.nextId += 1;
  const record: HubspotRecord = {
    id,
    properties: new Map(),
    history: new Map([...other.history, ...primary.history].map(([name, entries]) => [name, [...entries]])),
    createdAt: Math.min(primary.createdAt, other.createdAt),
    updatedAt: cause.at,
    archivedAt: null,
    snapshots: [],
  };
  portal.records.get(typeId)?.set(id, record);
  for (const old of [primary, other]) retire(portal, old, { id, at: cause.at });
  const { history } = record;
  record.history = new Map();
  commitValues(portal, typeId, record, { values: mergedValues(portal, typeId, { id, primary, other }), cause });
  // The values bring their history along; moving them is no change of it.
  record.history = history;
  for (const email of (record.properties.get("hs_additional_emails") ?? "").split(";")) {
    addToIndex(portal, typeId, "email", { id, value: email });
  }
  for (const old of [other, primary]) moveAssociations(portal, { typeId, fromId: old.id, toId: id }, objectTypeIds);
  keepOnePrimary(portal, typeId, id);
  const isMoved = (name: string) => {
    return !primary.properties.has(name) && portal.properties.get(typeId)?.get(name)?.readOnly === false;
  };
  const propertiesMoved = [...other.properties.keys()].filter(isMoved).length;
  const ids = { primaryObjectId: primary.id, mergedObjectIds: [other.id], newObjectId: id };
  emit(portal, [{ kind: "merge", objectTypeId: typeId, ...ids, propertiesMoved, at: cause.at, source }]);
  return record;
}

/** The primary's values, the other's where it has none, the later stage, the earlier creation. */
function mergedValues(
  portal: Portal,
  typeId: string,
  { id, primary, other }: { id: string; primary: HubspotRecord; other: HubspotRecord },
): Map<string, string> {
  const values = new Map([...other.properties, ...primary.properties]);
  values.set("hs_object_id", id);
  values.set("hs_merged_object_ids", [...namesOf(primary), ...namesOf(other)].join(";"));
  values.set(createdName(typeId), new Date(Math.min(primary.createdAt, other.createdAt)).toISOString());
  const from = primary.properties.get("lifecyclestage") ?? "";
  const to = other.properties.get("lifecyclestage") ?? "";
  if (to !== "" && isForward(portal, typeId, { from, to })) values.set("lifecyclestage", to);
  const emails = [primary, other].flatMap(({ properties }) => [
    properties.get("email") ?? "",
    ...(properties.get("hs_additional_emails") ?? "").split(";"),
  ]);
  const additional = emails.filter((email) => email !== "" && email !== values.get("email"));
  if (typeId === "0-1") values.set("hs_additional_emails", additional.join(";"));
  return values;
}

/** The ids that a merge of the record makes known: its own and those merged into it before. */
function namesOf({ id, properties }: HubspotRecord): string[] {
  const earlier = properties.get("hs_merged_object_ids") ?? "";
  return earlier === "" ? [id] : [...earlier.split(";"), id];
}

/** The old record stays only for search, which shows it until the lag is over. */
function retire(portal: Portal, record: HubspotRecord, { id, at }: { id: string; at: number }): void {
  portal.mergedInto.set(record.id, id);
  record.archivedAt = at;
  addSnapshot(portal, record, { at, properties: null });
}
