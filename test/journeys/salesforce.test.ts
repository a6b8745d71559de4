import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { playRep } from "../../src/sandbox/salesforce/control/rep.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { eventually } from "../eventually.ts";
import { type OrgJourney, startOrgJourney } from "./org-world.ts";

let world: OrgJourney;
beforeEach(async () => {
  world = await startOrgJourney();
});
afterEach(() => world.stop());

test("a lead that becomes MQL gets the owner of its account, a task with the reason, and is watched until the rep acts", async () => {
  const { reps, org } = world;
  const accountId = world.create("Account", {
    ...{ Name: "Muster Maschinen GmbH", Website: "https://www.muster-maschinen.de", OwnerId: reps[1] },
    BillingCountry: "Germany",
  });
  const id = world.aLead();

  world.update("Lead", id, { Status: "MQL" });

  await world.inTime("the lead is owned", () => world.lead(id).OwnerId !== world.queueId);
  expect(world.lead(id).OwnerId).toBe(reps[1]);
  await world.inTime("there is a task", () => world.tasksOf(id).length > 0);
  const [task = {}] = world.tasksOf(id);
  expect(task).toMatchObject({ OwnerId: reps[1], IsClosed: false, IsReminderSet: true });
  expect(task.Subject).toContain("Muster");
  expect(task.Description).not.toMatch(/<\w+>/);
  expect(world.lead(id)).toMatchObject({ Baton_SLA_Status__c: "running", Status: "MQL" });
  expect(world.lead(id).Baton_Reason__c).toBeTruthy();
  expect(world.lead(id)).toMatchObject({ Account__c: accountId, Baton_Matched_Account__c: null });

  const { db, now } = world.app.deps;
  const explained = (leadId: string) => commands.explain(db, { leadId }, now().toISOString());
  expect(await explained(id)).toContainEqual(expect.stringMatching(new RegExp(`^Lead ${id} qualified on `)));
  for (const pasted of [id.slice(0, 15), id.toLowerCase()])
    expect(await explained(pasted)).toEqual(await explained(id));
  const other = world.aLead({ LastName: "Other", Email: "other@other.example" });
  await expect(explained(other)).rejects.toThrow(
    `Baton has decided nothing about lead ${other}: it has not entered the stage \`MQL\` since`,
  );

  playRep(org, { action: "log-call", whoId: id });
  playRep(org, { action: "complete-task", taskId: String(task.Id) });
  await world.inTime("the SLA is met", () => world.lead(id).Baton_SLA_Status__c === "met");
});

test("an event is enough: the lead is owned before the CRM is asked, and after an outage of the feed it is asked", async () => {
  const { org, queueId, sandbox } = world;
  const listens = () => org.bus.delivered() > 0;
  const told = world.aLead();
  await world.inTime("the feed is open", () => {
    world.update("Lead", told, { Rating: "Hot", Title: String(Math.random()) });
    return listens();
  });
  const before = world.now().getTime();
  world.update("Lead", told, { Status: "MQL" });
  await world.inTime("the lead is owned", () => world.lead(told).OwnerId !== queueId);
  expect(world.now().getTime() - before).toBeLessThan(60_000);

  org.bus.loseEvents();
  org.bus.closeStreams();
  const missed = world.aLead({ LastName: "Berg", Email: "b@other.example", Company: "Other", Status: "MQL" });
  await world.inTime("the lead that no event told of is owned", () => world.lead(missed).OwnerId !== queueId);
  expect(sandbox.requests.list().length).toBeGreaterThan(0);
});

test("an assignment rule of the org does not undo what was decided, and our own change starts nothing", async () => {
  const { org, queueId } = world;
  org.rules.assignment.set("Lead", queueId);
  const id = world.aLead({ Status: "MQL" });

  await world.inTime("the lead is owned", () => world.lead(id).OwnerId !== queueId);
  await world.inTime("there is a task", () => world.tasksOf(id).length > 0);
  const owner = world.lead(id).OwnerId;
  const writes = () => world.sandbox.requests.list().filter(({ method }) => method === "PATCH").length;
  const before = writes();
  // Three looks of the catch-up.
  const until = world.now().getTime() + 35 * 60_000;
  await world.inTime("half an hour is over", () => world.now().getTime() > until);

  expect(world.lead(id).OwnerId).toBe(owner);
  expect(world.tasksOf(id)).toHaveLength(1);
  expect(writes() - before).toBeLessThanOrEqual(2);
});

test("leads that come together are written together, and none has its owner without its task for a moment", async () => {
  const { org, queueId, sandbox } = world;
  const written: string[][] = [];
  org.onCommit.push((changes) => {
    const owned = changes.some(({ entityName, row }) => entityName === "Lead" && row?.OwnerId !== queueId);
    if (owned) written.push(changes.map(({ entityName }) => entityName).sort());
  });
  const ids = Array.from({ length: 20 }, (_, at) =>
    world.aLead({ LastName: `Lead ${at}`, Email: `a${at}@b${at}.example` }),
  );
  for (const id of ids) world.update("Lead", id, { Status: "MQL" });

  await world.inTime("all are owned", () => ids.every((id) => world.lead(id).OwnerId !== queueId));

  expect(written).toEqual(ids.map(() => ["Baton_Decision__c", "Lead", "Task"]));
  const graphs = sandbox.requests.list().filter(({ path }) => path.endsWith("/composite/graph"));
  expect(graphs.length).toBeLessThanOrEqual(2);
});

test("a flow that takes the lead back inside our own write is found by the next look: nobody is said to have it", async () => {
  const { org, queueId } = world;
  const id = world.aLead({ Status: "MQL" });
  await world.inTime("the lead is owned", () => world.lead(id).OwnerId !== queueId);
  await world.inTime("there is a task", () => world.tasksOf(id).length > 0);
  // Without an event: the one of our write, which carries our name, is all that was told.
  tableOf(org, "Lead").put(id, { ...world.lead(id), OwnerId: queueId });

  const unowned = async () => (await openAlertsOfAll(world.app.deps.db.query, 50)).map(({ kind }) => kind);
  const until = world.now().getTime() + 20 * 60_000;
  await world.inTime("the open leads were looked at", () => world.now().getTime() > until);
  await eventually(async () => (await unowned()).includes("lead-unowned"));
  await world.inTime("the task is closed", () => world.tasksOf(id).every(({ IsClosed }) => IsClosed === true));
});
