import type { Answer } from "../http.ts";
import { formatRecord, readView } from "./format-record.ts";
import { candidates } from "./indexes.ts";
import { readScopes, requireTypeId } from "./object-types.ts";
import { recordPaths } from "./objects.ts";
import { type Filter, parseSearch, type Search } from "./parse-search.ts";
import type { Call, HubspotRecord, Portal, Route } from "./portal.ts";
import { comparable, compileFilter, type Predicate, type Seen } from "./search-filters.ts";

/** The search endpoint; it has a rate limit of its own (hubspot.md §3.1, §4.2). */
export const searchRoutes: Route[] = [
  { method: "POST", paths: recordPaths("/search"), scopes: readScopes, search: true, handle: search },
];

type Found = Seen & { record: HubspotRecord; updatedAt: number };

/** What free text looks at. */
const searchable: Record<string, string[]> = {
  "0-1": ["firstname", "lastname", "email", "phone", "company", "hs_additional_emails"],
  "0-2": ["name", "domain", "website", "phone"],
  "0-3": ["dealname", "description"],
  "0-27": ["hs_task_subject", "hs_task_body"],
  "0-115": ["hs_email", "hs_given_name", "hs_family_name"],
};

function search(call: Call): Answer {
  const { portal, now } = call;
  const typeId = requireTypeId(call.params.objectType);
  const wanted = parseSearch(call.body);
  const matches = compileSearch(portal, typeId, wanted);
  const found: Found[] = [];
  for (const record of recordsToCheck(portal, typeId, wanted)) {
    const seen = visible(record, now - portal.settings.searchLagMs);
    if (seen && matches(seen)) found.push(seen);
  }
  if (wanted.sort) sortFound(portal, typeId, found, wanted.sort);
  const view = readView(portal, typeId, { names: wanted.properties, history: [] });
  const end = wanted.after + wanted.limit;
  const results = found.slice(wanted.after, end).map((one) => {
    return { ...formatRecord(portal, one.record, view, one), archived: false };
  });
  const paging = end < found.length ? { paging: { next: { after: String(end) } } } : {};
  return { status: 200, body: { total: found.length, results, ...paging } };
}

/** The record as the index knows it: its last state that is older than the lag; none before that, or once deleted. */
function visible(record: HubspotRecord, horizon: number): Found | undefined {
  for (let index = record.snapshots.length - 1; index >= 0; index -= 1) {
    const snapshot = record.snapshots[index];
    if (!snapshot || snapshot.at > horizon) continue;
    if (!snapshot.properties) return undefined;
    return { id: record.id, properties: snapshot.properties, updatedAt: snapshot.at, record };
  }
  return undefined;
}

function compileSearch(portal: Portal, typeId: string, { groups, query }: Search): Predicate {
  const compiled = groups.map((group) => group.map((filter) => compileFilter(portal, typeId, filter)));
  const texts = searchable[typeId] ?? [];
  return (seen) => {
    const isInGroup = compiled.length === 0 || compiled.some((group) => group.every((matches) => matches(seen)));
    if (!isInGroup || query === "") return isInGroup;
    return texts.some((name) => seen.properties.get(name)?.toLowerCase().includes(query));
  };
}

/** All records, or the few that an index names when each group compares an indexed property with one value. */
function recordsToCheck(portal: Portal, typeId: string, { groups }: Search): Iterable<HubspotRecord> {
  const records = portal.records.get(typeId) ?? new Map<string, HubspotRecord>();
  const ids = new Set<string>();
  for (const group of groups) {
    const indexed = group.map((filter) => indexedIds(portal, typeId, filter)).find((one) => one !== undefined);
    if (!indexed) return records.values();
    for (const id of indexed) ids.add(id);
  }
  if (groups.length === 0) return records.values();
  return [...ids]
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((id) => {
      const record = records.get(id);
      return record ? [record] : [];
    });
}

function indexedIds(portal: Portal, typeId: string, filter: Filter): string[] | undefined {
  const { operator, propertyName, value, values } = filter;
  if (operator !== "EQ" && operator !== "IN") return undefined;
  const ids: string[] = [];
  for (const one of operator === "EQ" ? [value] : values) {
    const known = candidates(portal, typeId, propertyName, one);
    if (!known) return undefined;
    ids.push(...known);
  }
  return ids;
}

/** Records without a value come last, whichever the direction. */
function sortFound(portal: Portal, typeId: string, found: Found[], sort: NonNullable<Search["sort"]>): void {
  const definition = portal.properties.get(typeId)?.get(sort.propertyName);
  const keyOf = ({ properties }: Seen) => {
    const value = properties.get(sort.propertyName);
    return value === undefined ? undefined : comparable(definition, value);
  };
  const keyed = found.map((one) => ({ one, key: keyOf(one) }));
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined);
    if (a.key === b.key) return 0;
    return a.key < b.key !== sort.isDescending ? -1 : 1;
  });
  for (const [index, { one }] of keyed.entries()) found[index] = one;
}
