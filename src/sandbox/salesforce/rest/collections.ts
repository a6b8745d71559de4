import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import { isId, to18 } from "../ids.ts";
import type { SObject } from "../schema.ts";
import { visibleObject } from "../visible.ts";
import { createRecord, deleteRecord, updateRecord, type Writing } from "../write-records.ts";
import { bodyOf, type Call, isRecord, objectOf, type Route, writerOf } from "./call.ts";
import { readRecords } from "./read-records.ts";
import { upsertRecord } from "./upsert.ts";

const many = "/composite/sobjects";

/** sObject Collections: many records in a call, each with its own fate (salesforce.md §3.4, §8, 11). */
export const collectionRoutes: readonly Route[] = [
  { method: "POST", paths: [many], handle: (call) => writeEach(call, recordsOf(call), createOne) },
  { method: "PATCH", paths: [many], handle: (call) => writeEach(call, recordsOf(call), updateOne) },
  { method: "DELETE", paths: [many], handle: (call) => writeEach(call, idsIn(call), deleteOne) },
  { method: "PATCH", paths: [`${many}/:object/:field`], handle: upsertEach },
  { method: "POST", paths: [`${many}/:object`], handle: retrieve },
  { method: "GET", paths: [`${many}/:object`], handle: retrieve },
];

const mostRecords = 200;
const mostRetrieved = 2000;
const mostChunks = 10;

type Input = Readonly<Record<string, unknown>>;
type Result = { id?: string; success: boolean; errors: readonly unknown[]; created?: boolean };
type WriteOne = (call: Call, writing: Writing, input: Input) => Result;

function recordsOf(call: Call): Input[] {
  const { records } = bodyOf(call);
  if (!Array.isArray(records) || !records.every(isRecord))
    throw new SalesforceError(400, { message: "The records field is required", errorCode: "INVALID_INPUT" });
  return checkChunks(checkCount(records, mostRecords));
}

function idsIn({ query }: Call): Input[] {
  return checkCount((query.get("ids") ?? "").split(",").filter(Boolean), mostRecords).map((id) => ({ id }));
}

function checkCount<T>(records: T[], most: number): T[] {
  if (records.length <= most) return records;
  throw new SalesforceError(400, {
    message: `The request can not have more than ${most} records`,
    errorCode: "EXCEEDED_MAX_RECORDS_LIMIT",
  });
}

/** Records of one type that follow each other are a chunk (salesforce.md §3.4). */
function checkChunks(records: Input[]): Input[] {
  const types = records.map(({ attributes }) => (isRecord(attributes) ? attributes.type : undefined));
  if (types.filter((type, index) => type !== types[index - 1]).length <= mostChunks) return records;
  throw new SalesforceError(400, {
    message: `The request can not have more than ${mostChunks} chunks of records of one type`,
    errorCode: "LIMIT_EXCEEDED",
  });
}

const isAllOrNone = ({ query, body }: Call): boolean =>
  query.get("allOrNone") === "true" || (isRecord(body) && body.allOrNone === true);

/** In their order. With `allOrNone` one failure takes the others back. */
function writeEach(call: Call, inputs: readonly Input[], write: WriteOne): Answer {
  const results = call.unit.together(writerOf(call), (unit) => {
    const value = inputs.map((input) => writeOne({ ...call, unit }, input, write));
    return { value, isKept: !(isAllOrNone(call) && value.some(({ success }) => !success)) };
  });
  const isBack = isAllOrNone(call) && results.some(({ success }) => !success);
  return { status: 200, body: isBack ? results.map(takenBack) : results };
}

function writeOne(call: Call, input: Input, write: WriteOne): Result {
  try {
    return call.unit.write(writerOf(call), (writing) => write(call, writing, input));
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return { success: false, errors: error.entries.map(({ errorCode, ...rest }) => toRowError(errorCode, rest)) };
  }
}

/** `statusCode` here, `errorCode` elsewhere (salesforce.md §3.4). */
const toRowError = (statusCode: string, rest: Record<string, unknown>) => ({ statusCode, fields: [], ...rest });

function takenBack(result: Result): Result {
  if (!result.success) return result;
  return {
    success: false,
    errors: [
      {
        statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        message: "Record rolled back because not all records were valid and the request was using AllOrNone header",
        fields: [],
      },
    ],
  };
}

const done = (id: string): Result => ({ id, success: true, errors: [] });

function createOne(call: Call, writing: Writing, input: Input): Result {
  const { id: _, ...fields } = input;
  return done(createRecord(writing, typeOf(call, input), fields));
}

function updateOne(call: Call, writing: Writing, input: Input): Result {
  const { id: small, Id: large = small, ...fields } = input;
  const object = typeOf(call, input);
  const id = rowId(object, large);
  updateRecord(writing, object, id, fields);
  return done(id);
}

function deleteOne(call: Call, writing: Writing, input: Input): Result {
  const id = to18(String(input.id));
  const object = [...call.org.objects.values()].find(({ keyPrefix }) => id.startsWith(keyPrefix));
  if (object === undefined || !isId(id)) throw malformed(String(input.id));
  deleteRecord(writing, object, id);
  return done(id);
}

function typeOf({ org, userId }: Call, { attributes }: Input): SObject {
  const type = isRecord(attributes) ? String(attributes.type) : "";
  const object = visibleObject(org, userId, type);
  if (object !== null) return object;
  throw new SalesforceError(400, {
    message: `sObject type '${type}' is not supported.`,
    errorCode: "INVALID_TYPE",
  });
}

function rowId({ keyPrefix }: SObject, given: unknown): string {
  if (given === undefined)
    throw new SalesforceError(400, { message: "Id not specified in an update call", errorCode: "MISSING_ARGUMENT" });
  const id = to18(String(given));
  if (isId(id) && id.startsWith(keyPrefix)) return id;
  throw malformed(String(given));
}

const malformed = (text: string) =>
  new SalesforceError(400, { message: `bad id ${text}`, errorCode: "MALFORMED_ID", fields: ["Id"] });

function upsertEach(call: Call): Answer {
  const object = objectOf(call);
  const { field = "" } = call.params;
  return writeEach(call, recordsOf(call), (_call, writing, input) => {
    const { [field]: value, id: _, ...fields } = input;
    const { id, isNew } = upsertRecord(writing, object, { field, value, input: fields });
    return { ...done(id), created: isNew };
  });
}

/** Null for what is not there. */
function retrieve(call: Call): Answer {
  const object = objectOf(call);
  const given = isRecord(call.body) ? call.body : Object.fromEntries(call.query);
  const ids = checkCount(listOf(given.ids), mostRetrieved).map((id) => rowId(object, id));
  const found = readRecords(call, object, { ids, fields: listOf(given.fields) });
  return { status: 200, body: ids.map((id) => found.get(id) ?? null) };
}

function listOf(given: unknown): string[] {
  const list = typeof given === "string" ? given.split(",") : given;
  if (Array.isArray(list) && list.length > 0) return list.map(String);
  throw new SalesforceError(400, {
    message: "The ids and fields of the records must be given",
    errorCode: "MISSING_ARGUMENT",
  });
}
