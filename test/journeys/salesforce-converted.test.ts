import { afterEach, expect, test } from "@jest/globals";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { convertLead } from "../../src/sandbox/salesforce/convert-lead.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { conversionOf } from "../crm/salesforce-world.ts";
import { type OrgJourney, startOrgJourney } from "./org-world.ts";

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
