import { ControlError, isObject, readFields } from "../../control-input.ts";
import { type ControlCall, type ControlRoute, queryNumber } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import { to18 } from "../ids.ts";
import { fieldValues, recordId } from "../kinds.ts";
import { tableOf } from "../org.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row, SObject } from "../schema.ts";
import type { SalesforceState } from "../state.ts";
import { createRecord, deleteRecord, undeleteRecord, updateRecord, type Writing } from "../write-records.ts";
import { withTimes } from "../written-times.ts";
import { actIn, readWriter } from "./acting.ts";
import { objectOf, orgOf } from "./org-route.ts";

const records = "/orgs/:orgId/records/:object";
const none: Answer = { status: 204 };

/** An org's records as people in the user interface see and change them: no token, no limit, no lock. */
export const recordControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "GET",
    paths: [records],
    about: "?limit=&after=&deleted=true: records in the order in which they came, with all their fields",
    handle: listRecords,
  },
  {
    method: "GET",
    paths: [`${records}/:id`],
    about: "one record with all its fields, deleted or not",
    handle(state, call) {
      const { object, row } = recordOf(state, call);
      return { status: 200, body: whole(object, row) };
    },
  },
  {
    method: "POST",
    paths: [records],
    about: "{fields, by?, assign?}: creates a record, as a person would; assign: by the assignment rule",
    handle: create,
  },
  {
    method: "POST",
    paths: [`${records}/batch`],
    about: "{inputs: [{id?, fields}], by?, assign?}: creates those without id, changes the others; one transaction",
    handle: writeBatch,
  },
  {
    method: "PATCH",
    paths: [`${records}/:id`],
    about: "{fields, by?, assign?}: changes a record; by: a user's id, default an admin",
    handle: change,
  },
  {
    method: "DELETE",
    paths: [`${records}/:id`],
    about: "{by?}: puts a record into the recycle bin",
    handle: (state, call) => act(state, call, deleteRecord),
  },
  {
    method: "POST",
    paths: [`${records}/:id/restore`],
    about: "{by?}: takes a record out of the recycle bin",
    handle: (state, call) => act(state, call, undeleteRecord),
  },
  {
    method: "POST",
    paths: [`${records}/:id/touch`],
    about: "a system update: SystemModstamp alone moves, and nobody is told",
    handle: touch,
  },
];

function listRecords(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const isDeleted = call.query.get("deleted") === "true";
  const object = objectOf(org, call);
  const rows = [...tableOf(org, object.name).rows()].filter((row) => (row.IsDeleted === true) === isDeleted);
  const after = call.query.get("after");
  const first = after === null ? 0 : rows.findIndex(({ Id }) => Id === to18(after)) + 1;
  if (after !== null && first === 0) throw new ControlError(400, `\`after\` must be the id of a record of this list`);
  const limit = queryNumber(call.query, "limit") ?? 100;
  const page = rows.slice(first, first + limit).map((row) => whole(object, row));
  return { status: 200, body: { total: rows.length, results: page } };
}

function recordOf(state: SalesforceState, call: ControlCall): { org: SandboxOrg; object: SObject; row: Row } {
  const org = orgOf(state, call);
  const object = objectOf(org, call);
  const row = tableOf(org, object.name).get(to18(call.params.id ?? ""));
  if (!row) throw new ControlError(404, `There is no ${object.name} ${call.params.id}`);
  return { org, object, row };
}

/** All that the object has now, also of a record that is older than a field. */
function whole({ fields }: SObject, row: Row): Row {
  const stored = fields.filter(({ type }) => type !== "address");
  return Object.fromEntries(stored.map(({ name, type }) => [name, row[name] ?? (type === "boolean" ? false : null)]));
}

/** What a late commit has not shown yet has nothing but its id. */
const shown = (org: SandboxOrg, object: SObject, Id: string): Row =>
  whole(object, tableOf(org, object.name).get(Id) ?? { Id });

function create(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const object = objectOf(org, call);
  const { values, writer } = readWrite(org, object, call.body);
  const id = actIn(org, writer, (writing) => createRecord(writing, object, values));
  return { status: 201, body: shown(org, object, id) };
}

function change(state: SalesforceState, call: ControlCall): Answer {
  const { org, object, row } = recordOf(state, call);
  const { values, writer } = readWrite(org, object, call.body);
  actIn(org, writer, (writing) => updateRecord(writing, object, String(row.Id), values));
  return { status: 200, body: shown(org, object, String(row.Id)) };
}

function readWrite(org: SandboxOrg, object: SObject, body: unknown) {
  const fields = readFields(body);
  const values = withTimes(object, fields.need("fields", fieldValues));
  const writer = readWriter(org, fields);
  fields.check();
  return { values, writer };
}

function writeBatch(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const object = objectOf(org, call);
  const inputs = isObject(call.body) && Array.isArray(call.body.inputs) ? call.body.inputs : null;
  if (!inputs) throw new ControlError(400, "`inputs` must be a list");
  const fields = readFields(call.body);
  const writer = readWriter(org, fields);
  fields.check();
  const ids = actIn(org, writer, (writing) => inputs.map((input: unknown) => writeOne(writing, object, input)));
  return { status: 200, body: { ids } };
}

function writeOne(writing: Writing, object: SObject, input: unknown): string {
  const fields = readFields(input);
  const id = fields.maybe("id", recordId);
  const values = withTimes(object, fields.need("fields", fieldValues));
  fields.check();
  if (id === undefined) return createRecord(writing, object, values);
  updateRecord(writing, object, id, values);
  return id;
}

function act(
  state: SalesforceState,
  call: ControlCall,
  run: (writing: Writing, object: SObject, id: string) => void,
): Answer {
  const { org, object, row } = recordOf(state, call);
  const fields = readFields(call.body);
  const writer = readWriter(org, fields);
  fields.check();
  actIn(org, writer, (writing) => run(writing, object, String(row.Id)));
  return none;
}

function touch(state: SalesforceState, call: ControlCall): Answer {
  const { org, object, row } = recordOf(state, call);
  const touched = { ...row, SystemModstamp: org.clock.now() };
  tableOf(org, object.name).put(String(row.Id), touched);
  return { status: 200, body: whole(object, touched) };
}
