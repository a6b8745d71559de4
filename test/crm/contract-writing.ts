import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Pay } from "../../src/crm/crm.ts";
import type { TaskDraft } from "../../src/model/task.ts";
import type { CrmUnderTest, Start } from "./crm-under-test.ts";

const write: Pay = { lane: "owner-write" };
const sync: Pay = { lane: "sync" };

export function testUpdating(name: string, start: Start): void {
  describe(`${name}: updating leads`, () => {
    let crm: CrmUnderTest;
    beforeEach(async () => {
      crm = await start();
      await crm.client.ensureSchema(sync);
    });
    afterEach(() => crm.stop());

    test("owner, stage and stamp are written by one request for many leads", async () => {
      const ids = [crm.addLead({}), crm.addLead({})];
      const before = crm.requests();

      const receipts = await crm.client.updateLeads(
        ids.map((leadId, index) => ({
          key: `k${index}`,
          leadId,
          ownerId: crm.reps[1],
          stage: crm.laterStage,
          stamp: { tier: "T1", routedAt: crm.now().toISOString(), slaStatus: "running" },
        })),
        write,
      );

      expect([...receipts.values()].map(({ kind }) => kind)).toEqual(["done", "done"]);
      expect(crm.requests() - before).toBe(1);
      expect(ids.map((id) => [crm.ownerOf(id), crm.stageOf(id)])).toEqual(ids.map(() => [crm.reps[1], crm.laterStage]));
    });

    test("a lead that was deleted is gone, and its siblings are written", async () => {
      const [id, gone] = [crm.addLead({}), crm.addLead({})];
      crm.deleteLead(gone);

      const receipts = await crm.client.updateLeads(
        [
          { key: "gone", leadId: gone, ownerId: crm.reps[0] },
          { key: "there", leadId: id, ownerId: crm.reps[0] },
        ],
        write,
      );

      expect(receipts.get("gone")).toEqual({ kind: "gone" });
      expect(receipts.get("there")?.kind).toBe("done");
    });

    test("a rep who left is refused by name, and the siblings are written", async () => {
      const [id, other] = [crm.addLead({}), crm.addLead({})];

      const receipts = await crm.client.updateLeads(
        [
          { key: "former", leadId: id, ownerId: crm.formerRep },
          { key: "active", leadId: other, ownerId: crm.reps[0] },
        ],
        write,
      );

      expect(receipts.get("former")).toMatchObject({ kind: "refused", rule: "owner-not-assignable" });
      expect(receipts.get("active")?.kind).toBe("done");
      expect(crm.ownerOf(id)).toBeNull();
    });

    test("two updates of one lead in one list are both written", async () => {
      const id = crm.addLead({});

      const receipts = await crm.client.updateLeads(
        [
          { key: "owner", leadId: id, ownerId: crm.reps[0] },
          { key: "stage", leadId: id, stage: crm.laterStage },
        ],
        write,
      );

      expect([...receipts.values()].map(({ kind }) => kind)).toEqual(["done", "done"]);
      expect([crm.ownerOf(id), crm.stageOf(id)]).toEqual([crm.reps[0], crm.laterStage]);
    });

    test.each([
      "answer-lost",
      "overloaded",
      "not-arrived",
    ] as const)("an update whose answer says nothing (%s) is unknown and not sent again", async (what) => {
      const id = crm.addLead({});
      const before = crm.requests();
      crm.next("update", what);

      const receipts = await crm.client.updateLeads([{ key: "k", leadId: id, ownerId: crm.reps[0] }], write);

      expect(receipts.get("k")?.kind).toBe("unknown");
      expect(crm.requests() - before).toBe(1);
    });

    test("an update that a lock kept out is sent again", async () => {
      const id = crm.addLead({});
      crm.next("update", "locked");

      const receipts = await crm.client.updateLeads([{ key: "k", leadId: id, ownerId: crm.reps[0] }], write);

      expect(receipts.get("k")?.kind).toBe("done");
      expect(crm.ownerOf(id)).toBe(crm.reps[0]);
    });

    test("an update that the limit refused is not waited for: another may get the lead meanwhile", async () => {
      const id = crm.addLead({});
      const before = crm.requests();
      crm.next("update", "limited");

      const receipts = await crm.client.updateLeads([{ key: "k", leadId: id, ownerId: crm.reps[0] }], write);

      expect(receipts.get("k")?.kind).toBe("retry");
      expect(crm.requests() - before).toBe(1);
    });

    test("a token that ran out between two batches is refreshed once for all of them", async () => {
      const ids = Array.from({ length: 5 }, () => crm.addLead({}));
      crm.next("update", "token-expired");

      const receipts = await Promise.all(
        ids.map((leadId) => crm.client.updateLeads([{ key: leadId, leadId, ownerId: crm.reps[0] }], write)),
      );

      expect(receipts.map((one, index) => one.get(ids[index] ?? "")?.kind)).toEqual(ids.map(() => "done"));
      expect(crm.refreshes()).toBe(1);
    });
  });
}

export function testTasks(name: string, start: Start): void {
  describe(`${name}: tasks`, () => {
    let crm: CrmUnderTest;
    beforeEach(async () => {
      crm = await start();
      await crm.client.ensureSchema(sync);
    });
    afterEach(() => crm.stop());

    const draftFor = (leadId: string, more: Partial<TaskDraft> = {}): TaskDraft => ({
      key: "taskkeytaskkeytaskkeytaskk",
      leadId,
      ownerId: crm.reps[0],
      subject: "Call Ada",
      body: "<p>Asked for a demo.</p>",
      dueAt: new Date(crm.now().getTime() + 900_000).toISOString(),
      remindAt: null,
      priority: "high",
      ...more,
    });
    const createTask = async (leadId: string) => {
      const receipt = (await crm.client.createTasks([draftFor(leadId)], { lane: "task" })).get(draftFor(leadId).key);
      return receipt?.kind === "done" ? (receipt.crmId ?? "") : "";
    };

    test("a task hangs on its lead, with its holder, due date and key", async () => {
      const leadId = crm.addLead({});

      const id = await createTask(leadId);

      expect(crm.tasksOf(leadId)).toEqual(["Call Ada"]);
      expect(await crm.client.readTasks([id], { lane: "sla" })).toMatchObject([
        { id, key: draftFor(leadId).key, holderId: crm.reps[0], dueAt: draftFor(leadId).dueAt, completed: false },
      ]);
    });

    test.each([
      "answer-lost",
      "overloaded",
    ] as const)("after a lost answer (%s) the task is found by its key, and there is one", async (what) => {
      const leadId = crm.addLead({});
      crm.next("create", what);

      const receipts = await crm.client.createTasks([draftFor(leadId)], { lane: "task" });

      expect(receipts.get(draftFor(leadId).key)?.kind).toBe("unknown");
      const found = await crm.client.findTasks([{ key: draftFor(leadId).key, leadId }], { lane: "task" });
      expect(found.map(({ key }) => key)).toEqual([draftFor(leadId).key]);
      expect(crm.tasksOf(leadId)).toHaveLength(1);
    });

    test("a task that never arrived is not found", async () => {
      const leadId = crm.addLead({});
      crm.next("create", "not-arrived");

      const receipts = await crm.client.createTasks([draftFor(leadId)], { lane: "task" });

      expect(receipts.get(draftFor(leadId).key)?.kind).toBe("unknown");
      expect(await crm.client.findTasks([{ key: draftFor(leadId).key, leadId }], { lane: "task" })).toEqual([]);
    });

    test("a task for a lead that is gone leaves its siblings alone", async () => {
      const [leadId, gone] = [crm.addLead({}), crm.addLead({})];
      crm.deleteLead(gone);

      const receipts = await crm.client.createTasks(
        [draftFor(gone, { key: "keyofthelostleadskeyofthel" }), draftFor(leadId)],
        { lane: "task" },
      );

      expect(receipts.get(draftFor(leadId).key)?.kind).toBe("done");
      expect(receipts.get("keyofthelostleadskeyofthel")?.kind).not.toBe("done");
    });

    test("who completed a task is told: a person, or software", async () => {
      const [byPerson, bySoftware] = [crm.addLead({}), crm.addLead({})];
      const first = await createTask(byPerson);
      const made = await crm.client.createTasks([draftFor(bySoftware, { key: "secondkeysecondkeysecondke" })], sync);
      const receipt = made.get("secondkeysecondkeysecondke");
      const second = receipt?.kind === "done" ? (receipt.crmId ?? "") : "";
      crm.person.completesTask(first);
      crm.automation.completesTask(second);

      const states = await crm.client.readTasks([first, second], { lane: "sla" });

      const automated = new Map(states.map((task) => [task.id, [task.completed, task.completedByAutomation]]));
      expect([automated.get(first), automated.get(second)]).toEqual([
        [true, false],
        [true, true],
      ]);
    });

    test("a task that a person deleted is left out", async () => {
      const id = await createTask(crm.addLead({}));
      crm.deleteTask(id);

      expect(await crm.client.readTasks([id], { lane: "sla" })).toEqual([]);
    });

    test("closing a task completes it; a task that is gone is gone", async () => {
      const id = await createTask(crm.addLead({}));

      const receipts = await crm.client.updateTasks(
        [
          { key: "close", taskId: id, close: { note: "Closed by Baton." } },
          { key: "gone", taskId: "999999999", close: { note: "Closed by Baton." } },
        ],
        { lane: "task" },
      );

      expect([receipts.get("close")?.kind, receipts.get("gone")?.kind]).toEqual(["done", "gone"]);
      expect(await crm.client.readTasks([id], { lane: "sla" })).toMatchObject([{ completed: true }]);
    });
  });
}
