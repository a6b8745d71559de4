import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { createUpkeep, type Upkeep } from "../../src/jobs/upkeep.ts";
import { silentLog } from "../../src/log.ts";
import type { Db } from "../../src/store/db.ts";
import { goneToRead, pruneGone, takeGone } from "../../src/store/readings.ts";
import { eventually } from "../eventually.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { openTestDatabase } from "../store/database.ts";

let db: Db;
let clock: ManualClock;
let upkeep: Upkeep;

beforeEach(async () => {
  db = await openTestDatabase();
  clock = createManualClock("2026-11-20T10:00:00.000Z");
  upkeep = createUpkeep({ db, ...clock, log: silentLog, memoryBytes: () => 3 * 1024 ** 3 });
});

afterEach(async () => {
  await upkeep.stop();
  await db.close();
});

async function hasPartition(name: string): Promise<boolean> {
  const { rows } = await sql<{ found: string | null }>`select to_regclass(${name})::text as found`.execute(db.query);
  return rows[0]?.found != null;
}

test("the schema is current once it has started, and not before", async () => {
  const before = upkeep.isCurrent();
  await upkeep.start();
  expect([before, upkeep.isCurrent()]).toEqual([false, true]);
});

test("months get their partitions at the start, and new ones while it runs", async () => {
  await upkeep.start();
  expect([await hasPartition("inbox_2026_11"), await hasPartition("inbox_2027_03")]).toEqual([true, false]);
  clock.jumpWall(62 * 86_400_000);
  clock.advance(3_600_000);
  await eventually(() => hasPartition("inbox_2027_03"));
  expect(await hasPartition("decisions_2027_03")).toBe(true);
});

test("that a record is gone is kept for a week", async () => {
  await upkeep.start();
  const at = clock.now().toISOString();
  const removal = { workspaceId: "w1", connectionId: "c1", ids: ["7"], readAt: at, at, toRead: true };
  await db.transaction((tx) => takeGone(tx, "accounts", removal));
  await pruneGone(db.query, new Date(Date.parse(at) + 7 * 86_400_000));
  expect(await goneToRead(db.query, "accounts", "c1")).toEqual(["7"]);
  clock.jumpWall(7 * 86_400_000 + 1);
  clock.advance(3_600_000);
  await eventually(async () => (await goneToRead(db.query, "accounts", "c1")).length === 0);
});

test("the embedded database beyond its limits says so, and what to do; a server does not", async () => {
  await upkeep.start();
  const expected = {
    pglite: ["more than 2 GB of memory in use: move to a PostgreSQL server and set DATABASE_URL"],
    postgres: [],
  };
  expect(upkeep.warnings()).toEqual(expected[db.kind]);
});
