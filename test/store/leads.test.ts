import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import {
  halfWrittenLeads,
  noteMerged,
  noteOwnerWritten,
  noteSeen,
  noteTouched,
  readLeads,
  setLeadState,
  undecidedLeads,
} from "../../src/store/leads.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, after, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const lead = (leadId: string, qualifiedAt: string | null = now) => ({ workspaceId, connectionId, leadId, qualifiedAt });
const read = async (leadId: string) => (await readLeads(db.query, connectionId, [leadId])).get(leadId);

async function decided(leadId: string): Promise<string> {
  const one = aDecidedLead(leadId);
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [one], { batchId: `batch of ${leadId}` })));
  return one.decisionId;
}

const undecided = async (seenBefore: string) =>
  (await undecidedLeads(db.query, workspaceId, { seenBefore, limit: 10 })).map(({ leadId }) => leadId);
const halfWritten = async (decidedBefore: string) =>
  (await halfWrittenLeads(db.query, workspaceId, { decidedBefore, limit: 10 })).map(({ leadId }) => leadId);

test("a lead that qualified waits for its decision until it has one", async () => {
  await noteSeen(db.query, [lead("101"), lead("102"), lead("101")], now);
  expect(await undecided(after(1))).toEqual(["101", "102"]);
  expect(await undecided(now)).toEqual([]);
  await decided("101");
  expect(await undecided(after(1))).toEqual(["102"]);
});

test("a decided lead waits again when it qualified anew, not when the same event comes again", async () => {
  await decided("101");
  await noteSeen(db.query, [lead("101", now)], after(10));
  expect(await read("101")).toMatchObject({ state: "assigned", seenAt: after(10) });
  await noteSeen(db.query, [lead("101", after(20))], after(20));
  expect(await read("101")).toMatchObject({ state: "routing", ownerId: "rep-a" });
});

test("a parked lead stays parked", async () => {
  await decided("101");
  await setLeadState(db.query, connectionId, { leadIds: ["101"], state: "parked" });
  await noteSeen(db.query, [lead("101", after(20))], after(20));
  expect(await read("101")).toMatchObject({ state: "parked" });
});

test("an assigned lead is half written until the CRM has its owner", async () => {
  const decisionId = await decided("101");
  expect(await halfWritten(after(1))).toEqual(["101"]);
  expect(await halfWritten(now)).toEqual([]);
  await noteOwnerWritten(db.query, connectionId, [{ leadId: "101", decisionId, at: after(2), stage: "lead" }]);
  expect(await halfWritten(after(10))).toEqual([]);
  expect(await read("101")).toMatchObject({ ownerWrittenAt: after(2), stageWritten: "lead" });
});

test("an owner that was written for an earlier decision is not noted on the present one", async () => {
  await decided("101");
  const late = { leadId: "101", decisionId: "an earlier one", at: after(2), stage: null };
  await noteOwnerWritten(db.query, connectionId, [late]);
  expect(await read("101")).toMatchObject({ ownerWrittenAt: null });
});

test("the first touch counts", async () => {
  await decided("101");
  await noteTouched(db.query, connectionId, [{ leadId: "101", at: after(60) }]);
  await noteTouched(db.query, connectionId, [{ leadId: "101", at: after(90) }]);
  expect(await read("101")).toMatchObject({ touchedAt: after(60) });
});

test("merged leads are gone and name the one they live on in", async () => {
  await noteSeen(db.query, [lead("101"), lead("102")], now);
  await noteMerged(db.query, connectionId, { from: ["101", "102"], into: "102" });
  expect(await read("101")).toMatchObject({ state: "gone", mergedInto: "102" });
  expect(await read("102")).toMatchObject({ state: "routing", mergedInto: null });
});
