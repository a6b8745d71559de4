import { afterEach, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { playRep } from "../../src/sandbox/salesforce/control/rep.ts";
import { convertLead } from "../../src/sandbox/salesforce/convert-lead.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { conversionOf } from "../crm/salesforce-world.ts";
import { eventually } from "../eventually.ts";
import { type OrgJourney, orgPolicy, startOrgJourney } from "./org-world.ts";

let world: OrgJourney;
afterEach(() => world.stop());

const anAccount = () =>
  world.create("Account", {
    ...{ Name: "Muster Maschinen GmbH", Website: "https://muster-maschinen.de", OwnerId: world.reps[1] },
    BillingCountry: "Germany",
  });

/** A lead with its follow-up task. */
async function anAssignedLead(): Promise<{ id: string; task: () => Row }> {
  const id = world.aLead({ Status: "MQL" });
  await world.inTime("there is a task", () => world.tasksOf(id).length > 0);
  const [{ Id: taskId = null } = {}] = world.tasksOf(id);
  return { id, task: () => tableOf(world.org, "Task").get(String(taskId)) ?? {} };
}

test("a lead that a person converts is done: its task is closed, on the contact, and nothing more is written", async () => {
  world = await startOrgJourney();
  anAccount();
  const { id, task } = await anAssignedLead();
  const ada = personIn(world.org, world.reps[0]);

  const { contactId } = actIn(world.org, ada, (writing) => convertLead(writing, conversionOf(id)));

  await world.inTime("the task is closed", () => task().IsClosed === true);
  expect(task()).toMatchObject({
    WhoId: contactId,
    Description: expect.stringContaining("somebody converted the lead"),
  });
  expect(world.lead(id)).toMatchObject({ Status: "Closed - Converted", Baton_SLA_Status__c: "running" });
});

test("a policy that converts makes a lead with an account a contact of it, and its clock runs until somebody calls the contact", async () => {
  world = await startOrgJourney({ policyText: orgPolicy.replace("matching:\n", "matching:\n  convert: true\n") });
  const accountId = anAccount();
  const without = world.aLead({ Status: "MQL", Email: "b@other.example", Company: "Other" });
  const otherwise = world.aLead({
    Status: "MQL",
    LastName: "Four",
    Email: "c@muster-maschinen.de",
    Company: "Umbra Health",
  });
  const { id, task } = await anAssignedLead();

  await world.inTime("the lead is converted", () => world.lead(id).IsConverted === true);
  const { ConvertedContactId: contactId = null } = world.lead(id);
  const contact = tableOf(world.org, "Contact").get(String(contactId)) ?? {};
  expect(contact).toMatchObject({ AccountId: accountId, OwnerId: world.reps[1], LastName: "Muster" });
  expect(task()).toMatchObject({ WhoId: contactId, IsClosed: false });
  expect([...tableOf(world.org, "Opportunity").rows()]).toEqual([]);

  await world.inTime("the other one is owned", () => world.lead(without).OwnerId !== world.queueId);
  expect(world.lead(without).IsConverted).toBe(false);
  await world.inTime("the one of another name is its account's", () => world.lead(otherwise).OwnerId === world.reps[1]);

  const sweepOver = async () => {
    const until = world.now().getTime() + 16 * 60_000;
    await world.inTime("all clocks were looked at", () => world.now().getTime() > until, 10_000);
  };
  const story = async () => (await explainLead(world.app.deps, id)).join("\n");
  await sweepOver();
  expect(world.lead(otherwise)).toMatchObject({ Account__c: accountId, IsConverted: false });
  expect(task().IsClosed).toBe(false);
  expect(await story()).toContain("The clock is running: no first touch yet.");
  playRep(world.org, { action: "log-call", whoId: String(contactId) });
  await sweepOver();
  await eventually(async () => (await story()).includes("Met: first touch by Ben Cole"));
});
