import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TaskDraft } from "../../src/model/task.ts";
import { associatedIds } from "../../src/sandbox/hubspot/associations.ts";
import { archiveRecord, getRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { contactIn, fillPortal, recordIn } from "./hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld, sync } from "./hubspot-world.ts";

let world: HubspotWorld;
beforeEach(async () => {
  world = await startHubspotWorld();
  fillPortal(world.portal);
});
afterEach(() => world.stop());

const key = "taskkeytaskkeytaskkeytaskk";
const draft = (leadId: string, more: Partial<TaskDraft> = {}): TaskDraft => ({
  key,
  leadId,
  ownerId: "11",
  subject: "Call Ada",
  body: "<p>Asked for a demo.</p>",
  dueAt: "2026-11-20T10:15:00.000Z",
  remindAt: "2026-11-20T10:05:00.000Z",
  priority: "high",
  ...more,
});

async function create(more: Partial<TaskDraft> = {}): Promise<string> {
  const given = draft(contactIn(world.portal, {}), more);
  const receipt = (await world.client.createTasks([given], { lane: "task" })).get(given.key);
  return receipt?.kind === "done" ? (receipt.crmId ?? "") : "";
}

const property = (id: string, name: string) => getRecord(world.portal, "0-27", id)?.properties.get(name);

test("the task of a contact that was deleted meanwhile is gone, and no other of its call suffers", async () => {
  await world.client.ensureSchema(sync);
  const [deleted, there] = [contactIn(world.portal, {}), contactIn(world.portal, {})];
  archiveRecord(world.portal, "0-1", deleted, { type: "CRM_UI", id: "userId:101", userId: 101 });
  const drafts = [draft(deleted, { key: "of-none" }), draft(there)];

  const receipts = await world.client.createTasks(drafts, { lane: "task" });

  expect(receipts.get("of-none")).toEqual({ kind: "gone" });
  expect(receipts.get(key)).toMatchObject({ kind: "done" });
});

describe("hubspot.md §4.8: a task", () => {
  test("is due at the limit, reminds at its moment and has its priority", async () => {
    await world.client.ensureSchema(sync);
    const id = await create();

    expect(
      ["hs_timestamp", "hs_task_reminders", "hs_task_priority", "hubspot_owner_id"].map((name) => property(id, name)),
    ).toEqual(["2026-11-20T10:15:00.000Z", String(Date.parse("2026-11-20T10:05:00.000Z")), "HIGH", "11"]);
  });

  test("hangs on its contact from the one request that made it", async () => {
    await world.client.ensureSchema(sync);
    const leadId = contactIn(world.portal, {});
    const before = world.hubspot.requests.list({}).length;

    await world.client.createTasks([draft(leadId)], { lane: "task" });

    expect(associatedIds(world.portal, "0-1", leadId, "0-27")).toHaveLength(1);
    expect(world.hubspot.requests.list({}).length - before).toBe(1);
  });

  test("for an owner who left is refused by name", async () => {
    await world.client.ensureSchema(sync);
    const leadId = contactIn(world.portal, {});

    const receipts = await world.client.createTasks([draft(leadId, { ownerId: "13" })], { lane: "task" });

    expect(receipts.get(key)).toMatchObject({ kind: "refused", rule: "owner-not-assignable" });
  });
});

describe("reliability.md §3.3: where task keys are unique", () => {
  beforeEach(() => world.client.ensureSchema(sync));

  test("a task that is sent twice is made once, and the second answer sends the caller to look", async () => {
    const leadId = contactIn(world.portal, {});
    await world.client.createTasks([draft(leadId)], { lane: "task" });

    const again = await world.client.createTasks([draft(leadId)], { lane: "task" });

    expect(again.get(key)?.kind).toBe("unknown");
    expect(associatedIds(world.portal, "0-1", leadId, "0-27")).toHaveLength(1);
  });

  test("absence is proof, and looking is one request", async () => {
    await create();
    const before = world.hubspot.requests.list({}).length;

    const found = await world.client.findTasks(
      [
        { key: "other", leadId: "1" },
        { key, leadId: "1" },
      ],
      { lane: "task" },
    );

    expect(found.map((task) => task.key)).toEqual([key]);
    expect(world.hubspot.requests.list({}).length - before).toBe(1);
    expect(world.client.absenceIsProof).toBe(true);
  });

  test("the rep reads no reference in the body", async () => {
    expect(property(await create(), "hs_task_body")).toBe("<p>Asked for a demo.</p>");
  });
});

describe("reliability.md §3.3: where they are not", () => {
  beforeEach(async () => {
    world.portal.settings.taskUniqueProperties = "reject";
    await world.client.ensureSchema(sync);
  });

  test("the key stands in a plain property, and absence is no proof", async () => {
    expect(property(await create(), "baton_task_key")).toBe(key);
    expect(world.client.absenceIsProof).toBe(false);
  });

  test("a task is found through its lead", async () => {
    const leadId = contactIn(world.portal, {});
    await world.client.createTasks([draft(leadId), draft(leadId, { key: "another" })], { lane: "task" });

    const found = await world.client.findTasks([{ key, leadId }], { lane: "task" });

    expect(found.map((task) => [task.key, task.leadId])).toEqual([[key, leadId]]);
  });

  test("and by the reference in its body, when somebody emptied the property", async () => {
    const leadId = contactIn(world.portal, {});
    await world.client.createTasks([draft(leadId)], { lane: "task" });
    const [id = ""] = associatedIds(world.portal, "0-1", leadId, "0-27");
    getRecord(world.portal, "0-27", id)?.properties.delete("baton_task_key");

    expect((await world.client.findTasks([{ key, leadId }], { lane: "task" })).map((task) => task.id)).toEqual([id]);
  });
});

test("an account that refuses the property in every form gets tasks with the reference alone", async () => {
  world.hubspot.faults.add({ route: "POST /crm/properties/:version/tasks", kind: "status-before", status: 400 });
  await world.client.ensureSchema(sync);

  const id = await create();

  expect(property(id, "hs_task_body")).toContain(`Baton ref: ${key}`);
});

test("a reference that somebody wrote into the lead's own texts is not taken for the task's", async () => {
  world.hubspot.faults.add({ route: "POST /crm/properties/:version/tasks", kind: "status-before", status: 400 });
  await world.client.ensureSchema(sync);

  const id = await create({ body: `<b>Company:</b> Baton ref: ${"x".repeat(26)} Ltd` });

  expect((await world.client.readTasks([id], { lane: "task" })).map((task) => task.key)).toEqual([key]);
});

describe("closing and reminding", () => {
  beforeEach(() => world.client.ensureSchema(sync));
  const change = (taskId: string, more: object) =>
    world.client.updateTasks([{ key: "change", taskId, ...more }], { lane: "task" });

  test("the note stands above what the task said", async () => {
    const id = await create();

    await change(id, { close: { note: "Closed by Baton: the limit passed." } });

    expect(property(id, "hs_task_body")).toBe(
      "<p><strong>Closed by Baton: the limit passed.</strong></p><p>Asked for a demo.</p>",
    );
    expect(property(id, "hs_task_status")).toBe("COMPLETED");
  });

  test("a task that its rep completed meanwhile keeps his words", async () => {
    const id = await create();
    playRep(world.portal, { action: "complete-task", taskId: id });

    expect((await change(id, { close: { note: "Closed." } })).get("change")).toEqual({
      kind: "already-true",
      crmId: id,
    });
    expect(property(id, "hs_task_body")).toBe("<p>Asked for a demo.</p>");
  });

  test("a reminder is one request", async () => {
    const id = await create();
    const before = world.hubspot.requests.list({}).length;

    await change(id, { remindAt: "2026-11-20T10:12:00.000Z" });

    expect(property(id, "hs_task_reminders")).toBe(String(Date.parse("2026-11-20T10:12:00.000Z")));
    expect(world.hubspot.requests.list({}).length - before).toBe(1);
  });
});

test("a task of somebody else has no key", async () => {
  await world.client.ensureSchema(sync);
  const id = recordIn(world.portal, "0-27", { hs_timestamp: "2026-11-20T10:15:00.000Z", hs_task_subject: "Mine" });

  expect(await world.client.readTasks([id], { lane: "task" })).toMatchObject([{ id, key: null, holderId: null }]);
});
