import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { CrmClient } from "../../src/crm/crm.ts";
import type { Permit } from "../../src/crm/throttle.ts";
import { taskKeyOf, updateKeyOf } from "../../src/engine/plan.ts";
import type { Operation } from "../../src/model/operation.ts";
import type { LeadConversion } from "../../src/model/task.ts";
import { convertLeads } from "../../src/pipeline/convert-leads.ts";
import type { Db } from "../../src/store/db.ts";
import type { Lease } from "../../src/store/leases.ts";
import { planOperations, settleOperations } from "../../src/store/operations.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { anOperation, now, takeLease, workspaceId } from "../store/records.ts";

let db: Db;
let clock: ManualClock;
let lease: Lease;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  clock = createManualClock();
  lease = await takeLease(db.query);
});
afterAll(() => db.close());

const decisionId = "decision-1";
const update = (): Operation => ({
  ...anOperation(updateKeyOf(decisionId), { decisionId }),
  body: { kind: "update-lead", update: { owner: { ownerId: "11", expectOwnerId: null } } },
});
const task = (): Operation => ({
  ...anOperation(taskKeyOf(decisionId), { decisionId }),
  body: {
    ...{ kind: "create-task", ownerId: "11", template: "first-touch", priority: "low", remindAt: null, dueAt: now },
  },
});
const conversion: Operation = {
  ...anOperation("convert", { decisionId }),
  body: { kind: "convert-lead", accountId: "a-1", ownerId: "11" },
};

type Written = "confirmed" | "refused" | "cancelled" | null;

/** What becomes of a conversion where the owner's write and the task's stand so, and what was sent. */
async function converted(owner: Written, ofTask: Written) {
  const operations = [update(), task()];
  await planOperations(db.query, { workspaceId, operations, at: now });
  const settled = [owner, ofTask].flatMap((state, at) => {
    const { key = "", qualifiedAt = "" } = operations[at] ?? {};
    return state === null ? [] : [{ key, qualifiedAt, state, at: now }];
  });
  await settleOperations(db.query, lease, settled);
  const sent: LeadConversion[] = [];
  const released: string[] = [];
  const client: Partial<CrmClient> = {
    async convertLeads(conversions) {
      sent.push(...conversions);
      return new Map([["convert", { kind: "done", crmId: "c-1" }]]);
    },
  };
  const permit: Partial<Permit> = { release: () => void released.push("released") };
  const jobs = [{ operation: conversion, context: null, attempts: 0 }];
  const receipts = await convertLeads(
    { ...clock, db },
    { client: client as CrmClient },
    { jobs, permit: permit as Permit },
  );
  return { receipt: receipts.get("convert")?.kind, sent: sent.length, released: released.length };
}

test.each<[string, Written, Written, string, number]>([
  ["a lead that has its owner and its task is converted", "confirmed", "confirmed", "done", 1],
  ["so is one whose task the CRM refused", "confirmed", "refused", "done", 1],
  ["one whose task is not there yet waits for it", "confirmed", null, "retry", 0],
  ["one whose owner is not written yet waits", null, null, "retry", 0],
  ["one that somebody took stays a lead", "cancelled", "cancelled", "gone", 0],
  ["one whose owner was refused stays a lead", "refused", "confirmed", "gone", 0],
])("%s", async (_, owner, ofTask, receipt, sent) => {
  expect(await converted(owner, ofTask)).toEqual({ receipt, sent, released: 1 - sent });
});
