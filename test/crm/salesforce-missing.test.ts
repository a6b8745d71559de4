import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { pagesOfEntered, type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const aLead = () =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, "Lead").object, { LastName: "Berg", Company: "One", Status: "MQL" }),
  );

test.each([
  ...["CampaignMember", "LeadHistory", "UserLogin", "GroupMember", "OutOfOffice", "Event", "Contact"],
])("§4 an org without %s is read in all the same", async (object) => {
  const { client, org, now } = world;
  const id = aLead();
  org.objects.delete(object.toLowerCase());
  const span = { from: new Date(0), to: new Date(now().getTime() + 1) };
  const wanted = [{ leadId: id, at: now().toISOString() }];

  expect(await client.readLeads([id], [], sync)).toHaveLength(1);
  expect((await client.readOwnerHistory([id], sync)).get(id)).toEqual([]);
  expect((await client.listReps(sync)).length).toBeGreaterThan(2);
  expect((await client.findQualified({ since: new Date(0), after: null }, sync)).items).toMatchObject([{ id }]);
  expect((await pagesOfEntered(client, span)).flat()).toMatchObject([{ id }]);
  expect(await client.readActivity([{ leadId: id, since: now().toISOString() }], sync)).toHaveLength(1);
  expect(await client.past.readLeads(wanted, { lead: [], crm: [] }, sync)).toHaveLength(1);
  const { off = [], ...can } = await client.ensureSchema(sync);
  expect(can).toEqual({ uniqueTaskKey: true, readsAvailability: object !== "OutOfOffice" });
  expect(off.map(({ feature }) => feature)).toEqual([object]);
});

test("an org that dates no status and keeps no history of it is told so, until it does", async () => {
  const { client, org } = world;
  const featuresOff = async () => (await client.ensureSchema(sync)).off?.map(({ feature }) => feature) ?? [];
  const history = org.objects.get("leadhistory");
  org.objects.delete("leadhistory");
  expect(await featuresOff()).toEqual(["LeadHistory"]);

  const { object } = tableOf(org, "Lead");
  const { fields } = object;
  object.fields = fields.filter(({ name }) => name !== "Baton_Qualified_At__c");
  expect(await featuresOff()).toEqual(["LeadHistory", "qualification-date"]);

  // It is there in every org, and keeps the fields that an admin chose.
  if (history !== undefined) org.objects.set("leadhistory", history);
  expect(await featuresOff()).toEqual(["qualification-date"]);

  const id = aLead();
  actIn(org, personIn(org, world.reps[0]), (writing) => updateRecord(writing, object, id, { Status: "Recycled" }));
  expect(await featuresOff()).toEqual([]);
});

test("§4 a look at the schema leaves nothing to look up later", async () => {
  const { client, now } = world;
  const described = () => world.sandbox.requests.list().filter(({ path }) => path.endsWith("/describe")).length;
  await client.ensureSchema(sync);
  const before = described();

  await client.readLeads([aLead()], [], sync);
  await client.listReps(sync);
  await client.readActivity([{ leadId: aLead(), since: now().toISOString() }], sync);

  expect(described()).toBe(before);
});
