import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Owner } from "../../../src/sandbox/hubspot/portal.ts";
import { valueAt } from "../api.ts";
import { families, startOfTime, startWorld, type World } from "./world.ts";

const hourMs = 3_600_000;

function anOwner(id: string, userId: number): Owner {
  return {
    id,
    userId,
    email: `owner-${id}@example.com`,
    firstName: "Rep",
    lastName: id,
    type: "PERSON",
    archived: false,
    createdAt: startOfTime,
    updatedAt: startOfTime,
    teams: [],
  };
}

describe.each(families)("a rep at work ($name)", (family) => {
  let world: World;
  let contactId: string;
  let taskId: string;

  beforeEach(async () => {
    world = await startWorld({ control: true });
    world.portal.owners.set("501", anOwner("501", 9501));
    world.portal.owners.set("502", anOwner("502", 9502));
    const contact = await world.api("POST", family.objects("contacts"), {
      properties: { email: "lead@example.com", hubspot_owner_id: "501", lifecyclestage: "marketingqualifiedlead" },
    });
    contactId = contact.text("id");
    const task = await world.api("POST", family.objects("tasks"), {
      properties: { hs_timestamp: "2026-11-20T12:00:00.000Z", hs_task_subject: "Call", hubspot_owner_id: "501" },
    });
    taskId = task.text("id");
  });

  afterEach(() => world.stop());

  const rep = (action: Record<string, unknown>) => world.control("POST", "/portals/62515/rep", action);
  const read = async (type: string, id: string, ...names: string[]) => {
    const reply = await world.api("POST", family.objects(type, "batch/read"), {
      inputs: [{ id }],
      properties: names,
      propertiesWithHistory: [],
    });
    return Object.fromEntries(names.map((name) => [name, reply.text(`results.0.properties.${name}`)]));
  };
  const by = (userId: number) => ({ type: "CRM_UI", id: `userId:${userId}`, userId });
  const whoWrote = async (type: string, id: string, property: string) => {
    const { body } = await world.control("GET", `/portals/62515/records/${type}/${id}`);
    return valueAt(body, `history.${property}.0.source`);
  };

  test('hubspot.md §9 Objects: "rep actions (complete" completion sets its date', async () => {
    world.hubspot.clock.advance(60_000);
    const { status, body } = await rep({ action: "complete-task", taskId });

    expect([status, body]).toEqual([200, { objectTypeId: "0-27", id: taskId }]);
    const properties = await read("tasks", taskId, "hs_task_status", "hs_task_completion_date");
    expect(properties).toMatchObject({
      hs_task_status: "COMPLETED",
      hs_task_completion_date: new Date(startOfTime + 60_000).toISOString(),
    });
    expect(await whoWrote("tasks", taskId, "hs_task_status")).toEqual(by(9501));
  });

  test("hubspot.md §4.8 hs_task_status: a rep begins a task", async () => {
    await rep({ action: "start-task", taskId });

    expect((await read("tasks", taskId, "hs_task_status")).hs_task_status).toBe("IN_PROGRESS");
  });

  test('hubspot.md §9 Objects: "rep actions (complete, reassign": a task gets another owner', async () => {
    await rep({ action: "reassign-task", taskId, ownerId: "502" });

    expect((await read("tasks", taskId, "hubspot_owner_id")).hubspot_owner_id).toBe("502");
    expect(await whoWrote("tasks", taskId, "hubspot_owner_id")).toEqual(by(9501));
  });

  test('hubspot.md §9 Objects: "rep actions (complete, reassign, move": a task is snoozed', async () => {
    await rep({ action: "snooze-task", taskId, until: "2026-11-23T09:00:00Z" });

    const properties = await read("tasks", taskId, "hs_timestamp");
    expect(Date.parse(String(properties.hs_timestamp))).toBe(Date.parse("2026-11-23T09:00:00Z"));
  });

  test('hubspot.md §9 Objects: "rep actions (complete, reassign, move, delete)": a deleted task is missing in a batch read', async () => {
    await rep({ action: "delete-task", taskId });

    const { status, body } = await world.api("POST", family.objects("tasks", "batch/read"), {
      inputs: [{ id: taskId }],
      properties: [],
      propertiesWithHistory: [],
    });
    expect(status).toBe(207);
    expect(valueAt(body, "errors.0.context.ids")).toEqual([taskId]);
  });

  test.each([
    ["log-call", "calls", "hs_call_direction", "OUTBOUND"],
    ["log-email", "emails", "hs_email_direction", "EMAIL"],
    ["log-meeting", "meetings", "hs_meeting_outcome", "COMPLETED"],
    ["log-note", "notes", "hs_note_body", "Note"],
  ])("hubspot.md §4.9 activities: %s is associated with the contact and owned by the rep", async (action, type, property, value) => {
    const logged = await rep({ action, contactId, by: "502" });
    const id = logged.text("id");

    const properties = await read(type, id, property, "hubspot_owner_id", "hs_timestamp");
    expect(properties).toMatchObject({ [property]: value, hubspot_owner_id: "502" });
    expect(Date.parse(String(properties.hs_timestamp))).toBe(startOfTime);
    const contact = await world.control("GET", `/portals/62515/records/contacts/${contactId}`);
    expect(contact.list(`associations.${logged.text("objectTypeId")}`)).toEqual([id]);
    expect(await whoWrote(type, id, property)).toEqual(by(9502));
  });

  test.each([
    [
      "log-call",
      { direction: "INBOUND", disposition: "73a0d17f-1163-4015-bdd5-ec830791da20" },
      "calls",
      "hs_call_direction",
      "INBOUND",
    ],
    [
      "log-email",
      { direction: "INCOMING_EMAIL", subject: "Re: hello" },
      "emails",
      "hs_email_direction",
      "INCOMING_EMAIL",
    ],
    ["log-meeting", { outcome: "NO_SHOW" }, "meetings", "hs_meeting_outcome", "NO_SHOW"],
    ["log-note", { body: "Spoke to him" }, "notes", "hs_note_body", "Spoke to him"],
  ])("hubspot.md §4.9 activities: what %s says can be chosen, and when it happened", async (action, fields, type, property, value) => {
    const id = (await rep({ action, contactId, at: startOfTime - hourMs, ...fields })).text("id");

    const properties = await read(type, id, property, "hs_timestamp");
    expect(properties[property]).toBe(value);
    expect(Date.parse(String(properties.hs_timestamp))).toBe(startOfTime - hourMs);
  });

  test("hubspot.md §4.3 first-touch helpers: a logged call moves the contact's stamps", async () => {
    await rep({ action: "log-call", contactId });

    const properties = await read("contacts", contactId, "notes_last_contacted", "hs_sa_first_engagement_date");
    expect(Date.parse(String(properties.notes_last_contacted))).toBe(startOfTime);
    expect(Date.parse(String(properties.hs_sa_first_engagement_date))).toBe(startOfTime);
  });

  test("hubspot.md §8.11 people: a rep claims a lead as himself", async () => {
    await rep({ action: "claim-lead", contactId, ownerId: "502" });

    const properties = await read("contacts", contactId, "hubspot_owner_id");
    expect(properties.hubspot_owner_id).toBe("502");
    expect(await whoWrote("contacts", contactId, "hubspot_owner_id")).toEqual(by(9502));
  });

  test("hubspot.md §8.11 people: a manager gives the lead to a rep", async () => {
    await rep({ action: "claim-lead", contactId, ownerId: "502", by: "501" });

    expect(await whoWrote("contacts", contactId, "hubspot_owner_id")).toEqual(by(9501));
  });

  test("hubspot.md §4.4 lifecycle: a person may move a stage back in HubSpot's own pages", async () => {
    await rep({ action: "change-stage", contactId, stage: "lead" });

    expect((await read("contacts", contactId, "lifecyclestage")).lifecyclestage).toBe("lead");
    expect(await whoWrote("contacts", contactId, "lifecyclestage")).toEqual(by(9501));
  });

  test("hubspot.md §1.3 changeSource: a workflow changes a stage as AUTOMATION_PLATFORM", async () => {
    await rep({ action: "change-stage", contactId, stage: "salesqualifiedlead", as: "workflow" });

    expect((await read("contacts", contactId, "lifecyclestage")).lifecyclestage).toBe("salesqualifiedlead");
    expect(await whoWrote("contacts", contactId, "lifecyclestage")).toEqual({
      type: "AUTOMATION_PLATFORM",
      id: "enrollmentId:1",
    });
  });

  test("hubspot.md §3.3 404: a task that is gone cannot be completed", async () => {
    await rep({ action: "delete-task", taskId });

    expect(await rep({ action: "complete-task", taskId })).toMatchObject({ status: 404 });
  });

  test.each([
    [{ action: "dance" }, "`action` must be one of complete-task"],
    [{ action: "reassign-task" }, "`taskId` must be an id; `ownerId` must be an id"],
    [{ action: "snooze-task", taskId: "1", until: "soon" }, "`until` must be a time"],
    [{ action: "change-stage", contactId: "1", stage: "lead", as: "ghost" }, "`as` must be one of user, workflow"],
  ])("an action that cannot be read is refused: %j", async (action, message) => {
    const reply = await rep(action);

    expect(reply.status).toBe(400);
    expect(reply.text("message")).toContain(message);
  });
});
