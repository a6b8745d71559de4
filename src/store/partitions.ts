import { sql } from "kysely";
import type { Db, Tx } from "./db.ts";

/**
 * Partitioned table → the time that it is partitioned by, and how its rows lie on their pages: room for the versions
 * that a claim or a sending makes, and decisions (2 kB) as they are, for compressing them takes longer than all else.
 */
const partitioned = {
  inbox: { column: "occurred_at", storage: "fillfactor = 60" },
  decisions: { column: "qualified_at", storage: "toast_tuple_target = 8160" },
  operations: { column: "qualified_at", storage: "fillfactor = 60" },
} as const;

type Month = { name: string; start: string; end: string };

/**
 * Makes the month partitions of the previous month up to two months ahead of `now`. Rows that came before their month
 * had a partition are moved out of the default one. Safe side by side; costs one query when nothing is missing.
 */
export async function ensurePartitions(db: Db, now: Date): Promise<void> {
  const wanted = Object.entries(partitioned).flatMap(([table, layout]) =>
    monthsAround(now).map((month) => ({ ...layout, table, month, name: `${table}_${month.name}` })),
  );
  const names = wanted.map(({ name }) => name);
  const { rows } = await sql<{ relname: string }>`
    select relname from pg_class where relname = any(${names}) and relnamespace = current_schema()::regnamespace
  `.execute(db.query);
  const existing = new Set(rows.map(({ relname }) => relname));
  const missing = wanted.filter(({ name }) => !existing.has(name));
  if (missing.length === 0) return;

  await db.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('baton partitions', 0))`.execute(tx);
    for (const partition of missing) await addPartition(tx, partition);
  });
}

type Partition = { table: string; column: string; storage: string; month: Month; name: string };

async function addPartition(tx: Tx, { table, column, storage, month, name }: Partition): Promise<void> {
  const { rows } = await sql<{ found: string | null }>`select to_regclass(${name})::text as found`.execute(tx);
  if (rows[0]?.found) return; // another process was faster

  const [parent, rest, partition, key] = [sql.ref(table), sql.ref(`${table}_other`), sql.ref(name), sql.ref(column)];
  const from = sql.lit(month.start);
  const to = sql.lit(month.end);
  const columns = sql`like ${parent} including defaults including constraints`;
  await sql`create table ${partition} (${columns}) with (${sql.raw(storage)})`.execute(tx);
  await sql`
    with early as (delete from ${rest} where ${key} >= ${from} and ${key} < ${to} returning *)
    insert into ${partition} select * from early
  `.execute(tx);
  await sql`alter table ${parent} attach partition ${partition} for values from (${from}) to (${to})`.execute(tx);
}

function monthsAround(now: Date): Month[] {
  return [-1, 0, 1, 2].map((offset) => {
    const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
    const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset + 1, 1));
    const name = start.toISOString().slice(0, 7).replace("-", "_");
    return { name, start: start.toISOString(), end: end.toISOString() };
  });
}
