import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TaskDraft } from "../../src/model/task.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { SalesforceError } from "../../src/sandbox/salesforce/errors.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const create = (object: string, fields: Row) =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, object).object, fields),
  );
const aLead = (fields: Row = {}) =>
  create("Lead", { LastName: "Berg", Company: "One", Status: "MQL", OwnerId: world.queueId, ...fields });
const rowOf = (object: string, id: string): Row => tableOf(world.org, object).get(id) ?? {};
const owned = (leadId: string, ownerId: string) => [{ key: leadId, leadId, ownerId }];

describe("leads", () => {
  test("one in a queue is nobody's", async () => {
    const [lead] = await world.client.readLeads([aLead()], [], sync);

    expect(lead?.ownerId).toBeNull();
  });

  test("it qualified when it last entered the status, whatever happened to it since", async () => {
    const id = aLead({ Status: "Working - Contacted" });
    const change = (fields: Row) =>
      actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
        updateRecord(writing, tableOf(world.org, "Lead").object, id, fields),
      );
    world.sandbox.clock.advance(3_600_000);
    change({ Status: "MQL" });
    const enteredAt = world.now().toISOString();
    world.sandbox.clock.advance(3_600_000);
    change({ Rating: "Hot" });

    expect((await world.client.readLeads([id], [], sync))[0]?.qualifiedAt).toBe(enteredAt);
  });

  test("the date that the package keeps goes before the history", async () => {
    const id = aLead({ Baton_Qualified_At__c: "2026-11-16T08:00:00Z" });

    expect((await world.client.readLeads([id], [], sync))[0]?.qualifiedAt).toBe("2026-11-16T08:00:00.000Z");
  });

  test("a converted one is not in the status any more", async () => {
    const id = aLead();
    tableOf(world.org, "Lead").put(id, { ...rowOf("Lead", id), IsConverted: true });

    expect((await world.client.readLeads([id], [], sync))[0]?.qualifiedAt).toBeNull();
  });

  test("the campaign that it answered last is its conversion", async () => {
    const id = aLead();
    const CampaignId = putRow(world.org, "Campaign", { Name: "Webinar: presses" });
    create("CampaignMember", { CampaignId, LeadId: id, Status: "Responded" });

    const [lead] = await world.client.readLeads([id], [], sync);

    expect(lead?.fields).toMatchObject({ conversion: "Webinar: presses", conversionAt: "2026-11-17T00:00:00.000Z" });
  });

  test("the policy's own fields come back under their names, unknown ones empty", async () => {
    const id = aLead({ Salutation: "Dr." });

    const [lead] = await world.client.readLeads([id], ["Salutation", "No_Such__c"], sync);

    expect(lead?.fields).toMatchObject({ "crm.Salutation": "Dr.", "crm.No_Such__c": null });
  });

  test("a field that is hidden from Baton is missing, and fails nothing", async () => {
    world.org.permit(world.ownUserId, { hidden: new Map([["Lead", new Set(["Phone", "Website"])]]) });
    const id = aLead({ Phone: "+49 30 1" });

    expect((await world.client.readLeads([id], [], sync))[0]?.fields.phone).toBeNull();
  });
});

describe("writing", () => {
  test("an assignment rule does not give the lead to somebody else", async () => {
    world.org.rules.assignment.set("Lead", world.queueId);
    const id = aLead();

    await world.client.updateLeads(owned(id, world.reps[1]), sync);

    expect(rowOf("Lead", id).OwnerId).toBe(world.reps[1]);
  });

  test("an alert of duplicates lets it pass, a block does not", async () => {
    const [id] = [aLead({ Email: "ada@one.example" }), aLead({ Email: "ada@one.example" })];
    world.org.rules.duplicates = "alert";
    const kinds = async () => [...(await world.client.updateLeads(owned(id, world.reps[1]), sync)).values()];
    expect(await kinds()).toMatchObject([{ kind: "done" }]);
    world.org.rules.duplicates = "block";
    expect(await kinds()).toMatchObject([{ kind: "refused", rule: "DUPLICATES_DETECTED" }]);
  });

  test("what an admin's own rule says reaches who reads the receipt", async () => {
    const id = aLead();
    world.org.rules.validation.set("Lead", () => "A phone, please.");

    const receipts = await world.client.updateLeads(owned(id, world.reps[1]), sync);

    expect(receipts.get(id)).toMatchObject({ because: "A phone, please.", rule: "FIELD_CUSTOM_VALIDATION_EXCEPTION" });
  });

  test("a row that somebody holds is left for five seconds, its siblings are written at once", async () => {
    const [held, free] = [aLead(), aLead()];
    await world.client.ensureSchema(sync);
    world.org.locks.hold([held], world.now().getTime() + 600_000);

    // The sandbox waits ten seconds for the row on a clock that stands still: somebody has to move it.
    const moving = setInterval(() => world.sandbox.clock.advance(1_000), 5);
    const later = { key: "later", leadId: held, stage: "Recycled" };
    const writes = [...owned(held, world.reps[0]), ...owned(free, world.reps[0]), later];
    const receipts = await world.client.updateLeads(writes, sync).finally(() => clearInterval(moving));

    const retryAt = new Date(world.now().getTime() + 5_000).toISOString();
    expect(receipts.get(free)?.kind).toBe("done");
    expect(receipts.get(held)).toMatchObject({ kind: "retry", retryAt });
    expect(receipts.get("later")).toEqual(receipts.get(held));
    expect(world.sandbox.requests.list().filter(({ method }) => method === "PATCH")).toHaveLength(1);
  });

  test("our own change is known by its origin", async () => {
    const origins: string[] = [];
    world.org.onCommit.push((changes) => origins.push(...changes.map(({ changeOrigin }) => changeOrigin)));

    await world.client.updateLeads(owned(aLead(), world.reps[1]), sync);

    expect(origins).toContain("com/salesforce/api/rest/66.0;client=Baton");
  });

  test("the day's requests that are spent stop the work until there is room again", async () => {
    const id = aLead();
    await world.client.ensureSchema(sync);
    world.org.limits.daily = world.org.limits.used();

    const receipts = await world.client.updateLeads(owned(id, world.reps[1]), sync);

    expect(receipts.get(id)).toMatchObject({ kind: "retry", retryAt: "2026-11-17T14:15:00.000Z" });
  });
});

test("accounts are found by many domains, however long they are, and one that is no name of a host costs no other", async () => {
  const label = "w".repeat(60);
  const domains = Array.from({ length: 150 }, (_, at) => `a${at}.${label}.${label}.${label}.example`);
  const ids = domains.map((domain) => create("Account", { Name: domain, Website: `https://www.${domain}` }));

  const found = await world.client.findAccountsByDomain([`${"w".repeat(20_000)}.example`, ...domains], sync);

  expect(found).toEqual(ids);
  expect(await world.client.findAccountsByDomain([], sync)).toEqual([]);
});

describe("tasks", () => {
  const draft = (leadId: string): TaskDraft => ({
    ...{ key: "taskkeytaskkeytaskkeytaskk", leadId, ownerId: world.reps[0], subject: "Call Ada" },
    ...{ body: "<p>Asked for a demo.</p>", dueAt: "2026-11-17T14:15:00.000Z", remindAt: null, priority: "high" },
  });

  test("the rep reads words, no tags, and is reminded when it is due", async () => {
    const receipts = await world.client.createTasks([draft(aLead())], sync);

    const receipt = receipts.get(draft("").key);
    const id = receipt?.kind === "done" ? (receipt.crmId ?? "") : "";
    expect(rowOf("Task", id)).toMatchObject({
      ...{ Subject: "Call Ada", Description: "Asked for a demo.\n\nBaton ref: taskkeytaskkeytaskkeytaskk" },
      ...{ ActivityDate: "2026-11-17", IsReminderSet: true, ReminderDateTime: Date.parse("2026-11-17T14:15:00Z") },
    });
  });

  test("a key that is there already makes no second task", async () => {
    const leadId = aLead();
    await world.client.createTasks([draft(leadId)], sync);

    const receipts = await world.client.createTasks([draft(leadId)], sync);

    expect(receipts.get(draft(leadId).key)).toMatchObject({ kind: "unknown" });
    expect([...tableOf(world.org, "Task").withValues("WhoId", [leadId])]).toHaveLength(1);
  });

  const made = async (more: Partial<TaskDraft> = {}) => {
    const receipt = (await world.client.createTasks([{ ...draft(aLead()), ...more }], sync)).get(draft("").key);
    return receipt?.kind === "done" ? (receipt.crmId ?? "") : "";
  };
  const change = (id: string, fields: Row, by: string) =>
    actIn(world.org, personIn(world.org, by), (writing) =>
      updateRecord(writing, tableOf(world.org, "Task").object, id, fields),
    );

  test("software that touches a task later did not complete it", async () => {
    const id = await made();
    change(id, { Status: "Completed" }, world.reps[0]);
    world.sandbox.clock.advance(6_000);
    change(id, { Description: "synced" }, world.dialerId);

    expect(await world.client.readTasks([id], sync)).toMatchObject([{ completed: true, completedByAutomation: false }]);
  });

  test("nobody is reminded of a task that is done", async () => {
    const id = await made();
    change(id, { Status: "Completed" }, world.reps[0]);
    const before = rowOf("Task", id);

    const receipts = await world.client.updateTasks(
      [{ key: "r", taskId: id, remindAt: "2026-11-17T15:00:00.000Z" }],
      sync,
    );

    expect(receipts.get("r")).toEqual({ kind: "already-true", crmId: id });
    expect(rowOf("Task", id)).toEqual(before);
  });

  test("it is due on the org's day, up to that day's end where no time is known", async () => {
    const id = await made({ dueAt: "2026-11-17T23:30:00.000Z" });
    expect(rowOf("Task", id).ActivityDate).toBe("2026-11-18");
    for (const { Id } of [...tableOf(world.org, "Baton_Decision__c").rows()])
      tableOf(world.org, "Baton_Decision__c").put(String(Id), undefined);

    expect(await world.client.readTasks([id], sync)).toMatchObject([{ dueAt: "2026-11-18T22:59:59.999Z" }]);
  });

  test("those that Salesforce did not begin with are made by a further call", async () => {
    world.org.rules.validation.set("Task", ({ Subject }) => (Subject === "bad" ? "No." : null));
    const leadId = aLead();
    const drafts = Array.from({ length: 25 }, (_, at) => ({
      ...{ ...draft(leadId), key: `key${at}` },
      ...(at < 20 ? { subject: "bad" } : {}),
    }));

    const kinds = [...(await world.client.createTasks(drafts, sync)).values()].map(({ kind }) => kind);

    expect(new Set(kinds.slice(0, 20))).toEqual(new Set(["refused"]));
    expect(new Set(kinds.slice(20))).toEqual(new Set(["done"]));
    expect(world.sandbox.requests.list().filter(({ path }) => path.endsWith("/composite/graph"))).toHaveLength(2);
  });

  test("a rule of the org's own against a second task is a refusal, not our key", async () => {
    world.org.rules.trigger.set("Task", () => {
      throw new SalesforceError(400, { message: "A second one.", errorCode: "DUPLICATE_VALUE", fields: [] });
    });

    const receipts = await world.client.createTasks([draft(aLead())], sync);

    expect(receipts.get(draft("").key)).toMatchObject({ kind: "refused", rule: "DUPLICATE_VALUE" });
  });

  test("a rule of the org's own about the lead's field is told, and the lead is not taken for gone", async () => {
    world.org.rules.trigger.set("Task", () => {
      throw new SalesforceError(400, {
        ...{
          errorCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
          message: "No tasks on partners' leads.",
          fields: ["WhoId"],
        },
      });
    });

    const receipts = await world.client.createTasks([draft(aLead())], sync);

    expect(receipts.get(draft("").key)).toMatchObject({ kind: "refused", because: "No tasks on partners' leads." });
  });

  test("one that was deleted is known by its key to have been made", async () => {
    const leadId = aLead();
    await world.client.createTasks([draft(leadId)], sync);
    for (const { Id } of [...tableOf(world.org, "Task").rows()]) tableOf(world.org, "Task").put(String(Id), undefined);

    expect(await world.client.findTasks([{ key: draft("").key, leadId }], sync)).toMatchObject([
      { key: draft("").key, leadId, holderId: null, completed: false, dueAt: "2026-11-17T14:15:00.000Z" },
    ]);
  });
});

test("an org without Baton's package is worked in all the same: the key stands in the task's text", async () => {
  await world.stop();
  world = await startSalesforceWorld({ hasPackage: false });
  expect(await world.client.ensureSchema(sync)).toMatchObject({
    ...{ uniqueTaskKey: false, readsAvailability: true },
    off: [{ feature: "Baton_Decision__c" }, { feature: "qualification-date" }, { feature: "notifications" }],
  });
  const leadId = aLead();
  const key = "taskkeytaskkeytaskkeytaskk";
  const draft: TaskDraft = {
    ...{ key, leadId, ownerId: world.reps[0], subject: "Call", body: "<p>Now.</p>", priority: "low" },
    ...{ dueAt: "2026-11-17T14:15:00.000Z", remindAt: null },
  };

  const written = await world.client.updateLeads(
    [{ key: "k", leadId, ownerId: world.reps[0], stamp: { tier: "T1" } }],
    sync,
  );
  await world.client.createTasks([draft], sync);

  expect(written.get("k")?.kind).toBe("done");
  expect(await world.client.findTasks([{ key, leadId }], sync)).toMatchObject([{ key, leadId }]);
});

test("people's teams are their role and the groups that they are in, be it through others", async () => {
  const { org, reps } = world;
  const roleId = putRow(org, "UserRole", { Name: "DACH Sales" });
  tableOf(org, "User").put(reps[0], { ...rowOf("User", reps[0]), UserRoleId: roleId });
  const outer = putRow(org, "Group", { Name: "Everyone", Type: "Regular" });
  putRow(org, "GroupMember", { GroupId: outer, UserOrGroupId: world.queueId });
  putRow(org, "GroupMember", { GroupId: world.queueId, UserOrGroupId: reps[0] });
  putRow(org, "OutOfOffice", {
    ...{ UserId: reps[0], IsEnabled: true },
    ...{ StartDate: Date.parse("2026-11-18T00:00:00Z"), EndDate: Date.parse("2026-11-20T00:00:00Z") },
  });
  putRow(org, "UserLogin", { UserId: reps[1], IsFrozen: true });

  const people = new Map((await world.client.listReps(sync)).map(({ rep }) => [rep.id, rep]));

  expect(people.get(reps[0])).toMatchObject({
    teams: ["DACH Sales", "Everyone", "Inbound"],
    absences: [{ startAt: "2026-11-18T00:00:00.000Z", endAt: "2026-11-20T00:00:00.000Z" }],
  });
  expect(people.get(reps[1])?.active).toBe(false);
});

test("Baton's own user, whatever its profile, and users with a profile for APIs are software, and not active", async () => {
  const { org, client, ownUserId, dialerId, reps } = world;
  const users = tableOf(org, "User");
  users.put(ownUserId, { ...users.get(ownUserId), ProfileId: users.get(reps[0])?.ProfileId ?? null });

  const people = new Map((await client.listReps(sync)).map(({ rep }) => [rep.id, rep]));

  for (const id of [ownUserId, dialerId]) expect(people.get(id)).toMatchObject({ active: false, software: true });
  expect(people.get(reps[0])).toMatchObject({ active: true });
  expect(people.get(reps[0])).not.toHaveProperty("software");
});

test("people's hours are the org's of their zone, its named holidays are days off, and their territories are teams", async () => {
  const { org, reps } = world;
  org.setFeature("territories", true);
  const model = (State: string) => putRow(org, "Territory2Model", { Name: State, State });
  const territory = (Name: string, modelId: string) =>
    putRow(org, "Territory2", { Name, DeveloperName: Name, Territory2ModelId: modelId });
  const [active, planned] = [model("Active"), model("Planning")];
  const sells = (Territory2Id: string, IsActive = true) =>
    putRow(org, "UserTerritory2Association", { UserId: reps[0], Territory2Id, IsActive });
  sells(territory("DACH", active));
  sells(territory("Nordics", active), false);
  sells(territory("Next year", planned));
  putRow(org, "BusinessHours", {
    ...{ Name: "Berlin", IsActive: true, IsDefault: false, TimeZoneSidKey: "Europe/Berlin" },
    ...{ MondayStartTime: "08:00:00.000Z", MondayEndTime: "16:30:00.000Z" },
  });
  for (const Name of ["Company day", "Thanksgiving"])
    putRow(org, "Holiday", {
      Name,
      IsAllDay: true,
      IsRecurrence: false,
      ActivityDate: Name === "Company day" ? "2026-12-01" : "2026-11-26",
    });

  const people = new Map((await world.client.listReps(sync)).map(({ rep }) => [rep.id, rep]));

  const shifts = [{ day: "MO", startMinute: 480, endMinute: 990 }];
  expect(people.get(reps[0])).toMatchObject({ teams: ["territory:DACH"], shifts, daysOff: ["2026-12-01"] });
  expect(people.get(reps[1])).toMatchObject({ teams: [], shifts });
});

test("an org without business hours and holidays has the policy's hours, and nobody is told of it", async () => {
  const { org, reps } = world;
  for (const object of ["businesshours", "holiday"]) org.objects.delete(object);

  const people = new Map((await world.client.listReps(sync)).map(({ rep }) => [rep.id, rep]));

  expect(people.get(reps[0])).toMatchObject({ teams: [], shifts: null });
  expect(people.get(reps[0])).not.toHaveProperty("daysOff");
  expect((await world.client.ensureSchema(sync)).off).toBeUndefined();
});
