import { afterEach, expect, test } from "@jest/globals";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
afterEach(() => world.stop());

const create = (object: string, fields: Row) =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, object).object, fields),
  );

/** A lead's row after its account was noted, with the account. */
async function noted() {
  const accountId = create("Account", { Name: "One" });
  const leadId = create("Lead", { LastName: "Berg", Company: "One", Status: "MQL" });
  const write = { key: "k", leadId, ownerId: world.reps[1], accountId, stamp: { tier: "T1" } };
  const receipts = await world.client.updateLeads([write], sync);
  return { accountId, leadId, receipt: receipts.get("k"), row: tableOf(world.org, "Lead").get(leadId) ?? {} };
}

test("§5.3 the account that a lead was matched to stands in the package's lookup", async () => {
  world = await startSalesforceWorld({ leadAccountField: null });
  const { accountId, leadId, row } = await noted();

  expect(row.Baton_Matched_Account__c).toBe(accountId);
  expect(await world.client.readLeads([leadId], [], sync)).toMatchObject([
    { accountId: null, notedAccountId: accountId },
  ]);
});

test("or in the org's own, which then names the lead's account", async () => {
  world = await startSalesforceWorld();
  const { accountId, leadId, row } = await noted();

  expect(row).toMatchObject({ Account__c: accountId, Baton_Matched_Account__c: null });
  expect(await world.client.readLeads([leadId], [], sync)).toMatchObject([{ accountId }]);
});

test.each([
  ["may not be written", "Locked__c! reference(Account) Locked__r"],
  ["is no lookup to Account", "Locked__c reference(User) Locked__r"],
  ["is not there", "Other__c string(10)"],
])("§4 an org's own field that %s is left alone, and the package's is filled", async (_, field) => {
  world = await startSalesforceWorld({ leadAccountField: "Locked__c" });
  world.org.addFields("Lead", field);
  const { accountId, row } = await noted();

  expect(row.Baton_Matched_Account__c).toBe(accountId);
});

test("§4 an org without any is told once, and everything else is written", async () => {
  world = await startSalesforceWorld({ hasPackage: false, leadAccountField: "Locked__c" });
  const { receipt, row } = await noted();
  const { off = [] } = await world.client.ensureSchema(sync);

  expect([receipt?.kind, row.OwnerId]).toEqual(["done", world.reps[1]]);
  expect(off.filter(({ feature }) => feature === "account-lookup")).toMatchObject([
    { message: expect.stringContaining("Locked__c is none that Baton may write.") },
  ]);
});
