import type { Answer } from "../http.ts";
import { type AssociationDefinition, defaultDefinition, definitionsOf } from "./association-types.ts";
import { associate, associatedRecords, dissociate, type Pair } from "./associations.ts";
import { objectNotFound, validationError } from "./object-errors.ts";
import { readScopes, requireTypeId, writeScopes } from "./object-types.ts";
import { parseLimit } from "./parse-body.ts";
import { parseTypes } from "./parse-targets.ts";
import type { AssociationType, Call, Portal, Route } from "./portal.ts";
import { findLiving } from "./record-store.ts";

const pairPaths = [
  "/crm/objects/:version/:objectType/:id/associations/:toObjectType/:toId",
  "/crm/v4/objects/:objectType/:id/associations/:toObjectType/:toId",
];
const defaultPaths = [
  "/crm/objects/:version/:objectType/:id/associations/default/:toObjectType/:toId",
  "/crm/v4/objects/:objectType/:id/associations/default/:toObjectType/:toId",
];
// hubspot.md §4.6: this read is there in v4 and 2026-03, and absent from 2026-09.
const readPaths = [
  "/crm/objects/2026-03/:objectType/:id/associations/:toObjectType",
  "/crm/v4/objects/:objectType/:id/associations/:toObjectType",
];

/** The association endpoints of one record (hubspot.md §4.6). */
export const associationRoutes: Route[] = [
  { method: "GET", paths: readPaths, scopes: readScopes, handle: readAssociations },
  { method: "PUT", paths: defaultPaths, scopes: writeScopes, handle: putDefault },
  { method: "PUT", paths: pairPaths, scopes: writeScopes, handle: putPair },
  { method: "DELETE", paths: pairPaths, scopes: writeScopes, handle: deletePair },
];

const pageSize = 500;

/** `{toObjectId, associationTypes}` of one record's links, one page of them from `after`. */
export function linkPage(
  portal: Portal,
  from: Omit<Pair, "toId">,
  { after, limit = pageSize }: { after: number; limit?: number },
): { items: unknown[]; paging?: { next: { after: string } } } {
  const links = associatedRecords(portal, from);
  const definitions = definitionsOf(portal, from.fromTypeId, from.toTypeId);
  const items = links.slice(after, after + limit).map(({ id, types }) => ({
    // hubspot.md §4.6: a string in all specs, a number in some live answers.
    toObjectId: portal.settings.toObjectIdAs === "number" ? Number(id) : id,
    associationTypes: types.map((type) => ({ ...type, label: labelOf(definitions, type) })),
  }));
  const end = after + limit;
  return end < links.length ? { items, paging: { next: { after: String(end) } } } : { items };
}

/** A link as writes answer it. */
export function formatLink(portal: Portal, pair: Pair, types: AssociationType[]): Record<string, unknown> {
  const definitions = definitionsOf(portal, pair.fromTypeId, pair.toTypeId);
  const labels = types.flatMap((type) => labelOf(definitions, type) ?? []);
  return {
    fromObjectTypeId: pair.fromTypeId,
    fromObjectId: pair.fromId,
    toObjectTypeId: pair.toTypeId,
    toObjectId: pair.toId,
    labels,
  };
}

/** Both directions of a link by the unlabelled type, as default associations are answered. */
export function formatDefaultLinks(portal: Portal, pair: Pair): Record<string, unknown>[] {
  const side = (from: string, to: string, definition: AssociationDefinition | undefined) => ({
    from: { id: from },
    to: { id: to },
    associationSpec: { associationCategory: "HUBSPOT_DEFINED", associationTypeId: definition?.typeId },
  });
  return [
    side(pair.fromId, pair.toId, requireDefault(portal, pair.fromTypeId, pair.toTypeId)),
    side(pair.toId, pair.fromId, requireDefault(portal, pair.toTypeId, pair.fromTypeId)),
  ];
}

function readAssociations(call: Call): Answer {
  const { portal, params, query } = call;
  const from = { fromTypeId: requireTypeId(params.objectType), toTypeId: requireTypeId(params.toObjectType) };
  const record = findLiving(portal, from.fromTypeId, params.id ?? "");
  if (!record) throw objectNotFound();
  const limit = parseLimit(query.get("limit"), pageSize, pageSize);
  const after = Number(query.get("after") ?? 0);
  const { items, paging } = linkPage(portal, { ...from, fromId: record.id }, { after, limit });
  return { status: 200, body: { results: items, ...(paging ? { paging } : {}) } };
}

function putPair(call: Call): Answer {
  const pair = requirePair(call);
  const types = parseTypes(call.body);
  associate(call.portal, { ...pair, types, source: call.source });
  return { status: 201, body: formatLink(call.portal, pair, types) };
}

function putDefault(call: Call): Answer {
  const pair = requirePair(call);
  const results = formatDefaultLinks(call.portal, pair);
  associate(call.portal, { ...pair, types: [], source: call.source });
  const at = new Date(call.now).toISOString();
  return { status: 200, body: { status: "COMPLETE", results, startedAt: at, completedAt: at } };
}

function deletePair(call: Call): Answer {
  dissociate(call.portal, { ...requirePair(call), source: call.source });
  return { status: 204 };
}

/** The pair that the path names; 404 unless both records are there. */
function requirePair({ portal, params }: Call): Pair {
  const [fromTypeId, toTypeId] = [requireTypeId(params.objectType), requireTypeId(params.toObjectType)];
  const from = findLiving(portal, fromTypeId, params.id ?? "");
  const to = findLiving(portal, toTypeId, params.toId ?? "");
  if (!from || !to) throw objectNotFound();
  return { fromTypeId, fromId: from.id, toTypeId, toId: to.id };
}

function requireDefault(portal: Portal, fromTypeId: string, toTypeId: string): AssociationDefinition {
  const definition = defaultDefinition(portal, fromTypeId, toTypeId);
  if (definition) return definition;
  throw validationError(`There is no default association type from ${fromTypeId} to ${toTypeId}.`);
}

function labelOf(definitions: AssociationDefinition[], type: AssociationType): string | null {
  const found = definitions.find((one) => one.typeId === type.typeId && one.category === type.category);
  return found?.label ?? null;
}
