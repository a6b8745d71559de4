import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { TaskDraft } from "../../src/model/task.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { playRep } from "../../src/sandbox/salesforce/control/rep.ts";
import { convertLead, type LeadConvert } from "../../src/sandbox/salesforce/convert-lead.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { conversionOf, type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const asAda = <T>(run: Parameters<typeof actIn<T>>[2]) => actIn(world.org, personIn(world.org, world.reps[0]), run);
const aLead = () =>
  asAda((writing) =>
    createRecord(writing, tableOf(world.org, "Lead").object, {
      ...{ LastName: "Berg", Company: "One", Status: "MQL", OwnerId: world.reps[0] },
    }),
  );
const convert = (leadId: string, given: Partial<LeadConvert> = {}) =>
  asAda((writing) => convertLead(writing, conversionOf(leadId, given)));
const look = (leadId: string, since: string) => world.client.readActivity([{ leadId, since }], sync);

test("§4.5 a call from before the conversion counts, though it hangs on the Contact since; so does one from after it", async () => {
  const [early, late] = [aLead(), aLead()];
  const since = world.now().toISOString();
  world.sandbox.clock.advance(60_000);
  const calledAt = world.now().toISOString();
  playRep(world.org, { action: "log-call", whoId: early });
  const { contactId } = convert(early);
  playRep(world.org, { action: "log-call", whoId: convert(late).contactId });

  expect(await look(early, since)).toMatchObject([
    { leadId: early, convertedInto: contactId, touch: { how: "call", at: calledAt, by: world.reps[0] } },
  ]);
  expect(await look(late, since)).toMatchObject([{ touch: { how: "call" } }]);
});

test("§4.1 who owns the Contact has the lead", async () => {
  const id = aLead();
  convert(id, { ownerId: world.reps[1] });

  expect(await look(id, world.now().toISOString())).toMatchObject([{ ownerId: world.reps[1], touch: null }]);
});

test("§4 a Contact that Baton may not read leaves the lead with the owner that it had", async () => {
  const id = aLead();
  convert(id, { ownerId: world.reps[1] });
  world.org.objects.delete("contact");

  expect(await look(id, world.now().toISOString())).toMatchObject([{ ownerId: world.reps[0], touch: null }]);
});

test("two leads of one Contact have its calls both", async () => {
  const [one, other] = [aLead(), aLead()];
  const { accountId, contactId } = convert(one);
  convert(other, { accountId, contactId });
  playRep(world.org, { action: "log-call", whoId: contactId });

  const found = await world.client.readActivity(
    [one, other].map((leadId) => ({ leadId, since: "2026-11-17T00:00:00Z" })),
    sync,
  );

  expect(found.map(({ touch }) => touch?.how)).toEqual(["call", "call"]);
});

test("§4.1 a write for a converted lead is of no lead any more, and so is a task", async () => {
  const id = aLead();
  convert(id);
  const draft: TaskDraft = {
    ...{ key: "taskkeytaskkeytaskkeytaskk", leadId: id, ownerId: world.reps[0], subject: "Call", body: "<p>Now.</p>" },
    ...{ dueAt: "2026-11-17T14:15:00.000Z", remindAt: null, priority: "low" },
  };

  const written = await world.client.updateLeads([{ key: "k", leadId: id, ownerId: world.reps[1] }], sync);
  const made = await world.client.createTasks([draft], sync);

  expect([written.get("k"), made.get(draft.key)]).toEqual([{ kind: "gone" }, { kind: "gone" }]);
  expect([...tableOf(world.org, "Task").rows()]).toEqual([]);
});

test("§4.4 a queue's lead is read as nobody's, and given to a rep out of the queue", async () => {
  const id = aLead();
  const queueId = putRow(world.org, "Group", { Name: "Inbound EU", DeveloperName: "Inbound_EU", Type: "Queue" });
  putRow(world.org, "QueueSobject", { QueueId: queueId, SobjectType: "Lead" });
  tableOf(world.org, "Lead").put(id, { ...tableOf(world.org, "Lead").get(id), OwnerId: queueId });

  expect(await look(id, world.now().toISOString())).toMatchObject([{ ownerId: null }]);
  const receipts = await world.client.updateLeads([{ key: "k", leadId: id, ownerId: world.reps[1] }], sync);
  expect([receipts.get("k")?.kind, tableOf(world.org, "Lead").get(id)?.OwnerId]).toEqual(["done", world.reps[1]]);
});
