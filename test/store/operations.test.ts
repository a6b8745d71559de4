import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import type { Lease } from "../../src/store/leases.ts";
import {
  adoptInflight,
  cancelOperations,
  markInflight,
  planOperations,
  readOperations,
  settleOperations,
  splitOperations,
  unsettledOf,
} from "../../src/store/operations.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { after, anOperation, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const key = (name: string) => ({ key: name, qualifiedAt: now });
const names = (rows: readonly { key: string }[]) => rows.map(({ key }) => key);

const plan = (...operations: ReturnType<typeof anOperation>[]) =>
  planOperations(db.query, { workspaceId, at: now, operations });

async function stateOf(name: string): Promise<string | undefined> {
  return (await readOperations(db.query, [name]))[0]?.state;
}

/** `name` planned and sent under a lease of its own. */
async function sent(name: string): Promise<Lease> {
  const lease = await takeLease(db.query);
  await plan(anOperation(name));
  await markInflight(db.query, lease, { keys: [key(name)], at: now });
  return lease;
}

test("an operation that is planned twice is there once", async () => {
  expect(await plan(anOperation("a"), anOperation("b"))).toBe(2);
  expect(await plan(anOperation("b", { priority: 1 }))).toBe(0);
  expect(await readOperations(db.query, ["b"])).toMatchObject([{ priority: 2, kind: "update-lead", attempts: 0 }]);
});

test("one that is marked in flight is nobody else's to send", async () => {
  const lease = await takeLease(db.query);
  await plan(anOperation("a"), anOperation("b"));
  expect(await markInflight(db.query, lease, { keys: [key("a")], at: after(1) })).toEqual([key("a")]);
  expect(await markInflight(db.query, lease, { keys: [key("a"), key("b")], at: after(2) })).toEqual([key("b")]);
  expect(await readOperations(db.query, ["a"])).toMatchObject([
    { state: "inflight", sentAt: after(1), fence: 1, attempts: 1 },
  ]);
});

test("a lost lease may send nothing", async () => {
  const stale = await takeLease(db.query, { holder: "one" });
  await plan(anOperation("a"));
  await takeLease(db.query, { holder: "two", now: after(31) });
  expect(await markInflight(db.query, stale, { keys: [key("a")], at: now })).toEqual([]);
});

test("outcomes of many operations are noted at once, and an ended one takes no second", async () => {
  const lease = await sent("done");
  await plan(anOperation("yielded"));
  const receipt = { kind: "done", crmId: "77" } as const;
  const outcomes = [
    { ...key("done"), state: "confirmed", at: after(2), crmId: "77", receipt } as const,
    { ...key("yielded"), state: "yielded", at: after(2), receipt: { kind: "yielded", toOwnerId: "9" } } as const,
  ];
  expect(new Set(await settleOperations(db.query, lease, outcomes))).toEqual(new Set(["done", "yielded"]));
  expect(await settleOperations(db.query, lease, outcomes)).toEqual([]);
  expect(await readOperations(db.query, ["done"])).toMatchObject([
    { state: "confirmed", crmId: "77", receipt, settledAt: after(2) },
  ]);
});

test("one to be tried again is planned anew, and says from when on", async () => {
  const lease = await sent("a");
  await settleOperations(db.query, lease, [{ ...key("a"), state: "planned", at: now, notBefore: after(60) }]);
  expect(await readOperations(db.query, ["a"])).toMatchObject([
    { state: "planned", notBefore: after(60), attempts: 1, settledAt: null, fence: null },
  ]);
});

test("a stale completion is refused after a take-over, and what was in flight is the new holder's to find out", async () => {
  const stale = await sent("a");
  const taker = await takeLease(db.query, { holder: "two", now: after(31) });
  const confirmed = { ...key("a"), state: "confirmed", at: after(32) } as const;

  expect(await settleOperations(db.query, stale, [confirmed])).toEqual([]);
  expect(await settleOperations(db.query, taker, [confirmed])).toEqual([]);
  expect(await adoptInflight(db.query, taker)).toBe(1);
  expect(await stateOf("a")).toBe("unknown");
  expect(await settleOperations(db.query, taker, [confirmed])).toEqual(["a"]);
});

test("adopting leaves alone what is planned, and what is already one's own", async () => {
  const lease = await sent("mine");
  await plan(anOperation("planned"));
  expect(await adoptInflight(db.query, lease)).toBe(0);
});

test("whatever a connection's CRM has not confirmed is listed, the longest planned first", async () => {
  const lease = await sent("under-way");
  await planOperations(db.query, {
    workspaceId,
    at: after(-60),
    operations: [anOperation("older"), anOperation("ended")],
  });
  await settleOperations(db.query, lease, [{ ...key("ended"), state: "refused", at: now }]);
  await plan(anOperation("elsewhere", { connectionId: "c2" }));
  expect(names(await unsettledOf(db.query, connectionId, 10))).toEqual(["older", "under-way"]);
});

test("the limit of what is unsettled counts decisions, and cuts no update from its task", async () => {
  const first = [anOperation("update"), anOperation("task", { priority: 3 })];
  await planOperations(db.query, { workspaceId, at: after(-60), operations: first });
  await plan(anOperation("other", { decisionId: "d2" }));
  expect(names(await unsettledOf(db.query, connectionId, 1))).toEqual(["update", "task"]);
});

test("a refused write lives on in its parts, once", async () => {
  const lease = await sent("whole");
  const receipt = { kind: "refused", because: "rule", rule: "Region is required", fields: ["region"] } as const;
  const splits = [{ whole: key("whole"), receipt, parts: [anOperation("owner"), anOperation("stage")] }];
  expect(await splitOperations(db.query, lease, { splits, at: after(1) })).toEqual(["whole"]);
  expect(await splitOperations(db.query, lease, { splits, at: after(2) })).toEqual([]);
  expect(await readOperations(db.query, ["whole"])).toMatchObject([{ state: "split", receipt, settledAt: after(1) }]);
  expect(names(await unsettledOf(db.query, connectionId, 10))).toEqual(["owner", "stage"]);
});

test("a lost lease splits nothing", async () => {
  const stale = await sent("whole");
  await takeLease(db.query, { holder: "two", now: after(31) });
  const receipt = { kind: "gone" } as const;
  const splits = [{ whole: key("whole"), receipt, parts: [anOperation("part")] }];
  expect(await splitOperations(db.query, stale, { splits, at: now })).toEqual([]);
  expect(names(await readOperations(db.query, ["whole", "part"]))).toEqual(["whole"]);
});

test("a lead that is gone takes its unsent writes along, not those under way, nor the closing of a task", async () => {
  await sent("under-way");
  const body = { kind: "close-task", taskKey: "under-way", because: "breached" } as const;
  await plan(anOperation("unsent"), anOperation("other", { leadId: "102" }), anOperation("closing", { body }));
  expect(await cancelOperations(db.query, connectionId, { leadIds: ["101"], at: now })).toBe(1);
  expect([await stateOf("under-way"), await stateOf("unsent"), await stateOf("other")]).toEqual([
    "inflight",
    "cancelled",
    "planned",
  ]);
  expect(await stateOf("closing")).toBe("planned");
});
