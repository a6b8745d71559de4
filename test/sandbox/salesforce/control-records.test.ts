import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import { type ControlWorld, startAt, startControlWorld } from "./control-world.ts";

let world: ControlWorld;
let changes: Change[];
beforeEach(async () => {
  world = await startControlWorld();
  changes = [];
  world.org.onCommit.push((committed) => changes.push(...committed));
});
afterEach(() => world.stop());

const records = (method: string, rest: string, body?: unknown) => world.inOrg(method, `/records/${rest}`, body);
const newLead = { LastName: "Roth", Company: "Roth" };
const hourMs = 3_600_000;

test("§1.2 a person creates, changes, deletes and restores a record, and no app is the origin", async () => {
  const { ada } = world.ids;
  const created = await records("POST", "Lead", { fields: newLead, by: ada.slice(0, 15) });
  const id = created.text("Id");
  const changed = await records("PATCH", `Lead/${id}`, { fields: { Rating: "Hot" } });
  const deleted = await records("DELETE", `Lead/${id}`);
  const gone = await world.rest("GET", `/sobjects/Lead/${id}`);
  const seen = await records("GET", `Lead/${id.slice(0, 15)}`);
  const restored = await records("POST", `Lead/${id}/restore`, { by: ada });
  expect([created, changed, deleted, gone, restored].map(({ status }) => status)).toEqual([201, 200, 204, 404, 204]);
  expect(created.body).toMatchObject({ ...newLead, OwnerId: ada, CreatedById: ada, CreatedDate: startAt });
  expect(seen.body).toMatchObject({ Id: id, Rating: "Hot", IsDeleted: true, LastModifiedById: world.ids.admin });
  expect(world.row("Lead", id).IsDeleted).toBe(false);
  const told = changes.filter(({ entityName }) => entityName === "Lead");
  expect(told.map(({ changeType, commitUser, changeOrigin }) => [changeType, commitUser, changeOrigin])).toEqual([
    ["CREATE", ada, ""],
    ["UPDATE", world.ids.admin, ""],
    ["DELETE", world.ids.admin, ""],
    ["UNDELETE", ada, ""],
  ]);
});

test("§8.13 the assignment rule counts where a person ticks it", async () => {
  world.org.rules.assignment.set("Lead", world.ids.inbound);
  const owners = await Promise.all(
    [{}, { assign: true }].map(async (more) =>
      (await records("POST", "Lead", { fields: newLead, by: world.ids.ada, ...more })).text("OwnerId"),
    ),
  );
  expect(owners).toEqual([world.ids.ada, world.ids.inbound]);
});

test("§8.14 a person saves in spite of an alert", async () => {
  world.org.rules.duplicates = "alert";
  const twin = { ...newLead, Email: "nina@globex.example" };
  expect((await records("POST", "Lead", { fields: twin })).status).toBe(201);
});

test.each([
  startAt + hourMs,
  "2026-11-17T15:00:00Z",
  "2026-11-17T16:00:00.000+0100",
])("a time is given as %p and stored as epoch milliseconds", async (at) => {
  const fields = { Subject: "Demo", StartDateTime: at, EndDateTime: at };
  expect((await records("POST", "Event", { fields })).body).toMatchObject({ StartDateTime: startAt + hourMs });
});

test("many records are written in one transaction, new and old, without limits", async () => {
  const inputs = [
    { id: world.ids.nina, fields: { Rating: "Hot" } },
    ...Array.from({ length: 250 }, () => ({ fields: newLead })),
  ];
  const written = await records("POST", "Lead/batch", { inputs, by: world.ids.ben });
  expect([written.list("ids").length, written.text("ids.0")]).toEqual([251, world.ids.nina]);
  expect(new Set(changes.map(({ transactionKey }) => transactionKey)).size).toBe(1);
  expect(world.row("Lead", written.text("ids.250"))).toMatchObject({ OwnerId: world.ids.ben });
});

test("§8.11 of a batch with one that is refused nothing is written", async () => {
  const inputs = [{ id: world.ids.nina, fields: { Rating: "Hot" } }, { fields: { LastName: "Roth" } }];
  const refused = await records("POST", "Lead/batch", { inputs });
  expect([refused.status, refused.text("0.errorCode")]).toEqual([400, "REQUIRED_FIELD_MISSING"]);
  expect([world.row("Lead", world.ids.nina).Rating, changes]).toEqual([null, []]);
});

test("records are listed in pages, deleted ones by themselves", async () => {
  const { nina, omar } = world.ids;
  const third = (await records("POST", "Lead", { fields: newLead })).text("Id");
  await records("DELETE", `Lead/${third}`);
  const pages = ["Lead?limit=1", `Lead?after=${nina.slice(0, 15)}`, "lead?deleted=true", `Lead?after=${omar}`];
  const seen = await Promise.all(
    pages.map(async (page) => {
      const reply = await records("GET", page);
      return [reply.text("total"), ...reply.list("results").map((row) => Reflect.get(Object(row), "Id"))];
    }),
  );
  expect(seen).toEqual([["2", nina], ["2", omar], ["1", third], ["2"]]);
});

test("§8.18 a system update moves SystemModstamp alone, and nobody is told", async () => {
  const before = world.row("Lead", world.ids.nina);
  world.salesforce.clock.advance(hourMs);
  const touched = await records("POST", `Lead/${world.ids.nina}/touch`);
  expect(touched.body).toEqual({ ...before, SystemModstamp: startAt + hourMs });
  expect([world.row("Lead", world.ids.nina), changes]).toEqual([touched.body, []]);
});

test("a record that is older than a field is shown with it", async () => {
  world.org.addFields("Lead", "Score__c double\nIsHot__c boolean");
  const older = { Score__c: null, IsHot__c: false };
  expect((await records("GET", `Lead/${world.ids.nina}`)).body).toMatchObject(older);
  expect((await records("GET", "Lead")).list("results")).toMatchObject([older, older]);
});

test.each<[string, string, unknown, number, unknown]>([
  ["GET", "Planet", undefined, 404, { message: "There is no object Planet" }],
  ["GET", "Lead/00Q000000000999", undefined, 404, { message: "There is no Lead 00Q000000000999" }],
  ["GET", "Lead?after=00Q000000000999", undefined, 400, { message: "`after` must be the id of a record of this list" }],
  ["POST", "Lead", { by: "005000000000999" }, 400, { message: expect.stringContaining("There is no user 005") }],
  ["POST", "Lead/batch", {}, 400, { message: "`inputs` must be a list" }],
  ["POST", "Lead", { fields: { Nope__c: 1 } }, 400, [expect.objectContaining({ errorCode: "INVALID_FIELD" })]],
  ["POST", "Lead/:nina/restore", {}, 400, [expect.objectContaining({ errorCode: "UNDELETE_FAILED" })]],
])("%s %s with %j is refused", async (method, path, body, status, told) => {
  expect(await records(method, path.replace(":nina", world.ids.nina), body)).toMatchObject({ status, body: told });
});

describe("§4.5 a rep", () => {
  const rep = (action: object) => world.inOrg("POST", "/rep", action);
  const task = () => world.row("Task", world.ids.call);

  test.each<[string, (ids: ControlWorld["ids"]) => object, (ids: ControlWorld["ids"]) => object]>([
    ["complete-task", () => ({}), () => ({ Status: "Completed", IsClosed: true, CompletedDateTime: startAt })],
    ["start-task", () => ({}), () => ({ Status: "In Progress", IsClosed: false })],
    ["reassign-task", ({ ben }) => ({ ownerId: ben }), ({ ben }) => ({ OwnerId: ben })],
    ["delete-task", () => ({}), () => ({ IsDeleted: true })],
    [
      "snooze-task",
      () => ({ until: "2026-11-19T23:30:00Z" }),
      () => ({
        // Half past midnight in Berlin, where the org is.
        ...{ ActivityDate: "2026-11-20", IsReminderSet: true, ReminderDateTime: Date.parse("2026-11-19T23:30:00Z") },
      }),
    ],
  ])("plays %s as the task's owner", async (action, fields, left) => {
    const { ids } = world;
    const { status, body } = await rep({ action, taskId: ids.call.slice(0, 15), ...fields(ids) });
    expect([status, body]).toEqual([200, { object: "Task", id: ids.call }]);
    expect(task()).toMatchObject({ ...left(ids), LastModifiedById: ids.ada });
  });

  test.each<[string, object, string, object]>([
    [
      "log-call",
      { at: startAt - 24 * hourMs },
      "Task",
      { TaskSubtype: "Call", CallType: "Outbound", IsClosed: true, ActivityDate: "2026-11-16" },
    ],
    [
      "log-call",
      { callType: "Inbound", disposition: "No answer", seconds: 0 },
      "Task",
      { CallType: "Inbound", CallDisposition: "No answer", CallDurationInSeconds: 0, CompletedDateTime: startAt },
    ],
    ["log-email", { subject: "Hello" }, "Task", { TaskSubtype: "Email", Subject: "Email: Hello", IsClosed: true }],
    [
      "log-event",
      { at: startAt + hourMs, minutes: 45, subject: "Demo" },
      "Event",
      {
        ...{ Subject: "Demo", StartDateTime: startAt + hourMs, EndDateTime: startAt + hourMs + 45 * 60_000 },
        DurationInMinutes: 45,
      },
    ],
  ])("plays %s with %j", async (action, fields, object, left) => {
    const { omar, hanna, ada, ben } = world.ids;
    for (const [whoId, by, owner] of [
      [omar, undefined, ada],
      [hanna, ben, ben],
    ]) {
      const logged = await rep({ action, whoId, by, ...fields });
      expect([logged.status, logged.text("object")]).toEqual([200, object]);
      const row = world.row(object, logged.text("id"));
      expect(row).toMatchObject({ ...left, WhoId: whoId, OwnerId: owner, CreatedById: owner });
    }
  });

  test.each<[string, (ids: ControlWorld["ids"]) => object, (ids: ControlWorld["ids"]) => object]>([
    ["who claims a lead", ({ ben }) => ({ ownerId: ben }), ({ ben }) => ({ OwnerId: ben, LastModifiedById: ben })],
    [
      "a manager who gives it away",
      ({ ben, admin }) => ({ ownerId: ben, by: admin }),
      ({ ben, admin }) => ({ OwnerId: ben, LastModifiedById: admin }),
    ],
  ])("plays claim-lead: %s", async (_, fields, left) => {
    const { ids } = world;
    const { body } = await rep({ action: "claim-lead", whoId: ids.nina, ...fields(ids) });
    expect(body).toEqual({ object: "Lead", id: ids.nina });
    expect(world.row("Lead", ids.nina)).toMatchObject(left(ids));
  });

  test("plays change-status, of a queue's lead as an admin", async () => {
    const { nina, omar, admin, ada } = world.ids;
    for (const [leadId, by] of [
      [nina, admin],
      [omar, ada],
    ]) {
      await rep({ action: "change-status", leadId, status: "Recycled" });
      expect(world.row("Lead", String(leadId))).toMatchObject({ Status: "Recycled", LastModifiedById: by });
    }
  });

  test("is refused what Salesforce refuses", async () => {
    await rep({ action: "delete-task", taskId: world.ids.call });
    expect(await rep({ action: "complete-task", taskId: world.ids.call })).toMatchObject({
      status: 404,
      body: [{ errorCode: "ENTITY_IS_DELETED" }],
    });
    expect(await rep({ action: "complete-task", taskId: world.ids.nina })).toMatchObject({
      status: 404,
      body: [{ errorCode: "NOT_FOUND" }],
    });
    expect(await rep({ action: "claim-lead", whoId: world.ids.globex, ownerId: world.ids.ben })).toMatchObject({
      status: 404,
      body: [{ errorCode: "NOT_FOUND" }],
    });
  });

  test("is somebody of the org", async () => {
    const action = { action: "change-status", leadId: world.ids.nina, status: "MQL" };
    expect(await rep({ ...action, by: "005000000000999" })).toMatchObject({
      status: 400,
      body: { message: "There is no user 005000000000999AAA" },
    });
    for (const user of [world.ids.admin, world.ids.ada, world.ids.ben])
      await world.inOrg("PATCH", `/users/${user}`, { isActive: false });
    expect((await rep(action)).body).toEqual({ message: "The org has no active user who could act" });
  });

  test("claims a Contact too", async () => {
    const { hanna, ben } = world.ids;
    const { body } = await rep({ action: "claim-lead", whoId: hanna, ownerId: ben });
    expect([body, world.row("Contact", hanna).OwnerId]).toEqual([{ object: "Contact", id: hanna }, ben]);
  });

  test.each([
    [{ action: "dance" }, "`action` must be one of complete-task"],
    [{ action: "reassign-task" }, "`taskId` must be an id of 15 or 18 characters; `ownerId` must be an id"],
    [{ action: "snooze-task", taskId: "00T000000000001", until: "soon" }, "`until` must be a time"],
    [{ action: "log-call", whoId: "00Q000000000001", callType: "Loud" }, "`callType` must be one of Internal"],
    [{ action: "change-status", leadId: "00Q000000000001", status: "" }, "`status` must be a text"],
  ])("is not understood when an action cannot be read: %j", async (action, message) => {
    const reply = await rep(action);
    expect([reply.status, reply.text("message")]).toEqual([400, expect.stringContaining(message)]);
  });
});
