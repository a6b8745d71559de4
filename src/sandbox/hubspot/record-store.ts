import { addToIndex } from "./indexes.ts";
import type { Change, HistoryEntry, HubspotRecord, Portal, Source } from "./portal.ts";

/** Who changes something, and when (epoch ms). */
export type Cause = { at: number; source: Source };

/** Snapshots of one record that search may still need; a burst beyond it loses views inside the lag, never the last. */
const maxSnapshots = 32;

/** The record, archived or not; a merged-away id leads to the surviving record (hubspot.md §8.13). */
export function findRecord(portal: Portal, typeId: string, id: string): HubspotRecord | undefined {
  let current = id;
  for (let next = portal.mergedInto.get(current); next !== undefined; next = portal.mergedInto.get(current)) {
    current = next;
  }
  return portal.records.get(typeId)?.get(current);
}

/** The record unless it is archived. */
export function findLiving(portal: Portal, typeId: string, id: string): HubspotRecord | undefined {
  const record = findRecord(portal, typeId, id);
  return record?.archivedAt === null ? record : undefined;
}

/**
 * Writes checked values ("" clears): properties, history, index, time stamps and the view of search. Answers the
 * changes to emit once everything of the request is in the store; calculated properties raise none (hubspot.md §1.1).
 */
export function commitValues(
  portal: Portal,
  typeId: string,
  record: HubspotRecord,
  { values, cause }: { values: Iterable<[string, string]>; cause: Cause },
): Change[] {
  const { at, source } = cause;
  const definitions = portal.properties.get(typeId);
  const properties = new Map(record.properties);
  const changes: Change[] = [];
  for (const [property, value] of values) {
    if ((properties.get(property) ?? "") === value) continue;
    if (value === "") properties.delete(property);
    else properties.set(property, value);
    addToIndex(portal, typeId, property, { id: record.id, value });
    const definition = definitions?.get(property);
    if (!definition || definition.readOnly || definition.calculated) continue;
    noteHistory(record, property, { value, timestamp: at, source });
    changes.push({ kind: "propertyChange", objectTypeId: typeId, objectId: record.id, property, value, at, source });
  }
  properties.set(modifiedName(typeId), new Date(at).toISOString());
  record.properties = properties;
  record.updatedAt = at;
  addSnapshot(portal, record, { at, properties: record.archivedAt === null ? properties : null });
  return changes;
}

/** Notes what search will show of the record from `at` plus the lag on; null = nothing. Forgets what is past showing. */
export function addSnapshot(portal: Portal, record: HubspotRecord, snapshot: HubspotRecord["snapshots"][number]): void {
  const { snapshots } = record;
  if (snapshots.at(-1)?.at === snapshot.at) snapshots.pop();
  snapshots.push(snapshot);
  const horizon = snapshot.at - portal.settings.searchLagMs;
  let visible = 0;
  while ((snapshots[visible + 1]?.at ?? Number.POSITIVE_INFINITY) <= horizon) visible += 1;
  if (visible > 0) snapshots.splice(0, visible);
  if (snapshots.length > maxSnapshots) snapshots.splice(1, snapshots.length - maxSnapshots);
}

/** Tells all listeners, in order. */
export function emit(portal: Portal, changes: readonly Change[]): void {
  for (const change of changes) for (const listener of portal.listeners) listener(change);
}

/** The property that holds when a record was last written: contacts have a name of their own for it. */
export function modifiedName(typeId: string): string {
  return typeId === "0-1" ? "lastmodifieddate" : "hs_lastmodifieddate";
}

/** The property that holds when a record was created. */
export function createdName(typeId: string): string {
  return ["0-1", "0-2", "0-3"].includes(typeId) ? "createdate" : "hs_createdate";
}

function noteHistory(record: HubspotRecord, property: string, entry: HistoryEntry): void {
  const history = record.history.get(property);
  if (history) history.unshift(entry);
  else record.history.set(property, [entry]);
}
