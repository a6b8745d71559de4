import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { readDecision, recordBatch } from "../../src/store/decisions.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { addEvents } from "../../src/store/inbox.ts";
import { noteMerged } from "../../src/store/leads.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, after, anEvent, connectionId, someFacts, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const canary = "canary@personal.example";

async function wholeDatabase(): Promise<string> {
  const tables = [
    "inbox",
    "leads",
    "decisions",
    "batches",
    "sharedFacts",
    "operations",
    "timers",
    "followUps",
  ] as const;
  const rows = await Promise.all(tables.map((table) => db.query.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

test("an erased lead leaves no personal data; its decision stays as a tombstone, and its sibling whole", async () => {
  const facts = someFacts("101");
  const lead = { ...aDecidedLead("101"), facts: { ...facts, lead: { ...facts.lead, fields: { email: canary } } } };
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [lead, aDecidedLead("102")])));
  await addEvents(db.query, [anEvent("a", { change: { kind: "lead-changed", field: "status", value: canary } })]);
  expect(await wholeDatabase()).toContain(canary);

  const erasure = { workspaceId, connectionId, leadId: "101", at: after(60) };
  expect(await db.transaction((tx) => eraseLead(tx, erasure))).toBe(1);
  expect(await db.transaction((tx) => eraseLead(tx, erasure))).toBe(0);

  expect(await wholeDatabase()).not.toContain(canary);
  const tombstone = await readDecision(db.query, workspaceId, lead.decisionId);
  expect(tombstone).toMatchObject({ facts: null, erasedAt: after(60), outcomeKind: "assigned" });
  const sibling = await readDecision(db.query, workspaceId, aDecidedLead("102").decisionId);
  expect(sibling).toMatchObject({ facts: aDecidedLead("102").facts, erasedAt: null });
});

test("whoever was merged into an erased lead is erased with it, in a chain and in a circle of merges", async () => {
  const lease = await takeLease(db.query);
  const leads = ["101", "102", "103", "104"].map((id) => aDecidedLead(id));
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, leads)));
  await addEvents(db.query, [
    anEvent("a", { subjectId: "103", change: { kind: "lead-changed", field: "status", value: canary } }),
  ]);
  await noteMerged(db.query, connectionId, { from: ["103"], into: "102" });
  await noteMerged(db.query, connectionId, { from: ["102"], into: "101" });
  await noteMerged(db.query, connectionId, { from: ["101"], into: "103" });

  const erasure = { workspaceId, connectionId, leadId: "101", at: after(60) };
  expect(await db.transaction((tx) => eraseLead(tx, erasure))).toBe(3);
  expect(await wholeDatabase()).not.toContain(canary);
  const other = await readDecision(db.query, workspaceId, aDecidedLead("104").decisionId);
  expect(other).toMatchObject({ erasedAt: null });
});
