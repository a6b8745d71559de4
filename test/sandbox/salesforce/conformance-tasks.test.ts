import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { type Conformance, codeOf, startConformance } from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
  world.salesforce.sessions.settings.idleMs = Number.POSITIVE_INFINITY;
});
afterEach(() => world.stop());

const create = async (values: Record<string, unknown>) =>
  (await world.conn.sobject("Task").create({ Subject: "Call", ...values })).id ?? "";
const update = (Id: string, values: Record<string, unknown>) => world.conn.sobject("Task").update({ Id, ...values });
const dayMs = 86_400_000;

describe("a task", () => {
  test("§8.17 about a Lead has no WhatId, about a Contact it may have one", async () => {
    const account = putRow(world.org, "Account", { Name: "Acme" });
    const contact = putRow(world.org, "Contact", { LastName: "Berg", AccountId: account });
    const opportunity = putRow(world.org, "Opportunity", { Name: "Deal", AccountId: account });
    expect(await codeOf(create({ WhoId: world.aLead(), WhatId: account }))).toBe("FIELD_INTEGRITY_EXCEPTION");
    const id = await create({ WhoId: contact, WhatId: opportunity });
    expect(world.rowOf("Task", id).AccountId).toBe(account);
    expect(await codeOf(update(id, { WhoId: world.aLead() }))).toBe("FIELD_INTEGRITY_EXCEPTION");
  });

  test.each([
    ["Completed", true],
    ["In Progress", false],
    ["No such status", false],
  ])("§8.17 is closed by what TaskStatus says of its status: %s", async (Status, isClosed) => {
    const id = await create({ Status });
    expect(world.rowOf("Task", id).IsClosed).toBe(isClosed);
  });

  test("§8.17 IsClosed and CompletedDateTime are nobody's to write", async () => {
    expect(await codeOf(create({ IsClosed: true }))).toBe("INVALID_FIELD_FOR_INSERT_UPDATE");
    expect(await codeOf(create({ CompletedDateTime: "2026-11-17T14:00:00Z" }))).toBe("INVALID_FIELD_FOR_INSERT_UPDATE");
  });

  test("§8.17 CompletedDateTime is set when it is closed, kept while it is, and cleared when it is opened", async () => {
    const id = await create({ WhoId: world.aLead() });
    const completed = async () => (await world.conn.sobject("Task").retrieve(id)).CompletedDateTime;
    expect(await completed()).toBeNull();
    world.advance(60_000);
    await update(id, { Status: "Completed" });
    world.advance(60_000);
    await update(id, { Description: "Said yes." });
    expect(await completed()).toBe("2026-11-17T14:01:00.000+0000");
    await update(id, { Status: "In Progress" });
    expect(await completed()).toBeNull();
  });

  test("§8.17 that was closed a year ago is hidden from query, and there for queryAll and by its id", async () => {
    const [old, open] = [await create({ Status: "Completed" }), await create({})];
    const listed = async (scanAll: boolean, where = "") =>
      (await world.conn.query(`SELECT Id, IsArchived FROM Task ${where} ORDER BY Id`, { scanAll })).records.map(
        ({ Id, IsArchived }) => [Id, IsArchived],
      );
    world.advance(365 * dayMs);
    expect(await listed(false)).toEqual([
      [old, false],
      [open, false],
    ]);
    world.advance(1);
    expect(await listed(false)).toEqual([[open, false]]);
    expect(await listed(true)).toEqual([
      [old, true],
      [open, false],
    ]);
    expect(await listed(true, "WHERE IsArchived = true")).toEqual([[old, true]]);
    expect(await world.conn.sobject("Task").retrieve(old)).toMatchObject({ Id: old, IsArchived: true });
  });

  test("§8.17 that was deleted is null for a poll by ids", async () => {
    const [gone, there] = [await create({}), await create({})];
    await world.conn.sobject("Task").destroy(gone);
    const polled = await world.conn.sobject("Task").retrieve([gone, there], { fields: ["Id", "Status"] });
    expect(polled).toMatchObject([null, { Id: there, Status: "Not Started" }]);
  });

  test.each([
    "2026-11-18T09:00:00Z",
    "2026-11-31",
    "tomorrow",
  ])("§8.17 ActivityDate is a date, not %s", async (text) => {
    expect(await codeOf(create({ ActivityDate: text }))).toBe("JSON_PARSER_ERROR");
  });

  test("§8.17 ActivityDate comes as it was written, wherever the org is", async () => {
    const id = await create({ ActivityDate: "2026-11-18" });
    expect(await world.conn.sobject("Task").retrieve(id)).toMatchObject({ ActivityDate: "2026-11-18" });
    expect((await world.conn.query("SELECT Id FROM Task WHERE ActivityDate = 2026-11-18")).totalSize).toBe(1);
  });

  test("§4.5 a reminder without IsReminderSet has no time, TaskSubtype is written once, priority is High or not", async () => {
    const id = await create({ ReminderDateTime: "2026-11-18T09:00:00Z", Priority: "High", TaskSubtype: "Call" });
    expect(world.rowOf("Task", id)).toMatchObject({
      ReminderDateTime: null,
      IsHighPriority: true,
      TaskSubtype: "Call",
    });
    expect(await codeOf(update(id, { TaskSubtype: "Email" }))).toBe("INVALID_FIELD_FOR_INSERT_UPDATE");
    await update(id, { IsReminderSet: true, ReminderDateTime: "2026-11-18T09:00:00Z" });
    expect((await world.conn.sobject("Task").retrieve(id)).ReminderDateTime).toBe("2026-11-18T09:00:00.000+0000");
  });

  test("§4.5 a queue may own it only if it was made for tasks", async () => {
    expect(await codeOf(create({ OwnerId: world.queueId }))).toBe("INVALID_CROSS_REFERENCE_KEY");
    putRow(world.org, "QueueSobject", { QueueId: world.queueId, SobjectType: "Task" });
    expect(await codeOf(create({ OwnerId: world.queueId }))).toBe("taken");
  });
});
