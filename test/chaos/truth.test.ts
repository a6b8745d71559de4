import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { addPortals } from "../../scripts/chaos/hubspot/portals.ts";
import { readTruth } from "../../scripts/chaos/hubspot/truth.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { archiveRecord, createRecord } from "../../src/sandbox/hubspot/records.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";

const person = { source: { type: "CRM_UI", id: "userId:9100", userId: 9_100 }, version: "v3" } as const;

let hubspot: HubspotSandbox;
let portal: Portal;
let contactId: string;
beforeAll(async () => {
  hubspot = await startHubspot({ seed: 1 });
  const [first] = addPortals(hubspot);
  if (first === undefined) throw new Error("There is no portal.");
  portal = first;
  contactId = createRecord(portal, "0-1", { email: "lead-1@firm.example" }, person).id;
});
afterAll(() => hubspot.stop());

const truth = () => readTruth(hubspot, [portal]);

function called(method: string, path: string, body: unknown): void {
  hubspot.requests.add({
    at: hubspot.clock.now(),
    portalId: portal.id,
    appId: 1,
    method,
    path,
    route: "",
    query: {},
    body,
    status: 200,
    durationMs: 1,
    fault: null,
    applied: true,
  });
}

test("every task that the app made is seen, also one without a key, on no lead or deleted; a person's is none of them", () => {
  const due = { hs_timestamp: "2026-11-17T15:00:00.000Z" };
  const app = { source: { type: "INTEGRATION", id: "1" }, version: "v3" } as const;
  const type = { category: "HUBSPOT_DEFINED", typeId: 204 } as const;
  const onLead = { ...app, associations: [{ toTypeId: "0-1", toId: contactId, types: [type] }] };
  const keyed = createRecord(portal, "0-27", { ...due, hs_task_body: "Baton ref: k1" }, onLead);
  const bare = createRecord(portal, "0-27", due, app);
  const deleted = createRecord(portal, "0-27", due, app);
  archiveRecord(portal, "0-27", deleted.id, app.source);
  createRecord(portal, "0-27", due, person);

  const seen = truth().tasks.map(({ taskId, key, leadIds, open }) => ({ taskId, key, leadIds, open }));
  expect(seen).toEqual([
    { taskId: keyed.id, key: "k1", leadIds: [contactId], open: true },
    { taskId: bare.id, key: null, leadIds: [], open: true },
    { taskId: deleted.id, key: null, leadIds: [], open: false },
  ]);
});

test("every owner that the app asked for is seen, by whatever call and with whatever stamp", () => {
  const stamped = { hubspot_owner_id: "100", baton_trace_url: "https://baton.example/decisions/d1" };
  called("POST", "/crm/objects/2026-09/contacts/batch/update", { inputs: [{ id: contactId, properties: stamped }] });
  called("POST", "/crm/v3/objects/0-1/batch/upsert", {
    inputs: [{ id: contactId, properties: { hubspot_owner_id: "101" } }],
  });
  called("PATCH", `/crm/v3/objects/contacts/${contactId}`, { properties: { hubspot_owner_id: "102" } });
  called("POST", "/crm/objects/2026-09/tasks/batch/create", { inputs: [{ properties: { hubspot_owner_id: "100" } }] });

  const seen = truth().ownerWrites.map(({ leadId, decisionId, ownerId }) => ({ leadId, decisionId, ownerId }));
  expect(seen).toEqual([
    { leadId: contactId, decisionId: "d1", ownerId: "100" },
    { leadId: contactId, decisionId: null, ownerId: "101" },
    { leadId: contactId, decisionId: null, ownerId: "102" },
  ]);
});
