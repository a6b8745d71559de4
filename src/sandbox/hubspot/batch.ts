import type { Answer } from "../http.ts";
import { batchAnswer, missingEntry, refuseDuplicates } from "./batch-answer.ts";
import { batchCreate, batchUpdate, batchUpsert } from "./batch-write.ts";
import { lookUp } from "./find-record.ts";
import { formatRecord, readView } from "./format-record.ts";
import { validationError } from "./object-errors.ts";
import { readScopes, requireTypeId, singularName, writeScopes } from "./object-types.ts";
import { recordPaths } from "./objects.ts";
import { parseId, parseInputs, parseObject, parseText, parseTexts } from "./parse-body.ts";
import type { Call, Route } from "./portal.ts";
import { archiveRecord } from "./records.ts";

/** The batch endpoints of records (hubspot.md §3.4, §4.1). */
export const batchRoutes: Route[] = [
  { method: "POST", paths: recordPaths("/batch/read"), scopes: readScopes, handle: batchRead },
  { method: "POST", paths: recordPaths("/batch/create"), scopes: writeScopes, handle: batchCreate },
  { method: "POST", paths: recordPaths("/batch/update"), scopes: writeScopes, handle: batchUpdate },
  { method: "POST", paths: recordPaths("/batch/upsert"), scopes: writeScopes, handle: batchUpsert },
  { method: "POST", paths: recordPaths("/batch/archive"), scopes: writeScopes, handle: batchArchive },
];

/** hubspot.md §3.2: 100 inputs, with history 50. */
const maxInputs = 100;
const maxInputsWithHistory = 50;

function batchRead(call: Call): Answer {
  const { portal } = call;
  const typeId = requireTypeId(call.params.objectType);
  const body = parseObject(call.body);
  const names = parseTexts(body.properties, "properties");
  const history = parseTexts(body.propertiesWithHistory, "propertiesWithHistory");
  const inputs = parseInputs(body, history.length > 0 ? maxInputsWithHistory : maxInputs);
  const ids = inputs.map((input) => parseId(input.id));
  refuseDuplicates(ids);
  const idProperty = parseText(body.idProperty);
  const archived = call.query.get("archived") === "true";
  const view = readView(portal, typeId, { names, history });
  const results: unknown[] = [];
  const missing: string[] = [];
  for (const id of ids) {
    const record = lookUp(portal, typeId, { id, idProperty, archived });
    if (record) results.push(formatRecord(portal, record, view));
    else missing.push(id);
  }
  const errors = missing.length > 0 ? [missingEntry(singularName(typeId), missing)] : [];
  return batchAnswer(call, { status: 200, results, errors });
}

function batchArchive(call: Call): Answer {
  const typeId = requireTypeId(call.params.objectType);
  const ids = parseInputs(call.body, maxInputs).map((input) => parseId(input.id));
  if (ids.includes("")) throw validationError("Each input of batch/archive needs an id.");
  refuseDuplicates(ids);
  for (const id of ids) {
    if (lookUp(call.portal, typeId, { id })) archiveRecord(call.portal, typeId, id, call.source);
  }
  return { status: 204 };
}
