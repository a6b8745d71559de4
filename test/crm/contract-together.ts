import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Pay } from "../../src/crm/crm.ts";
import type { LeadWrite, TaskDraft } from "../../src/model/task.ts";
import type { CrmUnderTest, Start } from "./crm-under-test.ts";

const write: Pay = { lane: "owner-write" };

/** What a CRM must do whose client says that it writes leads together with their tasks (`LeadWrites.withTasks`). */
export function testWritingTogether(name: string, start: Start): void {
  describe(`${name}: leads together with their tasks`, () => {
    let crm: CrmUnderTest;
    beforeEach(async () => {
      crm = await start();
      await crm.client.ensureSchema({ lane: "sync" });
    });
    afterEach(() => crm.stop());

    const draftFor = (leadId: string, key: string): TaskDraft => ({
      ...{ key, leadId, ownerId: crm.reps[0], subject: "Call Ada", body: "<p>Asked for a demo.</p>" },
      ...{ dueAt: new Date(crm.now().getTime() + 900_000).toISOString(), remindAt: null, priority: "high" },
    });
    const writeOf = (leadId: string, more: Partial<LeadWrite> = {}): LeadWrite => ({
      ...{ key: `owner of ${leadId}`, leadId, ownerId: crm.reps[0], tasks: [draftFor(leadId, `task of ${leadId}`)] },
      ...more,
    });
    const kindsOf = async (writes: readonly LeadWrite[]) => {
      const receipts = await crm.client.updateLeads(writes, write);
      return writes.map(({ leadId }) => [
        receipts.get(`owner of ${leadId}`)?.kind,
        receipts.get(`task of ${leadId}`)?.kind,
      ]);
    };

    test("owner and task of many leads are written by one request, and the tasks are told by their ids", async () => {
      const ids = Array.from({ length: crm.client.leadWrites.maxBatch }, () => crm.addLead({}));
      const before = crm.requests();

      const receipts = await crm.client.updateLeads(
        ids.map((id) => writeOf(id)),
        write,
      );

      expect(crm.client.leadWrites.withTasks).toBe(true);
      expect(crm.requests() - before).toBe(1);
      expect(ids.map((id) => [crm.ownerOf(id), crm.tasksOf(id)])).toEqual(ids.map(() => [crm.reps[0], ["Call Ada"]]));
      const [first = ""] = ids;
      const receipt = receipts.get(`task of ${first}`);
      const taskId = receipt?.kind === "done" ? (receipt.crmId ?? "") : "";
      expect(await crm.client.readTasks([taskId], write)).toMatchObject([{ leadId: first, key: `task of ${first}` }]);
    });

    test("a lead without a task may be among them", async () => {
      const [with_, without] = [crm.addLead({}), crm.addLead({})];

      expect(await kindsOf([writeOf(with_), writeOf(without, { tasks: [] })])).toEqual([
        ["done", "done"],
        ["done", undefined],
      ]);
      expect([crm.tasksOf(with_).length, crm.tasksOf(without).length]).toEqual([1, 0]);
    });

    test("a lead that was deleted is gone with its task, and its siblings are written", async () => {
      const [id, gone] = [crm.addLead({}), crm.addLead({})];
      crm.deleteLead(gone);

      expect(await kindsOf([writeOf(gone), writeOf(id)])).toEqual([
        ["gone", "gone"],
        ["done", "done"],
      ]);
    });

    test("of a lead whose rep left nothing is written, and its task may still be made", async () => {
      const [id, other] = [crm.addLead({}), crm.addLead({})];

      expect(await kindsOf([writeOf(id, { ownerId: crm.formerRep }), writeOf(other)])).toEqual([
        ["refused", "retry"],
        ["done", "done"],
      ]);
      expect([crm.ownerOf(id), crm.tasksOf(id)]).toEqual([null, []]);
    });

    test.each([
      "answer-lost",
      "overloaded",
    ] as const)("after a lost answer (%s) both are unknown, and are found", async (what) => {
      const id = crm.addLead({});
      crm.next("create", what);

      expect(await kindsOf([writeOf(id)])).toEqual([["unknown", "unknown"]]);
      expect(crm.ownerOf(id)).toBe(crm.reps[0]);
      expect(await crm.client.findTasks([{ key: `task of ${id}`, leadId: id }], write)).toHaveLength(1);
    });

    test("what is sent again after a lost answer makes no second task", async () => {
      const id = crm.addLead({});
      crm.next("create", "answer-lost");
      await kindsOf([writeOf(id)]);

      expect(await kindsOf([writeOf(id)])).toEqual([["done", "unknown"]]);
      expect(crm.tasksOf(id)).toHaveLength(1);
    });

    test("two writes of one lead in one list are both made", async () => {
      const id = crm.addLead({});
      const stage: LeadWrite = { key: "stage", leadId: id, stage: crm.laterStage };

      expect(await kindsOf([writeOf(id), stage])).toEqual([
        ["done", "done"],
        ["done", "done"],
      ]);
      expect([crm.ownerOf(id), crm.stageOf(id)]).toEqual([crm.reps[0], crm.laterStage]);
    });
  });
}
