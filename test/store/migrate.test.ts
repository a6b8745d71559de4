import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { Db } from "../../src/store/db.ts";
import { migrate } from "../../src/store/migrate.ts";
import { ensurePartitions } from "../../src/store/partitions.ts";
import { openTestDatabase } from "./database.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const november = new Date("2026-11-20T10:00:00.000Z");

async function partitionOf(occurredAt: string): Promise<string> {
  const { rows } = await sql<{ found: string }>`
    insert into inbox (connection_id, event_key, occurred_at, workspace_id, received_at, subject_kind, subject_id, change, by_this_app)
    values ('c', ${occurredAt}, ${occurredAt}, 'w', ${occurredAt}, 'lead', '1', '{}', false)
    returning tableoid::regclass::text as found
  `.execute(db.query);
  return rows[0]?.found ?? "nowhere";
}

const names = [
  "0001-first",
  "0002-deaths",
  "0003-batch-order",
  "0004-workers",
  "0005-touched-tasks",
  "0006-grants",
  "0007-published-by",
  "0008-assignments",
  "0009-batches-in-order",
  "0010-identities",
  "0011-held-leads",
  "0012-golden-leads",
  "0013-shadow",
  "0014-leavers",
  "0015-matching",
  "0016-readings",
  "0017-accounts-by-time",
  "0018-spent-calls",
  "0019-counterparts",
];

test("migrating twice, and at the same time, changes nothing", async () => {
  await Promise.all([migrate(db), migrate(db)]);
  const { rows } = await sql`select name from kysely_migration`.execute(db.query);
  expect(rows).toEqual(names.map((name) => ({ name })));
});

test("a migration waits for no other one to let go of a table", async () => {
  const { rows } = await sql`select count(distinct xmin::text) as n from kysely_migration`.execute(db.query);
  expect(rows).toEqual([{ n: names.length }]);
});

test("before its month exists a row lies in the default partition, and moves when the month is made", async () => {
  expect(await partitionOf("2026-11-03T00:00:00.000Z")).toBe("inbox_other");
  await ensurePartitions(db, november);
  const { rows } = await sql`select tableoid::regclass::text as found, state from inbox`.execute(db.query);
  expect(rows).toEqual([{ found: "inbox_2026_11", state: "pending" }]);
});

test.each([
  ["2026-10-01T00:00:00.000Z", "inbox_2026_10"],
  ["2026-12-31T23:59:59.999Z", "inbox_2026_12"],
  ["2027-01-01T00:00:00.000Z", "inbox_2027_01"],
  ["2026-09-30T23:59:59.999Z", "inbox_other"],
  ["2038-01-19T00:00:00.000Z", "inbox_other"],
])("%s lies in %s", async (occurredAt, partition) => {
  await ensurePartitions(db, november);
  expect(await partitionOf(occurredAt)).toBe(partition);
});

test("two processes may make the same months at the same time", async () => {
  const later = new Date("2027-06-01T00:00:00.000Z");
  await Promise.all([ensurePartitions(db, later), ensurePartitions(db, later)]);
  const { rows } =
    await sql`select count(*) as n from pg_class where relname like 'decisions_2027_0%' and relkind = 'r'`.execute(
      db.query,
    );
  expect(rows).toEqual([{ n: 5 }]);
});
