import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Permissions } from "../../src/sandbox/salesforce/permissions.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

// What an admin takes away in the middle of a day is seen by the first call that is refused for it (salesforce.md §4), not a
// day later.

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
  await world.client.ensureSchema(sync);
});
afterEach(() => world.stop());

const aLead = () =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, "Lead").object, { LastName: "Berg", Company: "One", Status: "MQL" }),
  );
const draft = (leadId: string, key: string) => ({
  ...{ key, leadId, ownerId: world.reps[0], subject: "Call", body: "<p>Now.</p>" },
  ...{ dueAt: "2026-11-17T14:15:00.000Z", remindAt: null, priority: "high" as const },
});
const writeOf = (leadId: string) => ({
  ...{ key: `owner of ${leadId}`, leadId, ownerId: world.reps[1], stamp: { tier: "T1" } },
  tasks: [draft(leadId, `task of ${leadId}`)],
});
const hide = (...names: string[]) => permit({ hidden: new Map([["Lead", new Set(names)]]) });
const permit = (permissions: Partial<Permissions>) => world.org.permit(world.ownUserId, permissions);
const later = () => world.sandbox.clock.advance(3_600_000);

test("a field that is hidden since: the read goes again without it, and is refused for good by a new look", async () => {
  const id = aLead();
  later();
  hide("Website");

  await expect(world.client.readLeads([id], [], sync)).rejects.toMatchObject({ kind: "unavailable" });
  expect(await world.client.readLeads([id], [], sync)).toMatchObject([{ id, fields: { website: null } }]);

  hide("Website", "Title");
  await expect(world.client.readLeads([id], [], sync)).rejects.toMatchObject({ kind: "rejected" });
});

test("a stamp that is hidden since keeps no lead from its owner", async () => {
  const id = aLead();
  later();
  hide("Baton_Tier__c");

  const first = await world.client.updateLeads([writeOf(id)], sync);
  expect([...first.values()].map(({ kind }) => kind)).toEqual(["retry", "retry"]);
  const second = await world.client.updateLeads([writeOf(id)], sync);
  expect([...second.values()].map(({ kind }) => kind)).toEqual(["done", "done"]);
});

test("a stamp that Baton's user may not write is left out", async () => {
  permit({ readOnly: new Map([["Lead", new Set(["Baton_Tier__c"])]]) });
  await world.client.ensureSchema(sync);
  const id = aLead();

  const receipts = await world.client.updateLeads([writeOf(id)], sync);

  expect([...receipts.values()].map(({ kind }) => kind)).toEqual(["done", "done"]);
});

test("a package that was removed: owners are written at once, and tasks by the next try, with their keys in their texts", async () => {
  const id = aLead();
  later();
  world.org.objects.delete("baton_decision__c");

  const receipts = await world.client.updateLeads([writeOf(id)], sync);
  expect(receipts.get(`owner of ${id}`)?.kind).toBe("done");
  expect(receipts.get(`task of ${id}`)?.kind).toBe("retry");

  const key = "taskkeytaskkeytaskkeytaskk";
  const made = await world.client.createTasks([draft(id, key)], sync);
  expect(made.get(key)?.kind).toBe("done");
  expect(world.client.absenceIsProof).toBe(false);
  expect(await world.client.findTasks([{ key, leadId: id }], sync)).toHaveLength(1);
});

test("what field-level security keeps from Baton's user is told of, and other fields are told of anew", async () => {
  const told = async () => ((await world.client.ensureSchema(sync)).off ?? []).map(({ message }) => message);
  expect(await told()).toEqual([]);

  permit({
    hidden: new Map([
      ["Lead", new Set(["Email", "Website"])],
      ["Account", new Set(["Website"])],
    ]),
    readOnly: new Map([["Lead", new Set(["OwnerId", "Baton_Tier__c"])]]),
  });
  expect(await told()).toEqual([
    "Baton does not see Email, Website of Lead: to rules and matching they are empty.",
    "Baton does not see Website of Account: to rules and matching they are empty.",
    "Baton may not write OwnerId, Baton_Tier__c of Lead.",
  ]);
});
