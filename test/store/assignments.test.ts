import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Decision } from "../../src/engine/decision.ts";
import {
  lastAssignments,
  moveAssignments,
  pruneAssignments,
  readAssignmentCounts,
} from "../../src/store/assignments.ts";
import type { Db } from "../../src/store/db.ts";
import { type BatchRecord, type DecidedLead, readBatch, recordBatch } from "../../src/store/decisions.ts";
import { eraseLead } from "../../src/store/erase.ts";
import type { Lease } from "../../src/store/leases.ts";
import { renameLead } from "../../src/store/rename-lead.ts";
import { aMatch } from "../builders.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, aDecision, after, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
let lease: Lease;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  lease = await takeLease(db.query);
});
afterAll(() => db.close());

function given(leadId: string, repId: string, decision: Partial<Decision> & { stage?: string; of?: string } = {}) {
  const { stage = "pick", of = "account-1", ...rest } = decision;
  const lead: DecidedLead = aDecidedLead(leadId);
  const outcome = { kind: "assigned", repId, stage } as const;
  return {
    ...lead,
    facts: { ...lead.facts, match: aMatch({ id: of }) },
    decision: aDecision(leadId, { outcome, ...rest }),
  };
}

let batches = 0;
async function record(leads: readonly DecidedLead[], batch: Partial<BatchRecord> = {}): Promise<void> {
  batches += 1;
  const parts = { batchId: `b${batches}`, picks: leads.map(() => null), ...batch };
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, leads, parts)));
}

const last = (...accountIds: string[]) => lastAssignments(db.query, connectionId, accountIds);

test("the last assignment of each account that is asked for", async () => {
  await record([given("1", "rep-a"), given("2", "rep-b", { of: "account-2" })]);
  await record([given("3", "rep-c")], { decidedAt: after(60) });

  expect(await last("account-1", "account-2", "account-9")).toEqual({
    "account-1": { repId: "rep-c", at: after(60) },
    "account-2": { repId: "rep-b", at: now },
  });
  expect(await lastAssignments(db.query, "another", ["account-1"])).toEqual({});
});

test("a lead that nobody was given is no assignment, and the catch-all person gets no account", async () => {
  await record([
    given("1", "rep-a", { outcome: { kind: "queued", queueId: "unrouted", because: "nobody-available" } }),
    given("2", "rep-a", { stage: "catch-all" }),
  ]);
  expect(await last("account-1")).toEqual({});
});

test("assignments of an account that was merged away are the survivor's", async () => {
  await record([given("1", "rep-a")]);
  await moveAssignments(db.query, connectionId, { from: ["account-1", "account-0"], into: "account-2" });

  expect(await last("account-1", "account-2")).toEqual({ "account-2": { repId: "rep-a", at: now } });
});

test("a merged lead's assignment goes on under the survivor's id; an erased one's holds nothing of the person", async () => {
  await record([given("1", "rep-a")]);
  await db.transaction((tx) => renameLead(tx, { workspaceId, connectionId, from: "1", to: "7" }));
  await db.transaction((tx) => eraseLead(tx, { workspaceId, connectionId, leadId: "7", at: after(1) }));

  const rows = await db.query.selectFrom("assignments").selectAll().execute();
  expect(rows).toEqual([
    {
      decisionId: "d-1-2026-11-20T10:00:00.000Z",
      workspaceId,
      connectionId,
      leadId: "7",
      accountId: "account-1",
      repId: "rep-a",
      tier: "T2",
      stage: "pick",
      at: now,
    },
  ]);
  const stored = await readBatch(db.query, workspaceId, `b${batches}`);
  expect(stored?.decisions.map(({ facts, accountId }) => [facts, accountId])).toEqual([[null, "account-1"]]);
});

test("what nothing looks back to any more is forgotten", async () => {
  await record([given("1", "rep-a")]);
  await pruneAssignments(db.query, new Date("2027-12-01T00:00:00.000Z"));
  expect(await last("account-1")).toHaveProperty("account-1");
  await pruneAssignments(db.query, new Date("2028-01-01T00:00:00.000Z"));
  expect(await last("account-1")).toEqual({});
});

test("counts are what the last batch says; a day and an instant never go back", async () => {
  await record([], { counts: [{ repId: "rep-a", day: 20_777, inDay: 3, inWeek: 8, lastAt: after(5) }] });
  await record([], { counts: [{ repId: "rep-a", day: 20_776, inDay: 4, inWeek: 9, lastAt: now }] });

  expect(await readAssignmentCounts(db.query, workspaceId, now)).toEqual([
    { repId: "rep-a", day: 20_777, inDay: 4, inWeek: 9, lastAt: after(5), t1: 0, t1OldestAt: null },
  ]);
  expect(await readAssignmentCounts(db.query, "another", now)).toEqual([]);
});

test("T1 leads count for 60 minutes", async () => {
  const counts = [{ repId: "rep-a", day: 1, inDay: 1, inWeek: 1, lastAt: now }];
  await record([given("1", "rep-a", { tier: "T1" }), given("2", "rep-a")], { counts });

  const t1Of = async (since: string) =>
    (await readAssignmentCounts(db.query, workspaceId, since)).map(({ repId, t1 }) => [repId, t1]);
  expect(await t1Of(after(-1))).toEqual([["rep-a", 1]]);
  expect(await t1Of(now)).toEqual([["rep-a", 0]]);
});
