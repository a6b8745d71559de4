import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { embeddedUse } from "../../src/store/embedded-use.ts";
import { settleFollowUps, unclosedFollowUpsOf } from "../../src/store/follow-ups.ts";
import { addEvents, claimInbox, settleInbox } from "../../src/store/inbox.ts";
import { readLeads } from "../../src/store/leads.ts";
import { moveOpenWork, readLoads } from "../../src/store/open-work.ts";
import { renameLead } from "../../src/store/rename-lead.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, anEvent, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

test("what stands open for a merged lead goes on under the survivor's id; the load stays", async () => {
  const lead = aDecidedLead("101");
  const lease = await takeLease(db.query);
  await db.transaction(async (tx) => {
    await recordBatch(tx, aBatch(lease, [lead]));
    const item = { itemKind: "lead", itemId: "101", repId: "rep-a", points: 1 } as const;
    await moveOpenWork(tx, { workspaceId, add: [item], remove: [] });
    await renameLead(tx, { workspaceId, connectionId, from: "101", to: "900" });
  });

  const leads = await readLeads(db.query, connectionId, ["101", "900"]);
  expect(leads.get("101")).toMatchObject({ state: "gone", mergedInto: "900" });
  expect(leads.get("900")).toMatchObject({ state: "assigned", decisionId: lead.decisionId, ownerId: "rep-a" });
  const timers = await db.query.selectFrom("timers").select("leadId").execute();
  expect(timers.map(({ leadId }) => leadId)).toEqual(["900", "900"]);
  expect(await unclosedFollowUpsOf(db.query, connectionId, ["900"])).toHaveLength(1);
  const operations = await db.query.selectFrom("operations").select("leadId").execute();
  expect(operations.map(({ leadId }) => leadId)).toEqual(["900", "900"]);
  expect(await db.query.selectFrom("openWork").select("itemId").execute()).toEqual([{ itemId: "900" }]);
  expect(await readLoads(db.query, workspaceId)).toEqual({ "rep-a": 1 });
});

test("a task that its rep kept open after the first touch hangs on the survivor, too", async () => {
  const lead = aDecidedLead("101");
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [lead])));
  await settleFollowUps(db.query, [{ decisionId: lead.decisionId, state: "touched", at: now, by: "rep-a" }]);
  await db.transaction((tx) => renameLead(tx, { workspaceId, connectionId, from: "101", to: "900" }));
  expect(await unclosedFollowUpsOf(db.query, connectionId, ["900"])).toHaveLength(1);
});

test("a reassignment of a merged lead is the survivor's, whoever works on it; what else was told of it is not", async () => {
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [aDecidedLead("101")])));
  const reassign = {
    kind: "lead-reassign",
    round: 1,
    cause: "breached",
    breachedBy: ["rep-a"],
    qualifiedAt: now,
  } as const;
  const about = { subjectKind: "lead", subjectId: "101", connectionId } as const;
  await addEvents(db.query, [
    { ...anEvent("due"), ...about, change: reassign },
    { ...anEvent("told"), ...about, change: { kind: "lead-changed", field: "owner", value: "rep-b" } },
  ]);
  const claim = (number: number) =>
    claimInbox(db.query, lease, { connectionIds: [connectionId], limit: 10, now, number });
  const inHand = await claim(1);
  await db.transaction((tx) => renameLead(tx, { workspaceId, connectionId, from: "101", to: "900" }));
  const anew = await claim(2);
  expect(await settleInbox(db.query, lease, { ignored: inHand.map((row) => ({ ...row, because: "lead-gone" })) })).toBe(
    1,
  );

  expect(anew.map(({ eventKey, subjectId }) => `${eventKey} of ${subjectId}`)).toEqual(["due of 900"]);
  const rows = await db.query.selectFrom("inbox").select(["eventKey", "state"]).orderBy("eventKey").execute();
  expect(rows).toEqual([
    { eventKey: "due", state: "pending" },
    { eventKey: "told", state: "ignored" },
  ]);
});

test("a survivor that was decided on for itself takes nothing over", async () => {
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [aDecidedLead("101"), aDecidedLead("900")])));
  const rename = { workspaceId, connectionId, from: "101", to: "900" };
  expect(await db.transaction((tx) => renameLead(tx, rename))).toBe(false);
  const followUps = await unclosedFollowUpsOf(db.query, connectionId, ["101", "900"]);
  expect(followUps.map(({ leadId }) => leadId).sort()).toEqual(["101", "900"]);
});

test("what the embedded database holds is counted up to a limit", async () => {
  const lease = await takeLease(db.query);
  const leads = ["101", "102", "103"].map((id) => aDecidedLead(id));
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, leads)));
  expect(await embeddedUse(db.query, 10)).toEqual({ accounts: 0, decisions: 3 });
  expect(await embeddedUse(db.query, 2)).toEqual({ accounts: 0, decisions: 2 });
});
