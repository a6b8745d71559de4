import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { archiveRecord, restoreRecord } from "../../src/sandbox/hubspot/records.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
const minutes = (count: number) => count * 60_000;
const hot = (email: string) => ({ email, country: "Germany", hubspotscore: "90" });
const slaStatusOf = (id: string) => journey.property("0-1", id, "baton_sla_status");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");
const said = (leadId: string) =>
  journey.progress.flatMap((line) => (line.kind === "sla" && line.leadId === leadId ? [line.what] : []));

/** Into the recycle bin and, once that is taken in, out of it. Gives the ids of the tasks that were open in between. */
async function deleteAndRestore(id: string): Promise<string[]> {
  archiveRecord(journey.portal, "0-1", id, person);
  await journey.pass(minutes(1));
  const left = openTasks(id);
  restoreRecord(journey.portal, "0-1", id, person);
  await journey.pass(minutes(1));
  return left;
}

test("a lead that is deleted and restored again and again has one open task, and none while it is deleted (I3)", async () => {
  const id = journey.qualify(hot("again@somewhere.example"));
  await journey.settled();

  expect(await deleteAndRestore(id)).toEqual([]);
  expect(openTasks(id)).toHaveLength(1);
  expect(await deleteAndRestore(id)).toEqual([]);
  expect(openTasks(id)).toHaveLength(1);
  expect(await deleteAndRestore(id)).toEqual([]);
  expect(openTasks(id)).toHaveLength(1);
  expect(journey.tasksOf(id)).toHaveLength(4);
});

test("the rep of a restored lead is reminded again, and the lead says so", async () => {
  const id = journey.qualify(hot("reminded@somewhere.example"));
  await journey.settled();
  await journey.pass(minutes(6));
  expect(slaStatusOf(id)).toBe("at_risk");

  await deleteAndRestore(id);
  expect(slaStatusOf(id)).toBe("running");
  const [task = ""] = openTasks(id);
  const planned = journey.property("0-27", task, "hs_task_reminders");

  await journey.pass(minutes(6));
  expect(said(id)).toEqual(["reminded", "reminded"]);
  expect(slaStatusOf(id)).toBe("at_risk");
  expect(journey.property("0-27", task, "hs_task_reminders")).not.toBe(planned);
});
