import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { playRep } from "../../../src/sandbox/hubspot/rep.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const dueAt = "2026-11-20T15:30:00.000Z";
const toContact = {
  to: { id: "500" },
  types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 204 }],
};

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const owner = (id: string) => ({ id, userId: Number(id) + 9_000, email: `rep${id}@us.example` });
  const contacts = [{ id: "500", properties: { email: "ada@one.example" } }];
  seedPortal(world.portal, parseSeed({ owners: [owner("11"), owner("12")], contacts }));
});
afterEach(() => world.stop());

describe.each(families)("tasks on $name", (family) => {
  const create = (properties: Record<string, string>) =>
    world.api("POST", family.objects("tasks"), {
      properties: { hs_task_subject: "Call new MQL", ...properties },
      associations: [toContact],
    });
  const read = async (id: string, names: string) => {
    const reply = await world.api("GET", family.objects("tasks", `${id}?properties=${names}`));
    return valueAt(reply.body, "properties");
  };

  test('hubspot.md §9 Objects: "Tasks with hs_timestamp due date", which is required', async () => {
    const without = await create({});
    const created = await create({ hs_timestamp: String(Date.parse(dueAt)), hs_task_priority: "HIGH" });

    expect([without.status, valueAt(without.body, "context")]).toEqual([400, { properties: ["hs_timestamp"] }]);
    expect(created.body).toMatchObject({
      properties: {
        hs_timestamp: dueAt,
        hs_task_priority: "HIGH",
        hs_task_status: "NOT_STARTED",
        hs_task_type: "TODO",
      },
    });
  });

  test('hubspot.md §9 Objects: "completion sets hs_task_completion_date", reopening clears it', async () => {
    const id = (await create({ hs_timestamp: dueAt })).text("id");
    const path = family.objects("tasks", id);
    world.hubspot.clock.advance(60_000);
    const done = await world.api("PATCH", path, { properties: { hs_task_status: "COMPLETED" } });
    const open = await world.api("PATCH", path, { properties: { hs_task_status: "NOT_STARTED" } });

    expect(done.text("properties.hs_task_completion_date")).toBe("2026-11-20T10:01:00.000Z");
    expect(valueAt(open.body, "properties.hs_task_completion_date")).toBeUndefined();
  });

  test('hubspot.md §9 Objects: "rep actions (complete, reassign, move, delete) scriptable"', async () => {
    const taskId = (await create({ hs_timestamp: dueAt, hubspot_owner_id: "11" })).text("id");
    playRep(world.portal, { action: "reassign-task", taskId, ownerId: "12" });
    playRep(world.portal, { action: "snooze-task", taskId, until: Date.parse("2026-11-21T09:00:00Z") });
    const moved = await read(taskId, "hubspot_owner_id,hs_timestamp");
    playRep(world.portal, { action: "complete-task", taskId });
    const completed = await read(taskId, "hs_task_status,hs_task_completion_date");
    playRep(world.portal, { action: "delete-task", taskId });

    expect(moved).toMatchObject({ hubspot_owner_id: "12", hs_timestamp: "2026-11-21T09:00:00.000Z" });
    expect(completed).toMatchObject({
      hs_task_status: "COMPLETED",
      hs_task_completion_date: "2026-11-20T10:00:00.000Z",
    });
    expect((await world.api("GET", family.objects("tasks", taskId))).status).toBe(404);
  });

  test("hubspot.md §4.8: a unique text property makes task creation idempotent, where the account accepts one", async () => {
    const property = {
      name: "baton_key",
      label: "Key",
      type: "string",
      fieldType: "text",
      groupName: "taskinformation",
    };
    const defined = await world.api("POST", family.properties("tasks"), { ...property, hasUniqueValue: true });
    const first = await create({ hs_timestamp: dueAt, baton_key: "k1" });
    const again = await create({ hs_timestamp: dueAt, baton_key: "k1" });
    const found = await world.api("POST", family.objects("tasks", "batch/read"), {
      inputs: [{ id: "k1" }, { id: "k2" }],
      idProperty: "baton_key",
      properties: ["baton_key"],
      propertiesWithHistory: [],
    });

    expect([defined.status, first.status, again.status, again.text("errors.0.code")]).toEqual([
      201,
      201,
      400,
      "CONFLICTING_UNIQUE_VALUE",
    ]);
    expect([found.status, found.text("results.0.id"), valueAt(found.body, "errors.0.context.ids")]).toEqual([
      207,
      first.text("id"),
      ["k2"],
    ]);
  });

  test("hubspot.md §4.8: … and is refused where it does not", async () => {
    world.portal.settings.taskUniqueProperties = "reject";
    const property = {
      name: "baton_key",
      label: "Key",
      type: "string",
      fieldType: "text",
      groupName: "taskinformation",
    };
    const reply = await world.api("POST", family.properties("tasks"), { ...property, hasUniqueValue: true });

    expect(reply.status).toBe(400);
  });

  test("hubspot.md §4.8: 100 tasks are created with their links in one call", async () => {
    const inputs = Array.from({ length: 100 }, (_, index) => ({
      properties: { hs_timestamp: dueAt, hs_task_subject: `Call ${index}` },
      associations: [toContact],
    }));
    const created = await world.api("POST", family.objects("tasks", "batch/create"), { inputs });
    const links = await world.api("POST", family.associations("contacts", "tasks", "batch/read"), {
      inputs: [{ id: "500" }],
    });

    expect([created.status, created.list("results").length, links.list("results.0.to").length]).toEqual([
      201, 100, 100,
    ]);
  });

  test("hubspot.md §4.3: a logged outbound call stamps the contact; an incoming e-mail is no outreach", async () => {
    playRep(world.portal, { action: "log-email", contactId: "500", direction: "INCOMING_EMAIL" });
    const names = "hs_first_outreach_date,hs_sa_first_engagement_object_type,notes_last_contacted,num_contacted_notes";
    const path = family.objects("contacts", `500?properties=${names}`);
    const before = await world.api("GET", path);
    world.hubspot.clock.advance(60_000);
    playRep(world.portal, { action: "log-call", contactId: "500" });

    expect(before.body).toMatchObject({ properties: { hs_first_outreach_date: null, num_contacted_notes: "1" } });
    expect((await world.api("GET", path)).body).toMatchObject({
      properties: {
        hs_first_outreach_date: "2026-11-20T10:01:00.000Z",
        hs_sa_first_engagement_object_type: "CALL",
        notes_last_contacted: "2026-11-20T10:01:00.000Z",
        num_contacted_notes: "2",
      },
    });
  });
});
