import type { HubspotRecord, Portal } from "./portal.ts";

/** Makes the record findable by a value, when the property is indexed at all. Old values stay until a reader drops them. */
export function addToIndex(
  portal: Portal,
  typeId: string,
  property: string,
  record: { id: string; value: string },
): void {
  const index = portal.indexes.get(`${typeId}:${property}`);
  if (!index || record.value === "") return;
  const key = record.value.toLowerCase();
  const ids = index.get(key);
  if (ids) ids.add(record.id);
  else index.set(key, new Set([record.id]));
}

/** Indexes a property of existing records, as when it is created with unique values. */
export function createIndex(portal: Portal, typeId: string, property: string): void {
  const key = `${typeId}:${property}`;
  if (portal.indexes.has(key)) return;
  portal.indexes.set(key, new Map());
  for (const { id, properties } of portal.records.get(typeId)?.values() ?? []) {
    addToIndex(portal, typeId, property, { id, value: properties.get(property) ?? "" });
  }
}

/** Ids that may have the value now or in search's view; undefined when the property has no index. */
export function candidates(portal: Portal, typeId: string, property: string, value: string): string[] | undefined {
  const index = portal.indexes.get(`${typeId}:${property}`);
  if (!index) return undefined;
  const key = value.toLowerCase();
  const ids = index.get(key);
  if (!ids) return [];
  for (const id of ids) {
    const record = portal.records.get(typeId)?.get(id);
    if (!record || !everHad(record, property, key)) ids.delete(id);
  }
  if (ids.size === 0) index.delete(key);
  return [...ids];
}

/** Is the property one by which records can be addressed (`idProperty`)? */
export function isUniqueProperty(portal: Portal, typeId: string, property: string): boolean {
  if (typeId === "0-1" && property === "email") return true;
  const definition = portal.properties.get(typeId)?.get(property);
  return definition?.hasUniqueValue === true && definition.archivedAt === null;
}

/** The living record that holds a unique value; a contact also under its merged-in e-mail addresses. */
export function findByUnique(
  portal: Portal,
  typeId: string,
  { property, value }: { property: string; value: string },
): HubspotRecord | undefined {
  const key = value.toLowerCase();
  for (const id of candidates(portal, typeId, property, key) ?? []) {
    const record = portal.records.get(typeId)?.get(id);
    if (record && record.archivedAt === null && has(record.properties, property, key)) return record;
  }
  return undefined;
}

function everHad(record: HubspotRecord, property: string, key: string): boolean {
  if (has(record.properties, property, key)) return true;
  return record.snapshots.some(({ properties }) => properties !== null && has(properties, property, key));
}

function has(properties: Map<string, string>, property: string, key: string): boolean {
  if (properties.get(property)?.toLowerCase() === key) return true;
  return property === "email" && (properties.get("hs_additional_emails") ?? "").split(";").includes(key);
}
