import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import type { Row, SObject } from "../schema.ts";
import { createRecord, deleteRecord, liveRow, updateRecord } from "../write-records.ts";
import { bodyOf, type Call, headerOf, notFound, objectOf, type Route, writerOf } from "./call.ts";
import { allFields, idOf, ownIdOf, readRecords } from "./read-records.ts";
import { findByExternalId, upsertRecord } from "./upsert.ts";

const one = "/sobjects/:object/:id";
const byExternalId = "/sobjects/:object/:field/:value";

/** Single records (salesforce.md §8, 9). */
export const recordRoutes: readonly Route[] = [
  { method: "POST", paths: ["/sobjects/:object"], handle: create },
  { method: "GET", paths: [one], handle: (call) => show(call, idOf(objectOf(call), call.params.id ?? "")) },
  { method: "PATCH", paths: [one], handle: (call) => change(call, ownIdOf(objectOf(call), call.params.id ?? "")) },
  { method: "DELETE", paths: [one], handle: (call) => remove(call, ownIdOf(objectOf(call), call.params.id ?? "")) },
  { method: "GET", paths: [byExternalId], handle: (call) => byValue(call, (id) => show(call, id)) },
  { method: "PATCH", paths: [byExternalId], handle: upsert },
  { method: "DELETE", paths: [byExternalId], handle: (call) => byValue(call, (id) => remove(call, id)) },
];

const created = (id: string, more: Record<string, unknown> = {}) => ({ id, success: true, errors: [], ...more });

function create(call: Call): Answer {
  const object = objectOf(call);
  const id = call.unit.write(writerOf(call), (writing) => createRecord(writing, object, bodyOf(call)));
  return { status: 201, body: created(id), headers: { Location: addressOf(call, object, id) } };
}

const addressOf = ({ version }: Call, { name }: SObject, id: string): string =>
  `/services/data/v${version}/sobjects/${name}/${id}`;

function show(call: Call, id: string): Answer {
  const object = objectOf(call);
  const row = liveRow(call.org, object, id);
  const since = Date.parse(headerOf(call.headers, "if-modified-since"));
  if (modifiedAt(row) <= since) return { status: 304 };
  const asked = call.query.get("fields");
  const fields = asked === null ? allFields(object) : asked.split(",");
  return { status: 200, body: readRecords(call, object, { ids: [id], fields }).get(id) ?? notFound() };
}

/** HTTP dates have whole seconds. */
const modifiedAt = ({ LastModifiedDate }: Row): number =>
  typeof LastModifiedDate === "number" ? Math.floor(LastModifiedDate / 1000) * 1000 : 0;

function change(call: Call, id: string): Answer {
  const object = objectOf(call);
  checkUnmodified(call, liveRow(call.org, object, id));
  call.unit.write(writerOf(call), (writing) => updateRecord(writing, object, id, bodyOf(call)));
  return { status: 204 };
}

function checkUnmodified({ headers }: Call, row: Row): void {
  const since = Date.parse(headerOf(headers, "if-unmodified-since"));
  if (Number.isNaN(since) || modifiedAt(row) <= since) return;
  throw new SalesforceError(412, {
    errorCode: "PRECONDITION_FAILED",
    message: "The resource was modified after the time that If-Unmodified-Since names",
  });
}

function remove(call: Call, id: string): Answer {
  const object = objectOf(call);
  call.unit.write(writerOf(call), (writing) => deleteRecord(writing, object, id));
  return { status: 204 };
}

function byValue(call: Call, handle: (id: string) => Answer): Answer {
  const found = findByExternalId(call.org, objectOf(call), call.params);
  if (found.length > 1) return several(call, found);
  return handle(found[0] ?? notFound());
}

function upsert(call: Call): Answer {
  const object = objectOf(call);
  const found = findByExternalId(call.org, object, call.params);
  if (found.length > 1) return several(call, found);
  const given = { ...call.params, input: bodyOf(call) };
  const { id, isNew } = call.unit.write(writerOf(call), (writing) => upsertRecord(writing, object, given));
  if (isNew)
    return { status: 201, body: created(id, { created: true }), headers: { Location: addressOf(call, object, id) } };
  return Number(call.version) < 46 ? { status: 204 } : { status: 200, body: created(id, { created: false }) };
}

/** Several records have that value: the body lists where they are (salesforce.md §3.2). */
function several(call: Call, ids: readonly string[]): Answer {
  return { status: 300, body: ids.map((id) => addressOf(call, objectOf(call), id)) };
}
