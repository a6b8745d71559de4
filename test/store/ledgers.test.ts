import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { lockLedgers, updateLedgers } from "../../src/store/ledgers.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { after, now, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const lock = (poolIds: string[]) => db.transaction((tx) => lockLedgers(tx, { workspaceId, poolIds, at: now }));

test("ledgers that are missing begin empty, each pool once", async () => {
  expect(await lock(["uk", "dach", "uk"])).toEqual({ credits: { dach: {}, uk: {} } });
  expect(await lock([])).toEqual({ credits: {} });
});

test("credits and who left come back exactly as they were stored", async () => {
  const after = {
    credits: { dach: { "rep-a": 0.1 + 0.2, "rep-b": -1 / 3, "rep-c": 1e-17 }, uk: {} },
    leavers: { uk: { "rep-d": { credit: -0.1 - 0.2, at: now } } },
  };
  await db.transaction(async (tx) => {
    const before = await lockLedgers(tx, { workspaceId, poolIds: ["dach", "uk"], at: now });
    await updateLedgers({ workspaceId, before, after, at: now }).execute(tx);
  });
  expect(await lock(["dach", "uk"])).toEqual(after);
});

test("a pool may have any name, also one that every object has", async () => {
  const names = ["__proto__", "constructor", "toString"];
  const credits = Object.fromEntries(names.map((name) => [name, { "rep-a": 0.5, "rep-b": -0.5 }]));
  await db.transaction(async (tx) => {
    const before = await lockLedgers(tx, { workspaceId, poolIds: names, at: now });
    await updateLedgers({ workspaceId, before, after: { credits, leavers: {} }, at: now }).execute(tx);
  });
  expect(Object.entries((await lock(names)).credits).sort()).toEqual(Object.entries(credits).sort());
});

test.each([
  ["credits moved", { credits: { dach: { "rep-a": 1 }, uk: {} } }],
  ["members left", { credits: { dach: {}, uk: {} }, leavers: { dach: { "rep-a": { credit: 1, at: now } } } }],
])("only pools whose %s are written", async (_what, moved) => {
  await lock(["dach", "uk"]);
  await db.transaction(async (tx) => {
    const before = await lockLedgers(tx, { workspaceId, poolIds: ["dach", "uk"], at: now });
    await updateLedgers({ workspaceId, before, after: moved, at: after(5) }).execute(tx);
  });
  const rows = await db.query.selectFrom("ledgers").select(["poolId", "updatedAt"]).orderBy("poolId").execute();
  expect(rows).toEqual([
    { poolId: "dach", updatedAt: after(5) },
    { poolId: "uk", updatedAt: now },
  ]);
});

test("batches that name the same pools in any order take turns, and no move is lost", async () => {
  const orders = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? ["a", "b", "c"] : ["c", "b", "a"]));
  await Promise.all(
    orders.map((poolIds) =>
      db.transaction(async (tx) => {
        const before = await lockLedgers(tx, { workspaceId, poolIds, at: now });
        const moved = poolIds.map((id) => [id, { rep: (before.credits[id]?.rep ?? 0) + 1 }]);
        await updateLedgers({ workspaceId, before, after: { credits: Object.fromEntries(moved) }, at: now }).execute(
          tx,
        );
      }),
    ),
  );
  expect(await lock(["a", "b", "c"])).toEqual({ credits: { a: { rep: 20 }, b: { rep: 20 }, c: { rep: 20 } } });
});
