import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { LeadWrite, TaskDraft } from "../../src/model/task.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { SalesforceError } from "../../src/sandbox/salesforce/errors.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

// A lead and its tasks in one graph: all of it or nothing, and what an org may have against a part of it.

let world: SalesforceWorld;
beforeEach(() => begin(true));
afterEach(() => world.stop());

async function begin(hasPackage: boolean): Promise<void> {
  world = await startSalesforceWorld({ hasPackage });
  await world.client.ensureSchema(sync);
}

const aLead = (fields: Row = {}) =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, "Lead").object, {
      ...{ LastName: "Berg", Company: "One", Status: "MQL", OwnerId: world.queueId, ...fields },
    }),
  );
const draft = (leadId: string, more: Partial<TaskDraft> = {}): TaskDraft => ({
  ...{ key: `task of ${leadId}`, leadId, ownerId: world.reps[0], subject: "Call", body: "<p>Now.</p>" },
  ...{ dueAt: "2026-11-17T14:15:00.000Z", remindAt: null, priority: "high", ...more },
});
const writeOf = (leadId: string, tasks: readonly TaskDraft[] = [draft(leadId)]): LeadWrite => ({
  ...{ key: `owner of ${leadId}`, leadId, ownerId: world.reps[1], tasks },
});
const update = (...writes: LeadWrite[]) => world.client.updateLeads(writes, sync);
const ownerOf = (id: string) => tableOf(world.org, "Lead").get(id)?.OwnerId;
const tasksOf = (id: string) => [...tableOf(world.org, "Task").withValues("WhoId", [id])].map(({ Subject }) => Subject);
const rows = () => [...tableOf(world.org, "Baton_Decision__c").rows()];
const graphs = () => world.sandbox.requests.list().filter(({ path }) => path.endsWith("/composite/graph")).length;
const no = ({ Subject }: Readonly<Record<string, unknown>>) => (Subject === "bad" ? "No tasks on Mondays." : null);

test("the org's assignment rule, its alert of duplicates and our own feed have nothing to do with it", async () => {
  const [id] = [aLead({ Email: "ada@one.example" }), aLead({ Email: "ada@one.example" })];
  world.org.rules.assignment.set("Lead", world.queueId);
  world.org.rules.duplicates = "alert";
  const origins = new Set<string>();
  world.org.onCommit.push((changes) => {
    for (const { changeOrigin } of changes) origins.add(changeOrigin);
  });

  await update(writeOf(id));

  expect([ownerOf(id), tasksOf(id), rows().length]).toEqual([world.reps[1], ["Call"], 1]);
  expect([...origins]).toEqual(["com/salesforce/api/rest/66.0;client=Baton"]);
});

test("a row that somebody holds keeps the lead and its task back for five seconds, its siblings are written at once", async () => {
  const [held, free] = [aLead(), aLead()];
  world.org.locks.hold([held], world.now().getTime() + 600_000);

  // The sandbox waits ten seconds for the row on a clock that stands still: somebody has to move it.
  const moving = setInterval(() => world.sandbox.clock.advance(1_000), 5);
  const receipts = await update(writeOf(held), writeOf(free)).finally(() => clearInterval(moving));

  const retryAt = new Date(world.now().getTime() + 5_000).toISOString();
  expect(receipts.get(`owner of ${held}`)).toMatchObject({ kind: "retry", retryAt });
  expect(receipts.get(`task of ${held}`)).toEqual(receipts.get(`owner of ${held}`));
  expect(receipts.get(`owner of ${free}`)?.kind).toBe("done");
  expect([ownerOf(held), tasksOf(held), tasksOf(free)]).toEqual([world.queueId, [], ["Call"]]);
});

test("a task that a rule of the org refuses keeps no lead from its owner, nor from its other tasks", async () => {
  world.org.rules.validation.set("Task", no);
  const id = aLead();
  const [bad, good] = [draft(id, { key: "bad", subject: "bad" }), draft(id, { key: "good", subject: "good" })];

  const receipts = await update(writeOf(id, [bad, good]));

  expect(receipts.get("bad")).toMatchObject({ kind: "refused", because: "No tasks on Mondays." });
  expect([receipts.get(`owner of ${id}`)?.kind, receipts.get("good")?.kind]).toEqual(["done", "done"]);
  expect([ownerOf(id), tasksOf(id), graphs()]).toEqual([world.reps[1], ["good"], 2]);
});

test("what is missing of a task whose lead was written with it is not that lead: the refusal is told", async () => {
  world.org.rules.trigger.set("Task", () => {
    const message = "No such record.";
    throw new SalesforceError(400, { message, errorCode: "INVALID_CROSS_REFERENCE_KEY", fields: ["WhoId"] });
  });
  const id = aLead();

  const receipts = await update(writeOf(id));

  expect(receipts.get(`task of ${id}`)).toMatchObject({ kind: "refused", rule: "INVALID_CROSS_REFERENCE_KEY" });
  expect([receipts.get(`owner of ${id}`)?.kind, ownerOf(id)]).toEqual(["done", world.reps[1]]);
});

test("an org that refuses every task stops no call for good: all leads get their owners", async () => {
  world.org.rules.validation.set("Task", no);
  const ids = Array.from({ length: 30 }, () => aLead());

  const receipts = await update(...ids.map((id) => writeOf(id, [draft(id, { subject: "bad" })])));

  expect(new Set(ids.map((id) => receipts.get(`task of ${id}`)?.kind))).toEqual(new Set(["refused"]));
  expect(ids.map(ownerOf)).toEqual(ids.map(() => world.reps[1]));
  // 14 are refused, 14 more, the last two; and then the owners alone.
  expect(graphs()).toBe(4);
});

test("a rule about the lead is told of the lead, and nothing of it is made", async () => {
  const id = aLead();
  world.org.rules.validation.set("Lead", () => "A phone, please.");

  const receipts = await update(writeOf(id));

  expect(receipts.get(`owner of ${id}`)).toMatchObject({ kind: "refused", because: "A phone, please." });
  expect(receipts.get(`task of ${id}`)).toMatchObject({ kind: "retry" });
  expect([ownerOf(id), tasksOf(id), rows()]).toEqual([world.queueId, [], []]);
});

test("a key that the org has already is looked up, and the lead gets its owner", async () => {
  const id = aLead();
  await world.client.createTasks([draft(id)], sync);

  const receipts = await update(writeOf(id));

  expect(receipts.get(`task of ${id}`)).toMatchObject({ kind: "unknown" });
  expect([ownerOf(id), tasksOf(id)]).toEqual([world.reps[1], ["Call"]]);
});

test("without Baton's package there is no row with the key, which stands in the task's text", async () => {
  await world.stop();
  await begin(false);
  const id = aLead();

  const key = "taskkeytaskkeytaskkeytaskk";

  await update(writeOf(id, [draft(id, { key })]));

  expect([ownerOf(id), tasksOf(id)]).toEqual([world.reps[1], ["Call"]]);
  expect(await world.client.findTasks([{ key, leadId: id }], sync)).toHaveLength(1);
});

test("the day's requests that are spent leave the lead and its task for later", async () => {
  const id = aLead();
  await update(writeOf(aLead()));
  world.org.limits.daily = world.org.limits.used();

  const receipts = await update(writeOf(id));

  expect(receipts.get(`owner of ${id}`)).toMatchObject({ kind: "retry", retryAt: "2026-11-17T14:15:00.000Z" });
  expect(receipts.get(`task of ${id}`)).toEqual(receipts.get(`owner of ${id}`));
});
