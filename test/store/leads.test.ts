import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { noteMerged, noteTouched, readLeads, setLeadState } from "../../src/store/leads.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, after, connectionId, takeLease } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const read = async (leadId: string) => (await readLeads(db.query, connectionId, [leadId])).get(leadId);

async function decided(leadId: string): Promise<string> {
  const one = aDecidedLead(leadId);
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [one], { batchId: `batch of ${leadId}` })));
  return one.decisionId;
}

test("a lead is moved to the state that is told, and no other lead with it", async () => {
  await decided("101");
  await decided("102");
  await setLeadState(db.query, connectionId, { leadIds: ["101"], state: "parked" });
  expect([await read("101"), await read("102")]).toMatchObject([{ state: "parked" }, { state: "assigned" }]);
});

test("the first touch counts", async () => {
  await decided("101");
  await noteTouched(db.query, connectionId, [{ leadId: "101", at: after(60) }]);
  await noteTouched(db.query, connectionId, [{ leadId: "101", at: after(90) }]);
  expect(await read("101")).toMatchObject({ touchedAt: after(60) });
});

test("merged leads are gone and name the one they live on in", async () => {
  await decided("101");
  await decided("102");
  await noteMerged(db.query, connectionId, { from: ["101", "102"], into: "102" });
  expect(await read("101")).toMatchObject({ state: "gone", mergedInto: "102" });
  expect(await read("102")).toMatchObject({ state: "assigned", mergedInto: null });
});
