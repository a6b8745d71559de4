import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ownerNotAssignable } from "../../src/model/operation.ts";
import type { LeadWrite } from "../../src/model/task.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, deleteRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

// A lead is gone when Salesforce says so of the lead; what it says of another record that the lead or its task names is no
// word about the lead.

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
  await world.client.ensureSchema(sync);
});
afterEach(() => world.stop());

const act = <T>(run: Parameters<typeof actIn<T>>[2]) => actIn(world.org, personIn(world.org, world.reps[0]), run);
const create = (object: string, fields: Row) =>
  act((writing) => createRecord(writing, tableOf(world.org, object).object, fields));
const remove = (object: string, id: string) =>
  act((writing) => deleteRecord(writing, tableOf(world.org, object).object, id));
const aLead = () => create("Lead", { LastName: "Berg", Company: "One", Status: "MQL", OwnerId: world.queueId });
const update = (write: LeadWrite) => world.client.updateLeads([write], sync);
const draft = (leadId: string) => ({
  ...{ key: "task", leadId, ownerId: world.reps[0], subject: "Call", body: "<p>Now.</p>" },
  ...{ dueAt: "2026-11-17T14:15:00.000Z", remindAt: null, priority: "high" as const },
});

const gone = (object: string) => {
  const id = create(object, { Name: "One" });
  remove(object, id);
  return id;
};

test.each([
  ["was deleted", () => gone("Account"), "ENTITY_IS_DELETED"],
  ["never was", () => "001000000000001AAA", "INVALID_CROSS_REFERENCE_KEY"],
])("an account that %s is told as refused: its lead is there, and gets its owner without it", async (_, idOf, rule) => {
  const leadId = aLead();
  const write = { key: "owner", leadId, ownerId: world.reps[1], accountId: idOf() };
  const refused = { kind: "refused", rule, fields: ["Account__c"] };

  expect((await update({ ...write, tasks: [draft(leadId)] })).get("owner")).toMatchObject(refused);
  expect((await update(write)).get("owner")).toMatchObject(refused);
});

test("a lead that was deleted is gone, whomever it was to get", async () => {
  const leadId = aLead();
  remove("Lead", leadId);
  const write = { key: "owner", leadId, ownerId: world.reps[1] };

  expect(await update({ ...write, tasks: [draft(leadId)] })).toEqual(
    new Map([
      ["owner", { kind: "gone" }],
      ["task", { kind: "gone" }],
    ]),
  );
  expect(await update(write)).toEqual(new Map([["owner", { kind: "gone" }]]));
});

test.each([
  "12345",
  "salesforce:005000000000001AAA",
])("an owner by an id of another CRM, %s, is nobody whom the lead can be given", async (ownerId) => {
  const leadId = aLead();
  const write = { key: "owner", leadId, ownerId };

  const refused = { kind: "refused", rule: ownerNotAssignable, fields: ["OwnerId"] };
  expect((await update({ ...write, tasks: [draft(leadId)] })).get("owner")).toMatchObject(refused);
  expect((await update(write)).get("owner")).toMatchObject(refused);
});
