import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { eraseContact, mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import { archiveRecord, restoreRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
const minutes = (count: number) => count * 60_000;
const hot = (email: string) => ({ email, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");
const armed = (leadId: string) =>
  journey.app.deps.db.query
    .selectFrom("timers")
    .select("id")
    .where("leadId", "=", leadId)
    .where("state", "=", "armed")
    .execute();

test("a lead that a colleague takes stays with the colleague, and nobody is chased for it (I8)", async () => {
  const id = journey.qualify(hot("taken@somewhere.example"));
  await journey.settled();

  await journey.pass(minutes(1));
  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "301" });
  await journey.pass(minutes(20));

  expect(ownerOf(id)).toBe("301");
  expect(await armed(id)).toHaveLength(0);
  expect(openTasks(id)).toHaveLength(0);
  expect(journey.property("0-27", journey.tasksOf(id)[0] ?? "", "hs_task_body")).toContain(
    "Closed by Baton: Elif Rep301 took the lead over.",
  );
});

test("a lead whose owner somebody clears is among those that nobody has until it has one, whose work it then is", async () => {
  const { db, now } = journey.app.deps;
  const asked = { workspace: null, hours: 0 };
  const unassigned = () => commands.unassigned(db, asked, now().toISOString());
  const work = (id: string) =>
    db.query.selectFrom("openWork").select("repId").where("itemKind", "=", "lead").where("itemId", "=", id).execute();
  const id = journey.qualify(hot("cleared@somewhere.example"));
  await journey.settled();
  await journey.pass(minutes(1));

  updateRecord(journey.portal, "0-1", id, { hubspot_owner_id: "" }, { source: person, version: "2026-09" });
  await journey.pass(minutes(2));
  expect(await unassigned()).toEqual([
    expect.stringMatching(new RegExp(`^\\d minutes?: lead ${id}, T1 .* has had no owner since somebody cleared it`)),
  ]);
  expect(await commands.alerts(db, {}, now().toISOString())).toContainEqual(expect.stringContaining("lead-unowned"));

  updateRecord(journey.portal, "0-1", id, { hubspot_owner_id: "302" }, { source: person, version: "2026-09" });
  await journey.pass(minutes(1));
  expect(await unassigned()).toEqual(["Every lead that is to be routed has an owner."]);
  expect(await commands.alerts(db, {}, now().toISOString())).not.toContainEqual(
    expect.stringContaining("lead-unowned"),
  );
  expect(await work(id)).toEqual([{ repId: "302" }]);
});

test("an owner whom a person set lately is kept from the start", async () => {
  const id = journey.create(hot("owned@somewhere.example"));
  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "302" });
  journey.toStage(id, "marketingqualifiedlead");
  await journey.settled();

  expect(ownerOf(id)).toBe("302");
  expect(journey.tasksOf(id)).toHaveLength(0);
});

test("a deleted lead leaves no clock behind", async () => {
  const id = journey.qualify(hot("gone@somewhere.example"));
  await journey.settled();

  archiveRecord(journey.portal, "0-1", id, person);
  await journey.settled();

  expect(await armed(id)).toHaveLength(0);
});

test("a deleted lead that comes back to its rep has a clock and one open task again", async () => {
  const id = journey.qualify(hot("back@somewhere.example"));
  await journey.settled();
  const rep = ownerOf(id);
  archiveRecord(journey.portal, "0-1", id, person);
  await journey.pass(minutes(60));
  restoreRecord(journey.portal, "0-1", id, person);
  await journey.pass(minutes(1));

  expect(ownerOf(id)).toBe(rep);
  expect(await armed(id)).toHaveLength(2);
  expect(openTasks(id)).toHaveLength(1);
  await journey.pass(minutes(17));
  expect(ownerOf(id)).not.toBe(rep);
});

test("a deletion and a restore that are taken in together leave the clock running", async () => {
  const id = journey.qualify(hot("oops@somewhere.example"));
  await journey.settled();
  archiveRecord(journey.portal, "0-1", id, person);
  journey.clock.advance(5);
  restoreRecord(journey.portal, "0-1", id, person);
  await journey.pass(minutes(1));

  expect(await armed(id)).toHaveLength(2);
  expect(openTasks(id)).toHaveLength(1);
});

test("a deleted lead that comes back to a colleague is left to the colleague", async () => {
  const id = journey.qualify(hot("theirs@somewhere.example"));
  await journey.settled();
  archiveRecord(journey.portal, "0-1", id, person);
  await journey.settled();
  const record = restoreRecord(journey.portal, "0-1", id, person);
  record.properties.set("hubspot_owner_id", "301");
  await journey.pass(minutes(20));

  expect(ownerOf(id)).toBe("301");
  expect(await armed(id)).toHaveLength(0);
  expect(openTasks(id)).toHaveLength(0);
});

test("a deleted lead that comes back without an owner is decided anew", async () => {
  const id = journey.qualify(hot("orphan@somewhere.example"));
  await journey.settled();
  archiveRecord(journey.portal, "0-1", id, person);
  await journey.settled();
  const record = restoreRecord(journey.portal, "0-1", id, person);
  record.properties.set("hubspot_owner_id", "");
  await journey.pass(minutes(1));

  expect(ownerOf(id)).not.toBe("");
  expect(await armed(id)).toHaveLength(2);
  expect(openTasks(id)).toHaveLength(1);
});

test("after a merge the survivor goes on with the clock and the one open task", async () => {
  const routed = journey.qualify(hot("first@somewhere.example"));
  const other = journey.create({ email: "second@somewhere.example" });
  await journey.settled();

  const survivor = mergeContacts(journey.portal, other, routed, person);
  await journey.settled();
  await journey.pass(minutes(2));

  expect(await armed(survivor)).not.toHaveLength(0);
  expect(await armed(routed)).toHaveLength(0);
  expect(openTasks(survivor)).toHaveLength(1);
  const told = await explainLead(journey.app.deps, survivor);
  expect(told[0]).toBe(`Of lead ${routed}, which was merged into this one:`);
  expect(told).toContain("The clock is running: no first touch yet.");
});

test("a task that waits to be closed until its next rep is known is closed still when its lead is merged away", async () => {
  const { faults } = journey.hubspot;
  const other = journey.qualify(hot("merged-busy-other@somewhere.example"));
  await journey.settled();
  await journey.pass(minutes(4));
  const id = journey.qualify(hot("merged-busy@somewhere.example"));
  await journey.settled();
  const first = openTasks(id)[0] ?? "";
  await journey.pass(minutes(14));
  const { query } = journey.app.deps.db;
  const rounds = query.selectFrom("decisions").select("round").where("leadId", "=", id);
  const lead = query.selectFrom("leads").select("state").where("leadId", "=", id);
  // The task looks for the next rep before there is one, and again two seconds later: the merge comes in between.
  const slow = faults.add({ route: "POST /crm/objects/:version/contacts/batch/read", kind: "latency", delayMs: 300 });
  await journey.step(minutes(1));
  await journey.until("the next rep has the lead", async () => (await rounds.execute()).length === 2);
  const survivor = mergeContacts(journey.portal, other, id, person);
  await journey.until("the merge is followed", async () => (await lead.execute())[0]?.state === "gone");
  faults.remove(slow.id);
  await journey.pass(minutes(2));

  expect(journey.property("0-27", first, "hs_task_status")).toBe("COMPLETED");
  expect(openTasks(survivor)).toHaveLength(1);
});

test("a privacy deletion leaves nothing that tells who it was (S23)", async () => {
  const id = journey.qualify({ ...hot("canary-4711@somewhere.example"), firstname: "Canary4711" });
  await journey.settled();

  eraseContact(journey.portal, id, person);
  await journey.settled();

  const { query } = journey.app.deps.db;
  const decisions = await query.selectFrom("decisions").selectAll().where("leadId", "=", id).execute();
  const all = [
    decisions,
    await query.selectFrom("inbox").selectAll().execute(),
    await query.selectFrom("operations").selectAll().execute(),
    await query.selectFrom("batches").selectAll().execute(),
  ];
  expect(JSON.stringify(all)).not.toMatch(/canary-?4711/i);
  expect(decisions).toHaveLength(1);
  expect(decisions[0]?.facts).toBeNull();
});
