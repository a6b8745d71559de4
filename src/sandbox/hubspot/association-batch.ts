import type { Answer } from "../http.ts";
import { formatDefaultLinks, formatLink, linkPage } from "./association-routes.ts";
import { definitionsOf } from "./association-types.ts";
import { associate, dissociate, type Pair } from "./associations.ts";
import { batchAnswer } from "./batch-answer.ts";
import { batchErrorEntry, invalidInput, validationError } from "./object-errors.ts";
import { readScopes, requireTypeId, singularName, writeScopes } from "./object-types.ts";
import { isJson, type Json, parseId, parseInputs, parseObject, parseText } from "./parse-body.ts";
import { parseTypes } from "./parse-targets.ts";
import { type Call, HubspotError, type Route } from "./portal.ts";
import { findRecord } from "./record-store.ts";

/** Batches of associations, and the labels of a pair of object types (hubspot.md §4.6). */
export const associationBatchRoutes: Route[] = [
  { method: "POST", paths: paths("batch/read"), scopes: readScopes, handle: batchRead },
  { method: "POST", paths: paths("batch/create"), scopes: writeScopes, handle: batchCreate },
  { method: "POST", paths: paths("batch/associate/default"), scopes: writeScopes, handle: batchDefault },
  { method: "POST", paths: paths("batch/archive"), scopes: writeScopes, handle: batchArchive },
  { method: "POST", paths: paths("batch/labels/archive"), scopes: writeScopes, handle: batchLabelsArchive },
  { method: "GET", paths: paths("labels"), scopes: readScopes, handle: listLabels },
  { method: "POST", paths: paths("labels"), scopes: writeScopes, handle: createLabel },
];

// hubspot.md §3.2.
const maxWrites = 2_000;
const maxReads = 1_000;

function paths(rest: string): string[] {
  const pair = ":objectType/:toObjectType";
  return [`/crm/associations/:version/${pair}/${rest}`, `/crm/v4/associations/${pair}/${rest}`];
}

function batchRead(call: Call): Answer {
  const { portal } = call;
  const { fromTypeId, toTypeId } = typesOf(call);
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of parseInputs(call.body, maxReads)) {
    const id = parseId(input.id);
    const fromId = findRecord(portal, fromTypeId, id)?.id ?? id;
    const after = Number(parseId(input.after) || 0);
    const { items, paging } = linkPage(portal, { fromTypeId, fromId, toTypeId }, { after });
    if (items.length > 0) results.push({ from: { id }, to: items, ...(paging ? { paging } : {}) });
    else errors.push(noAssociations(singularName(fromTypeId), id, singularName(toTypeId)));
  }
  return batchAnswer(call, { status: 200, results, errors });
}

function batchCreate(call: Call): Answer {
  return writeEach(call, 201, (input, pair) => {
    const types = parseTypes(input.types);
    associate(call.portal, { ...pair, types, source: call.source });
    return [formatLink(call.portal, pair, types)];
  });
}

function batchDefault(call: Call): Answer {
  return writeEach(call, 200, (_input, pair) => {
    associate(call.portal, { ...pair, types: [], source: call.source });
    return formatDefaultLinks(call.portal, pair);
  });
}

/** A pair that cannot be linked leaves the others alone and makes the answer a 207. */
function writeEach(call: Call, status: number, write: (input: Json, pair: Pair) => unknown[]): Answer {
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of parseInputs(call.body, maxWrites)) {
    const pair = parsePair(call, input);
    try {
      results.push(...write(input, pair));
    } catch (error) {
      if (!(error instanceof HubspotError)) throw error;
      errors.push(batchErrorEntry(error, { fromObjectId: [pair.fromId], toObjectId: [pair.toId] }));
    }
  }
  return batchAnswer(call, { status, results, errors });
}

function batchArchive(call: Call): Answer {
  const types = typesOf(call);
  for (const input of parseInputs(call.body, maxWrites)) {
    if (!isJson(input.from) || !Array.isArray(input.to)) throw invalidInput("each input needs from.id and to[].id.");
    const fromId = parseId(input.from.id);
    for (const to of input.to) {
      dissociate(call.portal, { ...types, fromId, toId: parseId(parseObject(to).id), source: call.source });
    }
  }
  return { status: 204 };
}

function batchLabelsArchive(call: Call): Answer {
  for (const input of parseInputs(call.body, maxWrites)) {
    dissociate(call.portal, { ...parsePair(call, input), types: parseTypes(input.types), source: call.source });
  }
  return { status: 204 };
}

function listLabels(call: Call): Answer {
  const { fromTypeId, toTypeId } = typesOf(call);
  const definitions = definitionsOf(call.portal, fromTypeId, toTypeId);
  return {
    status: 200,
    body: { results: definitions.map(({ category, typeId, label }) => ({ category, typeId, label })) },
  };
}

/** A label of the account's own, under a type id of its own in each direction. */
function createLabel({ portal, body, ...call }: Call): Answer {
  const { fromTypeId, toTypeId } = typesOf(call);
  const fields = parseObject(body);
  const label = parseText(fields.label) ?? "";
  if (label === "") throw validationError("A label needs a text.");
  const inverseLabel = parseText(fields.inverseLabel) ?? label;
  const typeId = portal.nextId;
  const isOneWay = fromTypeId === toTypeId && inverseLabel === label;
  const inverse = isOneWay ? typeId : typeId + 1;
  portal.nextId += 2;
  const add = (key: string, own: { typeId: number; label: string; inverse: number }) => {
    portal.associationLabels.set(key, [...(portal.associationLabels.get(key) ?? []), own]);
  };
  add(`${fromTypeId}:${toTypeId}`, { typeId, label, inverse });
  if (!isOneWay) add(`${toTypeId}:${fromTypeId}`, { typeId: inverse, label: inverseLabel, inverse: typeId });
  const results = [{ category: "USER_DEFINED", typeId, label }];
  if (!isOneWay) results.push({ category: "USER_DEFINED", typeId: inverse, label: inverseLabel });
  return { status: 201, body: { results } };
}

function parsePair(call: Pick<Call, "params">, input: Json): Pair {
  if (!isJson(input.from) || !isJson(input.to)) throw invalidInput("each input needs from.id and to.id.");
  return { ...typesOf(call), fromId: parseId(input.from.id), toId: parseId(input.to.id) };
}

function typesOf({ params }: Pick<Call, "params">): { fromTypeId: string; toTypeId: string } {
  return { fromTypeId: requireTypeId(params.objectType), toTypeId: requireTypeId(params.toObjectType) };
}

function noAssociations(fromType: string, id: string, toType: string): Record<string, unknown> {
  return {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND",
    message: `No ${toType} is associated with ${fromType} ${id}.`,
    context: { fromObjectId: [id], fromObjectType: [fromType], toObjectType: [toType] },
    errors: [],
    links: {},
  };
}
