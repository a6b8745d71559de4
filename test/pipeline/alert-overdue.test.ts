import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { alertOverdue } from "../../src/pipeline/repair.ts";
import type { Link } from "../../src/pipeline/workspace.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import type { Db } from "../../src/store/db.ts";
import { addEvents, claimInbox, settleInbox } from "../../src/store/inbox.ts";
import type { Lease } from "../../src/store/leases.ts";
import { planOperations } from "../../src/store/operations.ts";
import { insertTimers, moveTimers } from "../../src/store/timers.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { after, anEvent, anOperation, connectionId, now, takeLease, workspaceId } from "../store/records.ts";

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

async function kindsAfter(minutes: number): Promise<string[]> {
  const links = new Map([[connectionId, {} as Link]]);
  await alertOverdue({ db, now: () => new Date(after(minutes * 60)) }, { lease, links });
  return (await openAlerts(db.query, workspaceId, 10)).map(({ kind }) => kind);
}

test("events that wait for more than five minutes are told of until they are decided", async () => {
  await addEvents(db.query, [anEvent("a")]);
  expect(await kindsAfter(4)).toEqual([]);
  expect(await kindsAfter(6)).toEqual(["undecided"]);
  const done = await claimInbox(db.query, lease, { connectionIds: [connectionId], limit: 1, now, number: 1 });
  await settleInbox(db.query, lease, { done });
  expect(await kindsAfter(7)).toEqual([]);
});

test("a lead that a list holds and that nobody looks at when its time has come is told of", async () => {
  const timer = { id: "d.wait", leadId: "a", decisionId: "d", qualifiedAt: now, kind: "wait" as const, dueAt: now };
  await insertTimers({ workspaceId, connectionId, timers: [timer] }).execute(db.query);
  expect(await kindsAfter(4)).toEqual([]);
  expect(await kindsAfter(6)).toEqual(["undecided"]);
  await moveTimers(db.query, [{ id: "d.wait", dueAt: after(600) }]);
  expect(await kindsAfter(7)).toEqual([]);
});

test("writes that are not settled for more than fifteen minutes are told of until they are", async () => {
  await planOperations(db.query, { workspaceId, at: now, operations: [anOperation("k")] });
  expect(await kindsAfter(14)).toEqual([]);
  expect(await kindsAfter(16)).toEqual(["unwritten"]);
  await sql`update operations set state = 'confirmed', settled_at = ${after(960)}`.execute(db.query);
  expect(await kindsAfter(17)).toEqual([]);
});
