import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import {
  cancelTimers,
  dueTimers,
  insertTimers,
  moveTimers,
  type NewTimer,
  settleTimers,
} from "../../src/store/timers.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { after, connectionId, now, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const aTimer = (id: string, dueAt: string, leadId = "101"): NewTimer => ({
  id,
  leadId,
  decisionId: "d1",
  qualifiedAt: now,
  kind: "breach",
  dueAt,
});
async function arm(...timers: NewTimer[]): Promise<number> {
  const { numAffectedRows } = await insertTimers({ workspaceId, connectionId, timers }).execute(db.query);
  return Number(numAffectedRows);
}
const due = async (at: string, limit = 10) => {
  const timers = await dueTimers(db.query, workspaceId, { connectionIds: [connectionId], now: at, limit });
  return timers.map(({ id }) => id);
};

test("timers come due in order, to the millisecond", async () => {
  await arm(aTimer("b", after(20)), aTimer("a", after(10)), aTimer("c", after(30)));
  expect(await due(after(9.999))).toEqual([]);
  expect(await due(after(20))).toEqual(["a", "b"]);
});

test("timers of a connection that is not worked on leave the room to the others", async () => {
  const paused = aTimer("paused", after(10));
  await insertTimers({ workspaceId, connectionId: "c2", timers: [paused] }).execute(db.query);
  await arm(aTimer("open", after(20)));
  expect(await due(after(20), 1)).toEqual(["open"]);
});

test("a timer is armed once, and fired once of many that try at the same time", async () => {
  expect(await arm(aTimer("a", after(10)))).toBe(1);
  const settling = { ids: ["a"], state: "fired", at: after(10) } as const;
  const fired = await Promise.all([1, 2, 3].map(() => settleTimers(db.query, settling)));
  expect(fired.flat()).toEqual(["a"]);
  expect(await arm(aTimer("a", after(99)))).toBe(0);
  expect(await due(after(100))).toEqual([]);
});

test("a timer can be given another time while it is armed", async () => {
  await arm(aTimer("a", after(10)), aTimer("b", after(10)));
  await settleTimers(db.query, { ids: ["b"], state: "fired", at: after(10) });
  expect(
    await moveTimers(db.query, [
      { id: "a", dueAt: after(50) },
      { id: "b", dueAt: after(50) },
    ]),
  ).toBe(1);
  expect(await due(after(49))).toEqual([]);
  expect(await due(after(50))).toEqual(["a"]);
});

test("the timers of a lead are cancelled together, those of others are not", async () => {
  await arm(aTimer("a", after(10)), aTimer("b", after(20)), aTimer("c", after(10), "102"));
  expect(await cancelTimers(db.query, connectionId, { leadIds: ["101"], at: now })).toBe(2);
  expect(await due(after(60))).toEqual(["c"]);
  const timers = await db.query.selectFrom("timers").selectAll().where("leadId", "=", "101").orderBy("id").execute();
  expect(timers).toMatchObject([
    { id: "a", state: "cancelled", settledAt: now },
    { id: "b", state: "cancelled", settledAt: now },
  ]);
});
