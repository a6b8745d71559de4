import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { recordLinks } from "../../src/crm/hubspot/record-links.ts";
import { associatedIds } from "../../src/sandbox/hubspot/associations.ts";
import { mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import type { Source } from "../../src/sandbox/hubspot/portal.ts";
import { archiveRecord, getRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { testCrm } from "./contract.ts";
import type { CrmUnderTest } from "./crm-under-test.ts";
import { contactIn, fillPortal, mql, recordIn } from "./hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld, sync } from "./hubspot-world.ts";

const person: Source = { type: "CRM_UI", id: "userId:101", userId: 101 };
const dialer: Source = { type: "INTEGRATION", id: "777" };

const routes = {
  read: "POST /crm/objects/:version/contacts/batch/read",
  update: "POST /crm/objects/:version/contacts/batch/update",
  create: "POST /crm/objects/:version/tasks/batch/create",
};

const faults = {
  "answer-lost": { kind: "drop-after" },
  "not-arrived": { kind: "drop-before" },
  limited: { kind: "rate-limit" },
  overloaded: { kind: "status-after", status: 504 },
  "token-expired": { kind: "token-expired" },
  locked: { kind: "locked" },
} as const;

testCrm("HubSpot", async () => underTest(await startHubspotWorld()));

function underTest(world: HubspotWorld): CrmUnderTest {
  const { portal, hubspot } = world;
  fillPortal(portal);
  const textOf = (typeId: string, id: string, name: string) =>
    getRecord(portal, typeId, id)?.properties.get(name) || null;
  return {
    client: world.client,
    now: world.now,
    reps: ["11", "12"],
    formerRep: "13",
    laterStage: "salesqualifiedlead",
    addLead({ email, ownerId, accountId, qualified = true }) {
      const properties = {
        ...(email === undefined ? {} : { email }),
        ...(ownerId === undefined ? {} : { hubspot_owner_id: ownerId }),
      };
      return contactIn(portal, {
        properties: qualified ? { ...properties, ...mql } : properties,
        companyId: accountId,
      });
    },
    addAccount: ({ name, domain, ownerId }) =>
      recordIn(portal, "0-2", { name, domain, ...(ownerId === undefined ? {} : { hubspot_owner_id: ownerId }) }),
    addOpportunity: ({ name, accountId, ownerId, isOpen }) =>
      recordIn(
        portal,
        "0-3",
        { dealname: name, hubspot_owner_id: ownerId, dealstage: isOpen ? "qualifiedtobuy" : "closedlost" },
        [{ toTypeId: "0-2", toId: accountId, typeId: 5 }],
      ),
    ownerOf: (leadId) => textOf("0-1", leadId, "hubspot_owner_id"),
    stageOf: (leadId) => textOf("0-1", leadId, "lifecyclestage"),
    tasksOf: (leadId) =>
      associatedIds(portal, "0-1", leadId, "0-27").map((id) => textOf("0-27", id, "hs_task_subject") ?? ""),
    deleteLead: (leadId) => archiveRecord(portal, "0-1", leadId, person),
    deleteTask: (taskId) => archiveRecord(portal, "0-27", taskId, person),
    person: {
      setsOwner: (contactId, ownerId) => playRep(portal, { action: "claim-lead", contactId, ownerId }),
      completesTask: (taskId) => playRep(portal, { action: "complete-task", taskId }),
      logsCall: (contactId) => playRep(portal, { action: "log-call", contactId }),
      getsCalled: (contactId) => playRep(portal, { action: "log-call", contactId, direction: "INBOUND" }),
    },
    automation: {
      completesTask: (taskId) =>
        updateRecord(portal, "0-27", taskId, { hs_task_status: "COMPLETED" }, { source: dialer, version: "v3" }),
      logsCall: (contactId) =>
        recordIn(
          portal,
          "0-48",
          { hs_timestamp: world.now().toISOString(), hs_call_direction: "OUTBOUND" },
          [{ toTypeId: "0-1", toId: contactId, typeId: 194 }],
          dialer,
        ),
    },
    next: (sort, what) => hubspot.faults.add({ route: routes[sort], times: 1, ...faults[what] }),
    requests: () => hubspot.requests.list({}).filter(({ path }) => path.startsWith("/crm/")).length,
    refreshes: world.refreshes,
    settle: () => hubspot.clock.advance(60_000),
    stop: world.stop,
  };
}

describe("HubSpot's quirks", () => {
  let world: HubspotWorld;
  beforeEach(async () => {
    world = await startHubspotWorld();
    fillPortal(world.portal);
  });
  afterEach(() => world.stop());

  test("a merged lead is read under the id that it was asked for by", async () => {
    const [kept, merged] = [contactIn(world.portal, { properties: mql }), contactIn(world.portal, {})];
    mergeContacts(world.portal, kept, merged, person);

    const leads = await world.client.readLeads([merged], [], sync);

    expect(leads.map(({ id }) => id)).toEqual([merged]);
  });

  test("a merged lead that is asked for with its survivor is that survivor alone", async () => {
    const [kept, merged] = [contactIn(world.portal, {}), contactIn(world.portal, {})];
    const survivor = mergeContacts(world.portal, kept, merged, person);

    const leads = await world.client.readLeads([merged, survivor], [], sync);

    expect(leads.map(({ id }) => id)).toEqual([survivor]);
  });

  test("the policy's own fields come back under their names, unknown ones empty", async () => {
    const id = contactIn(world.portal, { properties: { salutation: "Dr" } });

    const [lead] = await world.client.readLeads([id], ["salutation", "no_such_property"], sync);

    expect(lead?.fields).toMatchObject({ "crm.salutation": "Dr", "crm.no_such_property": null });
  });

  test("links open the records of a lead and of an account", () => {
    const { lead, account } = recordLinks({ uiHost: "app-eu1.hubspot.com", externalId: "62515" });
    expect(lead("7")).toBe("https://app-eu1.hubspot.com/contacts/62515/record/0-1/7");
    expect(account("8")).toBe("https://app-eu1.hubspot.com/contacts/62515/record/0-2/8");
    const local = recordLinks({ uiHost: "127.0.0.1:4010", externalId: "62515" });
    expect(local.lead("7")).toBe("http://127.0.0.1:4010/contacts/62515/record/0-1/7");
  });

  test("uninstalling takes the app out of the account", async () => {
    await world.client.uninstall(sync);

    expect(world.installation.removed).toBeTruthy();
  });
});
