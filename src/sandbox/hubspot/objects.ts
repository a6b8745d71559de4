import type { Answer } from "../http.ts";
import { definitionsOf } from "./association-types.ts";
import { associatedRecords } from "./associations.ts";
import { lookUp } from "./find-record.ts";
import { formatRecord, fullView, readView } from "./format-record.ts";
import { objectNotFound } from "./object-errors.ts";
import { pluralName, readScopes, requireTypeId, singularName, writeScopes } from "./object-types.ts";
import { parseLimit, parseNames, parseObject, parseProperties } from "./parse-body.ts";
import { parseTargets } from "./parse-targets.ts";
import type { Call, HubspotRecord, Route } from "./portal.ts";
import { applyCreate, applyUpdate, archiveRecord, prepareCreate, prepareUpdate, type Written } from "./records.ts";

/** The endpoints of single records, and the list (hubspot.md §4.1). */
export const singleRecordRoutes: Route[] = [
  { method: "GET", paths: recordPaths(), scopes: readScopes, handle: listRecords },
  { method: "POST", paths: recordPaths(), scopes: writeScopes, handle: create },
  { method: "GET", paths: recordPaths("/:id"), scopes: readScopes, handle: read },
  { method: "PATCH", paths: recordPaths("/:id"), scopes: writeScopes, handle: update },
  { method: "DELETE", paths: recordPaths("/:id"), scopes: writeScopes, handle: archive },
];

/** The record paths of both families (hubspot.md §0, version map). */
export function recordPaths(rest = ""): string[] {
  return [`/crm/objects/:version/:objectType${rest}`, `/crm/v3/objects/:objectType${rest}`];
}

/** How a write's answer shows a record: the whole of it, with what 2026-09 normalised (hubspot.md §4.12). */
export function formatWritten(call: Call, typeId: string, { record, warnings }: Written): Record<string, unknown> {
  const body = formatRecord(call.portal, record, fullView(typeId));
  return warnings.length > 0 ? { ...body, warnings } : body;
}

function listRecords(call: Call): Answer {
  const { portal, query } = call;
  const typeId = requireTypeId(call.params.objectType);
  const view = queryView(call, typeId);
  const limit = parseLimit(query.get("limit"), 10, 100);
  const after = Number(query.get("after") ?? 0);
  const archived = query.get("archived") === "true";
  const wanted = [...(portal.records.get(typeId)?.values() ?? [])].filter((record) => {
    return (record.archivedAt !== null) === archived && Number(record.id) >= after && !portal.mergedInto.has(record.id);
  });
  const page = wanted.sort((a, b) => Number(a.id) - Number(b.id)).slice(0, limit);
  const next = wanted[limit];
  const results = page.map((record) => withAssociations(call, typeId, record, formatRecord(portal, record, view)));
  return { status: 200, body: { results, ...(next ? { paging: { next: { after: next.id } } } : {}) } };
}

function create(call: Call): Answer {
  const { portal, source, version } = call;
  const typeId = requireTypeId(call.params.objectType);
  const body = parseObject(call.body);
  const associations = parseTargets(portal, typeId, body.associations);
  const prepared = prepareCreate(portal, typeId, parseProperties(body.properties ?? {}), {
    source,
    version,
    at: call.now,
    associations,
  });
  const written = applyCreate(prepared);
  const path = call.version === "v3" ? "/crm/v3/objects" : `/crm/objects/${call.version}`;
  return {
    status: 201,
    headers: { Location: `${path}/${pluralName(typeId)}/${written.record.id}` },
    body: formatWritten(call, typeId, written),
  };
}

function read(call: Call): Answer {
  const typeId = requireTypeId(call.params.objectType);
  const record = requireRecord(call, typeId, call.query.get("archived") === "true");
  const body = formatRecord(call.portal, record, queryView(call, typeId));
  return { status: 200, body: withAssociations(call, typeId, record, body) };
}

function update(call: Call): Answer {
  const typeId = requireTypeId(call.params.objectType);
  const record = requireRecord(call, typeId);
  const properties = parseProperties(parseObject(call.body).properties);
  const { portal, source, version } = call;
  const prepared = prepareUpdate(portal, typeId, { record, properties }, { source, version, at: call.now });
  return { status: 200, body: formatWritten(call, typeId, applyUpdate(prepared)) };
}

function archive(call: Call): Answer {
  archiveRecord(call.portal, requireTypeId(call.params.objectType), call.params.id ?? "", call.source);
  return { status: 204 };
}

function requireRecord(call: Call, typeId: string, archived = false): HubspotRecord {
  const idProperty = call.query.get("idProperty") ?? undefined;
  const record = lookUp(call.portal, typeId, { id: call.params.id ?? "", idProperty, archived });
  if (!record) throw objectNotFound();
  return record;
}

function queryView(call: Call, typeId: string): ReturnType<typeof readView> {
  const names = parseNames(call.query, "properties");
  return readView(call.portal, typeId, { names, history: parseNames(call.query, "propertiesWithHistory") });
}

/** `?associations=companies` of a single read or a list. */
function withAssociations(
  { portal, query }: Call,
  typeId: string,
  record: HubspotRecord,
  body: Record<string, unknown>,
): Record<string, unknown> {
  const wanted = parseNames(query, "associations").map(requireTypeId);
  const associations: Record<string, unknown> = {};
  for (const toTypeId of wanted) {
    const links = associatedRecords(portal, { fromTypeId: typeId, fromId: record.id, toTypeId });
    const definitions = definitionsOf(portal, typeId, toTypeId);
    const results = links.flatMap(({ id, types }) =>
      types.map((type) => {
        const label = definitions.find((one) => one.typeId === type.typeId)?.label;
        const name = `${singularName(typeId)}_to_${singularName(toTypeId)}`;
        return { id, type: label ? `${name}_${label.toLowerCase().replaceAll(" ", "_")}` : name };
      }),
    );
    if (results.length > 0) associations[pluralName(toTypeId)] = { results };
  }
  return Object.keys(associations).length > 0 ? { ...body, associations } : body;
}
