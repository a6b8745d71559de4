import type { HistoryEntry, HubspotRecord, Portal } from "./portal.ts";
import { createdName, modifiedName } from "./record-store.ts";
import { activeProperty } from "./validate.ts";

/** Which properties an answer shows; `names: "all"` means every property that has a value. */
export type View = { typeId: string; names: string[] | "all"; history: string[] };

/** hubspot.md §4.2–4.3: what HubSpot shows when nobody says what they want. */
const defaultNames: Record<string, string[]> = {
  "0-1": ["email", "firstname", "lastname"],
  "0-2": ["domain", "name"],
  "0-3": ["amount", "closedate", "dealname", "dealstage", "pipeline"],
};

/**
 * The view for the properties that a reader asked for: unknown names are left out in silence (hubspot.md §4), id and
 * time stamps are always there.
 */
export function readView(portal: Portal, typeId: string, asked: { names: string[]; history: string[] }): View {
  const wanted = asked.names.length > 0 ? asked.names : (defaultNames[typeId] ?? []);
  const names = new Set([...wanted, ...asked.history, createdName(typeId), modifiedName(typeId), "hs_object_id"]);
  const isActive = (name: string) => activeProperty(portal, typeId, name) !== undefined;
  return { typeId, names: [...names].filter(isActive), history: asked.history.filter(isActive) };
}

/** The view of a write's answer: the full object. */
export function fullView(typeId: string): View {
  return { typeId, names: "all", history: [] };
}

/** A record as every endpoint answers it (hubspot.md §4). `properties`: an older state, as search may see one. */
export function formatRecord(
  portal: Portal,
  record: HubspotRecord,
  view: View,
  seen: { properties: Map<string, string>; updatedAt: number } = record,
): Record<string, unknown> {
  return {
    id: record.id,
    properties: formatProperties(portal, view, seen.properties),
    ...(view.history.length > 0 ? { propertiesWithHistory: formatHistories(record, view.history) } : {}),
    createdAt: iso(record.createdAt),
    updatedAt: iso(seen.updatedAt),
    archived: record.archivedAt !== null,
    ...(record.archivedAt === null ? {} : { archivedAt: iso(record.archivedAt) }),
  };
}

/** Requested but unset properties are null; a full view leaves them out. */
function formatProperties(portal: Portal, view: View, values: Map<string, string>): Record<string, string | null> {
  const properties: Record<string, string | null> = {};
  if (view.names !== "all") {
    for (const name of view.names) properties[name] = values.get(name) ?? null;
    return properties;
  }
  const definitions = portal.properties.get(view.typeId);
  for (const [name, value] of values) {
    if (definitions?.get(name)?.archivedAt === null) properties[name] = value;
  }
  return properties;
}

function formatHistories(record: HubspotRecord, names: string[]): Record<string, unknown[]> {
  return Object.fromEntries(names.map((name) => [name, (record.history.get(name) ?? []).map(formatEntry)]));
}

function formatEntry({ value, timestamp, source }: HistoryEntry): Record<string, unknown> {
  return {
    value,
    timestamp: iso(timestamp),
    sourceType: source.type,
    ...(source.id === "" ? {} : { sourceId: source.id }),
    ...(source.userId === undefined ? {} : { updatedByUserId: source.userId }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
