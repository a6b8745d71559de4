import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { archiveRecord, restoreRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

const readContacts = "POST /crm/objects/:version/contacts/batch/read";
const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
const minutes = (count: number) => count * 60_000;
const hours = (count: number) => minutes(60 * count);
const hot = (email: string) => ({ email, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const slaStatusOf = (id: string) => journey.property("0-1", id, "baton_sla_status");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");
const said = (leadId: string) =>
  journey.progress.flatMap((line) => (line.kind === "sla" && line.leadId === leadId ? [line.what] : []));

/** Into the recycle bin and, once that is taken in, out of it. Gives the ids of the tasks that were open in between. */
async function deleteAndRestore(id: string, awayMs = minutes(1)): Promise<string[]> {
  archiveRecord(journey.portal, "0-1", id, person);
  await journey.pass(awayMs, hours(5));
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
  expect(await explainLead(journey.app.deps, id)).not.toContainEqual(expect.stringMatching(/^Reminded: /));
  const [task = ""] = openTasks(id);
  const planned = journey.property("0-27", task, "hs_task_reminders");

  await journey.pass(minutes(6));
  expect(said(id)).toEqual(["reminded", "reminded"]);
  expect(slaStatusOf(id)).toBe("at_risk");
  expect(journey.property("0-27", task, "hs_task_reminders")).not.toBe(planned);
  expect(await explainLead(journey.app.deps, id)).toContainEqual(expect.stringMatching(/^Reminded: /));
});

test("a task that is snoozed is waited for, though the lead was first assigned more than a day ago", async () => {
  const id = journey.qualify(hot("late@somewhere.example"));
  await journey.settled();
  const rep = ownerOf(id);
  await deleteAndRestore(id, hours(25));

  const [taskId = ""] = openTasks(id);
  playRep(journey.portal, { action: "snooze-task", taskId, until: journey.clock.now() + minutes(40) });
  await journey.pass(minutes(30));
  expect(said(id)).toEqual([]);
  expect(ownerOf(id)).toBe(rep);

  await journey.pass(minutes(15));
  expect(said(id)).toContain("breached");
});

test("one that came back unowned, was deleted while it was decided anew, and came back again has a rep", async () => {
  const id = journey.qualify(hot("twice@somewhere.example"));
  await journey.settled();
  const unowned = () => {
    restoreRecord(journey.portal, "0-1", id, person);
    updateRecord(journey.portal, "0-1", id, { hubspot_owner_id: "" }, { source: person, version: "2026-09" });
  };
  archiveRecord(journey.portal, "0-1", id, person);
  await journey.pass(minutes(1));
  journey.hubspot.faults.add({ route: readContacts, kind: "latency", delayMs: 4_000 });
  unowned();
  await journey.inTime("it is decided anew", async () => (await reassignmentOf(id)) === "pending");
  archiveRecord(journey.portal, "0-1", id, person);
  journey.hubspot.faults.clear();
  await journey.pass(minutes(2), 2_000);
  expect(await reassignmentOf(id)).toBe("ignored");

  unowned();
  await journey.pass(minutes(1), 2_000);

  expect(ownerOf(id)).not.toBe("");
  expect(openTasks(id)).toHaveLength(1);
});

async function reassignmentOf(leadId: string): Promise<string | undefined> {
  const rows = await journey.app.deps.db.query
    .selectFrom("inbox")
    .selectAll()
    .where("subjectId", "=", leadId)
    .execute();
  return rows.find(({ change }) => "kind" in change && change.kind === "lead-reassign")?.state;
}
