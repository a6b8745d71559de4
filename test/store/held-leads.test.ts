import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Decision } from "../../src/engine/decision.ts";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { firstPlace, heldLeads, waitTimerId } from "../../src/store/held-leads.ts";
import { setLeadState } from "../../src/store/leads.ts";
import { requireLease } from "../../src/store/leases.ts";
import { dueTimers, settleTimers } from "../../src/store/timers.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, after, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

/** A lead that a list holds, qualified so many seconds after the first and looked at again so many later. */
async function hold(leads: readonly { leadId: string; qualified: number; due: number }[]): Promise<void> {
  const lease = await takeLease(db.query);
  const decided = leads.map(({ leadId, qualified, due }) => {
    const lead = aDecidedLead(leadId, { qualifiedAt: after(qualified) });
    const outcome = { kind: "queued", queueId: "general", because: "shift-begins" } as const;
    const decision: Decision = {
      ...lead.decision,
      outcome: { ...outcome, held: { until: after(due), opensAt: null } },
    };
    const about = { leadId, decisionId: lead.decisionId, qualifiedAt: after(qualified) };
    const wait = { ...about, id: waitTimerId(lead.decisionId), kind: "wait", dueAt: after(due) };
    return { ...lead, decision, timers: [wait], followUp: null };
  });
  await db.transaction(async (tx) => {
    await requireLease(tx, lease);
    await recordBatch(tx, aBatch(lease, decided));
  });
}

const some = [
  { leadId: "late", qualified: 20, due: 30 },
  { leadId: "early", qualified: 10, due: 60 },
];
const all = { dueBy: now, beyond: firstPlace };
const idsAt = async (dueBy: string) =>
  (await heldLeads(db.query, connectionId, { dueBy, beyond: null, limit: 10 })).map(({ leadId }) => leadId);

test("those whose time has come, or all of them, the first to qualify first", async () => {
  await hold(some);
  expect([await idsAt(after(29)), await idsAt(after(30))]).toEqual([[], ["late"]]);
  const held = await heldLeads(db.query, connectionId, { ...all, limit: 10 });
  expect(held.map(({ leadId }) => leadId)).toEqual(["early", "late"]);
});

test("a look at all of them goes on behind the last one, and takes those along whose time has come meanwhile", async () => {
  await hold([...some, { leadId: "last", qualified: 30, due: 90 }]);
  const idsBehind = async (beyond: typeof firstPlace, dueBy: string) =>
    (await heldLeads(db.query, connectionId, { dueBy, beyond, limit: 10 })).map(({ leadId }) => leadId);
  const [early, late] = await heldLeads(db.query, connectionId, { ...all, limit: 2 });
  if (early === undefined || late === undefined) throw new Error("Nothing is held.");
  expect([await idsBehind(early, now), await idsBehind(late, now), await idsBehind(late, after(60))]).toEqual([
    ["late", "last"],
    ["last"],
    ["early", "late", "last"],
  ]);
});

test("one whose time in the list was ended is held no more", async () => {
  await hold(some);
  const [first] = await heldLeads(db.query, connectionId, { ...all, limit: 1 });
  await settleTimers(db.query, { ids: [first?.timerId ?? ""], state: "fired", at: now });
  await setLeadState(db.query, connectionId, { leadIds: ["late"], state: "gone" });
  expect(await heldLeads(db.query, connectionId, { ...all, limit: 10 })).toMatchObject([
    { leadId: "late", isHeld: false },
  ]);
});

test("they are no clock that somebody has to be reminded by", async () => {
  await hold(some);
  const clocks = await dueTimers(db.query, workspaceId, { connectionIds: [connectionId], now: after(100), limit: 10 });
  expect(clocks).toEqual([]);
});
