import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { addPortals } from "../../scripts/chaos/portals.ts";
import { readTruth } from "../../scripts/chaos/truth.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord } from "../../src/sandbox/hubspot/records.ts";
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
