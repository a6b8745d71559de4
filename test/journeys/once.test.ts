import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => {
  Object.assign(journey.hubspot.webhooks.settings, { duplicates: 0, dropProbability: 0, shuffle: false });
});

const decisionsOf = (leadId: string) =>
  journey.app.deps.db.query.selectFrom("decisions").selectAll().where("leadId", "=", leadId).execute();

const openTasks = (leadId: string) =>
  journey.tasksOf(leadId).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");

test("an event that is delivered many times leads to one decision and one task (I1, I3)", async () => {
  Object.assign(journey.hubspot.webhooks.settings, { duplicates: 1, duplicateMax: 4 });
  const id = journey.qualify({ email: "twice@somewhere.example", country: "Austria" });
  await journey.settled();

  expect(await decisionsOf(id)).toHaveLength(1);
  expect(journey.tasksOf(id)).toHaveLength(1);
});

test("our own owner write comes back as an event and triggers nothing (I10)", async () => {
  const id = journey.qualify({ email: "echo@somewhere.example", country: "Germany" });
  await journey.settled();

  const echoes = await journey.app.deps.db.query
    .selectFrom("inbox")
    .select("because")
    .where("subjectId", "=", id)
    .where("state", "=", "ignored")
    .execute();
  expect(echoes.map(({ because }) => because)).toContain("echo");
  expect(await decisionsOf(id)).toHaveLength(1);
});

test("a lead that no webhook told of is found within 15 minutes (I15)", async () => {
  journey.hubspot.webhooks.settings.dropProbability = 1;
  const id = journey.qualify({ email: "missed@somewhere.example", country: "Germany" });
  await journey.settled();
  expect(await decisionsOf(id)).toHaveLength(0);

  await journey.pass(15 * 60_000);

  expect(await decisionsOf(id)).toHaveLength(1);
  expect(journey.tasksOf(id)).toHaveLength(1);
});

test("a lead that leaves the stage and comes back is decided again", async () => {
  const id = journey.qualify({ email: "again@somewhere.example", country: "Germany" });
  await journey.settled();

  journey.toStage(id, "salesqualifiedlead");
  await journey.pass(60_000);
  journey.toStage(id, "");
  journey.toStage(id, "marketingqualifiedlead");
  await journey.settled();

  expect(await decisionsOf(id)).toHaveLength(2);
  expect(openTasks(id)).toHaveLength(1);
});

test("a lead whose clock ended, for it had left the stage, has no open task, and one after it comes back (I3)", async () => {
  const id = journey.qualify({ email: "left@somewhere.example", country: "Germany" });
  await journey.settled();

  journey.toStage(id, "salesqualifiedlead");
  await journey.pass(20 * 60_000);
  expect(openTasks(id)).toEqual([]);
  expect(journey.property("0-27", journey.tasksOf(id)[0] ?? "", "hs_task_body")).toContain(
    "Closed by Baton: the lead has moved on to another stage.",
  );
  expect(await explainLead(journey.app.deps, id)).toContainEqual(
    expect.stringMatching(/^The clock ended on .*: the lead had left the qualifying stage\.$/),
  );

  journey.toStage(id, "");
  journey.toStage(id, "marketingqualifiedlead");
  await journey.settled();
  expect(openTasks(id)).toHaveLength(1);
});

test("a rep who made the first touch and kept the task open loses it when the lead is decided anew (I3)", async () => {
  const id = journey.qualify({ email: "kept@somewhere.example", country: "Germany" });
  await journey.settled();

  playRep(journey.portal, { action: "log-call", contactId: id });
  await journey.pass(20 * 60_000);
  expect(openTasks(id)).toHaveLength(1);

  journey.toStage(id, "");
  journey.toStage(id, "marketingqualifiedlead");
  await journey.settled();
  expect(await decisionsOf(id)).toHaveLength(2);
  expect(openTasks(id)).toHaveLength(1);
});

test("a lead without an e-mail address is routed with a mark, not stopped", async () => {
  const id = journey.qualify({ lastname: "Nobody", country: "Germany" });
  await journey.settled();

  expect(["101", "102"]).toContain(journey.property("0-1", id, "hubspot_owner_id"));
});
