import { ControlError, id, isObject, readFields, textMap } from "../control-input.ts";
import { type ControlCall, type ControlRoute, queryNumber } from "../control-listener.ts";
import type { Answer } from "../http.ts";
import { associate, associatedIds, dissociate } from "./associations.ts";
import { portalOf } from "./control-route.ts";
import { eraseContact, mergeContacts } from "./merge.ts";
import { objectNotFound } from "./object-errors.ts";
import { objectTypeIds, requireTypeId } from "./object-types.ts";
import { parseAssociations, parsePair, parseSource } from "./parse-record-input.ts";
import { parseRepAction } from "./parse-rep-action.ts";
import type { HubspotRecord, Portal } from "./portal.ts";
import { archiveRecord, createRecord, getRecord, restoreRecord, updateRecord } from "./records.ts";
import { playRep } from "./rep.ts";
import type { HubspotState } from "./sandbox.ts";

const none: Answer = { status: 204 };
const records = "/portals/:portalId/records/:objectType";

/** A portal's records as people and workflows see and change them: no token, no rate limit, no search lag. */
export const crmControlRoutes: ControlRoute<HubspotState>[] = [
  {
    method: "POST",
    paths: ["/portals/:portalId/rep"],
    about: "{action, …, by?}: plays a rep: tasks, logged activities, claimed leads, changed stages",
    handle: (state, call) => ({ status: 200, body: playRep(portalOf(state, call), parseRepAction(call.body)) }),
  },
  {
    method: "GET",
    paths: [records],
    about: "?limit=&after=&archived=true: records in the order of their ids",
    handle: listRecords,
  },
  {
    method: "GET",
    paths: [`${records}/:id`],
    about: "one record with its history and associations, archived or not",
    handle(state, call) {
      const { portal, typeId, record } = recordOf(state, call);
      return { status: 200, body: wholeRecord(portal, typeId, record) };
    },
  },
  {
    method: "POST",
    paths: [records],
    about: "{properties, associations?, source?}: creates a record",
    handle(state, call) {
      const portal = portalOf(state, call);
      const typeId = requireTypeId(call.params.objectType);
      return { status: 201, body: shownRecord(create(portal, typeId, call.body)) };
    },
  },
  {
    method: "POST",
    paths: [`${records}/batch`],
    about:
      "{inputs: [{id?, properties, associations?}], source?}: creates those without id, changes the others; no limit",
    handle: writeBatch,
  },
  {
    method: "PATCH",
    paths: [`${records}/:id`],
    about: "{properties, source?}: changes a record; source: {type, id?, userId?}, default a person in the CRM_UI",
    handle(state, call) {
      const { portal, typeId, record } = recordOf(state, call);
      return { status: 200, body: shownRecord(update(portal, typeId, record.id, call.body)) };
    },
  },
  {
    method: "DELETE",
    paths: [`${records}/:id`],
    about: "archives a record, as a person would",
    handle(state, call) {
      const { portal, typeId, record } = recordOf(state, call);
      archiveRecord(portal, typeId, record.id, parseSource(call.body));
      return none;
    },
  },
  {
    method: "POST",
    paths: [`${records}/:id/restore`],
    about: "{source?}: brings an archived record back",
    handle(state, call) {
      const { portal, typeId, record } = recordOf(state, call);
      restoreRecord(portal, typeId, record.id, parseSource(call.body));
      return none;
    },
  },
  {
    method: "POST",
    paths: ["/portals/:portalId/merge"],
    about: "{primaryId, otherId, source?}: merges two contacts",
    handle(state, call) {
      const fields = readFields(call.body);
      const [primaryId, otherId] = [fields.need("primaryId", id), fields.need("otherId", id)];
      fields.check();
      const newId = mergeContacts(portalOf(state, call), primaryId, otherId, parseSource(call.body));
      return { status: 200, body: { id: newId } };
    },
  },
  {
    method: "POST",
    paths: ["/portals/:portalId/erase"],
    about: "{contactId, source?}: deletes a contact for privacy",
    handle(state, call) {
      const fields = readFields(call.body);
      const contactId = fields.need("contactId", id);
      fields.check();
      eraseContact(portalOf(state, call), contactId, parseSource(call.body));
      return none;
    },
  },
  {
    method: "PUT",
    paths: ["/portals/:portalId/associations"],
    about: "{from: {type, id}, to: {type, id}, types, source?}: associates two records",
    handle(state, call) {
      associate(portalOf(state, call), parsePair(call.body));
      return none;
    },
  },
  {
    method: "DELETE",
    paths: ["/portals/:portalId/associations"],
    about: "the same body: ends these association types",
    handle(state, call) {
      dissociate(portalOf(state, call), parsePair(call.body));
      return none;
    },
  },
];

function recordOf(state: HubspotState, call: ControlCall): { portal: Portal; typeId: string; record: HubspotRecord } {
  const portal = portalOf(state, call);
  const typeId = requireTypeId(call.params.objectType);
  const record = getRecord(portal, typeId, call.params.id ?? "");
  if (!record) throw objectNotFound();
  return { portal, typeId, record };
}

function listRecords(state: HubspotState, call: ControlCall): Answer {
  const { query } = call;
  const stored = portalOf(state, call).records.get(requireTypeId(call.params.objectType)) ?? new Map();
  const after = queryNumber(query, "after") ?? 0;
  const limit = queryNumber(query, "limit") ?? 100;
  const archived = query.get("archived") === "true";
  const results: unknown[] = [];
  for (const record of stored.values()) {
    if (results.length >= limit) break;
    if (Number(record.id) > after && (record.archivedAt !== null) === archived) results.push(shownRecord(record));
  }
  return { status: 200, body: { total: stored.size, results } };
}

function shownRecord(record: HubspotRecord): Record<string, unknown> {
  const { id, properties, createdAt, updatedAt, archivedAt } = record;
  return { id, properties: Object.fromEntries(properties), createdAt, updatedAt, archivedAt };
}

function wholeRecord(portal: Portal, typeId: string, record: HubspotRecord): Record<string, unknown> {
  const associations: Record<string, string[]> = {};
  for (const toTypeId of objectTypeIds) {
    const ids = associatedIds(portal, typeId, record.id, toTypeId);
    if (ids.length > 0) associations[toTypeId] = ids;
  }
  return { ...shownRecord(record), history: Object.fromEntries(record.history), associations };
}

function create(portal: Portal, typeId: string, body: unknown, source = parseSource(body)): HubspotRecord {
  const fields = readFields(body);
  const properties = fields.need("properties", textMap);
  fields.check();
  const associations = parseAssociations(isObject(body) ? body.associations : undefined);
  return createRecord(portal, typeId, properties, { source, version: "v3", associations });
}

function update(
  portal: Portal,
  typeId: string,
  recordId: string,
  body: unknown,
  source = parseSource(body),
): HubspotRecord {
  const fields = readFields(body);
  const properties = fields.need("properties", textMap);
  fields.check();
  return updateRecord(portal, typeId, recordId, properties, { source, version: "v3" });
}

function writeBatch(state: HubspotState, call: ControlCall): Answer {
  const portal = portalOf(state, call);
  const typeId = requireTypeId(call.params.objectType);
  const inputs = isObject(call.body) && Array.isArray(call.body.inputs) ? call.body.inputs : null;
  if (!inputs) throw new ControlError(400, "`inputs` must be a list");
  const source = parseSource(call.body);
  const ids = inputs.map((input: unknown) => {
    const fields = readFields(input);
    const recordId = fields.maybe("id", id);
    fields.check();
    if (recordId === undefined) return create(portal, typeId, input, source).id;
    return update(portal, typeId, recordId, input, source).id;
  });
  return { status: 200, body: { ids } };
}
