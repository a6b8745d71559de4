import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { readStartingPolicy } from "../../src/pipeline/starting-policy.ts";
import { type Db, openDatabase } from "../../src/store/db.ts";
import { migrate } from "../../src/store/migrate.ts";
import { ensurePartitions } from "../../src/store/partitions.ts";
import { aroundTheClock } from "../around-the-clock.ts";
import { findServer } from "./baton.ts";
import { percentile, rounded } from "./measure.ts";
import { createFacts, repsOf, sharedOf } from "./record-world.ts";
import { leadsPerBatch, openRecording, type Recording } from "./recording.ts";
import { alternate, type Goal, goalLine, missedGoals, type Spread, spreadOf, spreadText } from "./rounds.ts";

export type RecordOptions = { leads: number; rounds: number };

type Name = "pglite20" | "pglite200" | "postgres20" | "postgres200";
const reps = { pglite20: 20, pglite200: 200, postgres20: 20, postgres200: 200 } as const;

/** `msPer100`: as many leads in a transaction of their own, nothing else under way. */
type Side = { decisionsPerS: Spread; msPer100: Spread; bytes: number; mostBytes: number; sharedBytes: number };
type Rows = Record<"decisions" | "operations" | "timers" | "followUps", number>;

export type RecordResult = {
  bench: "record";
  sides: Record<Name, Side>;
  /** Rows of one side, all rounds together: nothing was left out. */
  rows: Record<Name, Rows>;
  /** Bytes with 200 reps ÷ with 20. */
  ratioBytes: number;
  /** Decisions a second with 200 reps ÷ with 20. */
  ratioReps: { pglite: number; postgres: number };
  missed: string[];
  leads: number;
  rounds: number;
  database: string;
  node: string;
  cores: number;
  date: string;
};

const warmUpLeads = 800;
const batchesAlone = 3;

type Opened = Recording & { db: Db; next: number; shared: ReturnType<typeof sharedOf> };

/** What the worker does between reading a batch of leads and writing to the CRM: decide, plan, record. */
export async function run({ leads, rounds }: RecordOptions): Promise<RecordResult> {
  const server = await findServer();
  if (server === null) throw new Error("This bench needs a PostgreSQL: name one in TEST_DATABASE_URL.");
  const dir = await mkdtemp(join(tmpdir(), "baton-bench-"));
  const databases: Db[] = [];
  try {
    const pglite = await openFresh({ dataDir: join(dir, "data") }, databases);
    const postgres = await openFresh({ url: server.url }, databases);
    const opened: Record<Name, Opened> = {
      pglite20: await open(pglite, reps.pglite20),
      pglite200: await open(pglite, reps.pglite200),
      postgres20: await open(postgres, reps.postgres20),
      postgres200: await open(postgres, reps.postgres200),
    };
    for (const side of Object.values(opened)) await measure(side, Math.min(leads, warmUpLeads));
    const results = await alternate(rounds, {
      pglite20: () => measure(opened.pglite20, leads),
      pglite200: () => measure(opened.pglite200, leads),
      postgres20: () => measure(opened.postgres20, leads),
      postgres200: () => measure(opened.postgres200, leads),
    });
    return await summary(opened, results, { leads, rounds, database: server.name });
  } finally {
    for (const db of databases) await db.close();
    await server.drop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function openFresh(options: Parameters<typeof openDatabase>[0], opened: Db[]): Promise<Db> {
  const db = await openDatabase(options);
  opened.push(db);
  await migrate(db);
  await ensurePartitions(db, new Date());
  return db;
}

async function open(db: Db, count: number): Promise<Opened> {
  const now = new Date();
  const policy = parsePolicy(aroundTheClock(await readStartingPolicy(null)));
  const shared = sharedOf(policy, repsOf(count, now), now);
  return { ...(await openRecording(db, `reps-${count}`, shared)), db, next: 0, shared };
}

type Figures = { decisionsPerS: number; msPer100: number };

/** All batches as they come in a burst, and then a few one by one. */
async function measure(side: Opened, leads: number): Promise<Figures> {
  const now = new Date(side.shared.now);
  const factsOf = createFacts({ policy: side.shared.policy, now });
  const count = leads + batchesAlone * leadsPerBatch;
  const facts = Array.from({ length: count }, (_, index) => factsOf(side.next + index));
  side.next += count;
  const batches = await side.prepare(facts);
  const alone = batches.splice(-batchesAlone);
  const startedAt = performance.now();
  await Promise.all(batches.map(side.record));
  const seconds = (performance.now() - startedAt) / 1000;
  const aloneMs: number[] = [];
  for (const batch of alone) {
    const begunAt = performance.now();
    await side.record(batch);
    aloneMs.push(performance.now() - begunAt);
  }
  return { decisionsPerS: Math.round(leads / seconds), msPer100: rounded(percentile(aloneMs, 0.5), 1) };
}

async function summary(
  opened: Record<Name, Opened>,
  results: readonly Record<Name, Figures>[],
  about: { leads: number; rounds: number; database: string },
): Promise<RecordResult> {
  const sides = {} as Record<Name, Side>;
  const rows = {} as Record<Name, Rows>;
  for (const name of Object.keys(opened) as Name[]) {
    const over = (figure: keyof Figures) => spreadOf(results.map((round) => round[name][figure]));
    const sizes = await sizesOf(opened[name]);
    sides[name] = { decisionsPerS: over("decisionsPerS"), msPer100: over("msPer100"), ...sizes };
    rows[name] = await rowsOf(opened[name]);
    if (rows[name].decisions !== opened[name].next)
      throw new Error(`${opened[name].next} leads were recorded and ${rows[name].decisions} decisions are stored.`);
  }
  const perS = (name: Name) => sides[name].decisionsPerS.median;
  const result = {
    bench: "record" as const,
    sides,
    rows,
    ratioBytes: rounded(sides.postgres200.bytes / sides.postgres20.bytes, 3),
    ratioReps: {
      pglite: rounded(perS("pglite200") / perS("pglite20"), 2),
      postgres: rounded(perS("postgres200") / perS("postgres20"), 2),
    },
    ...about,
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString(),
  };
  return { ...result, missed: missedGoals(goalsOf(result)) };
}

/**
 * Of a decision with its facts and what it moved in its ledger, as text: the mean and the largest. `sharedBytes`: what
 * is stored once a batch or once per content (state, tables, who was away, roster), over all decisions.
 */
async function sizesOf({ db, workspaceId, next }: Opened): Promise<Pick<Side, "bytes" | "mostBytes" | "sharedBytes">> {
  const { rows } = await sql<{ bytes: number; mostBytes: number }>`
    with picks as (
      select b.id, (p->>'at')::int as position, octet_length(p::text) as bytes
      from batches b, json_array_elements(b.ledger_moves->'picks') as p where b.workspace_id = ${workspaceId}
    ), sizes as (
      select octet_length(d.decision::text) + octet_length(d.facts::text) + coalesce(p.bytes, 0) as bytes
      from decisions d left join picks p on p.id = d.batch_id and p.position = d.position
      where d.workspace_id = ${workspaceId}
    )
    select avg(bytes)::int as bytes, max(bytes) as most_bytes from sizes
  `.execute(db.query);
  const shared = await sql<{ bytes: number }>`
    select (select sum(octet_length(body)) from shared_facts where workspace_id = ${workspaceId})
      + (select sum(octet_length(state_before::text) + octet_length(ledger_moves->>'entries')
        + octet_length(ledger_moves->>'tables')) from batches where workspace_id = ${workspaceId}) as bytes
  `.execute(db.query);
  const [{ bytes, mostBytes } = { bytes: 0, mostBytes: 0 }] = rows;
  return { bytes, mostBytes, sharedBytes: Math.round((shared.rows[0]?.bytes ?? 0) / next) };
}

async function rowsOf({ db, workspaceId }: Opened): Promise<Rows> {
  const count = async (table: "decisions" | "operations" | "timers" | "follow_ups"): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.ref(table)} where workspace_id = ${workspaceId}
    `.execute(db.query);
    return rows[0]?.count ?? 0;
  };
  return {
    decisions: await count("decisions"),
    operations: await count("operations"),
    timers: await count("timers"),
    followUps: await count("follow_ups"),
  };
}

type Judged = Pick<RecordResult, "sides" | "ratioBytes">;

const goalsOf = ({ sides, ratioBytes }: Judged): Goal[] => [
  { name: "decisions/s on PGlite, 20 reps", value: sides.pglite20.decisionsPerS.median, atLeast: 1_700 },
  { name: "decisions/s on PGlite, 200 reps", value: sides.pglite200.decisionsPerS.median, atLeast: 1_700 },
  { name: "decisions/s on PostgreSQL, 20 reps", value: sides.postgres20.decisionsPerS.median, atLeast: 4_000 },
  { name: "decisions/s on PostgreSQL, 200 reps", value: sides.postgres200.decisionsPerS.median, atLeast: 4_000 },
  {
    name: "largest decision with its facts, bytes",
    value: Math.max(...Object.values(sides).map(({ mostBytes }) => mostBytes)),
    atMost: 4_096,
  },
  { name: "bytes with 200 reps ÷ with 20 (ratioBytes)", value: ratioBytes, atMost: 1.01 },
];

export function describe(result: RecordResult): string {
  const { sides, rows, ratioReps, leads, rounds, database, cores } = result;
  const line = (name: string, side: Side) =>
    [
      name.padEnd(28),
      spreadText(side.decisionsPerS).padEnd(24),
      spreadText(side.msPer100).padEnd(22),
      `${side.bytes} (${side.mostBytes}) + ${side.sharedBytes}`,
    ].join("");
  const { decisions, operations, timers } = rows.postgres20;
  return [
    `${leads} leads a side and round as in a burst, then ${batchesAlone} batches of 100 alone; ${rounds} rounds there and back: median (least–most).`,
    `One workspace at a time; the process that decides, and ${database}, share ${cores} cores. PGlite runs in that process.`,
    `A decision comes with ${rounded(operations / decisions, 1)} operations, ${rounded(timers / decisions, 1)} timers, its follow-up, its lead's head and the end of its event.`,
    "",
    `${"".padEnd(28)}${"decisions/s".padEnd(24)}${"ms per 100".padEnd(22)}bytes, mean (most) + shared`,
    line("PGlite, 20 reps", sides.pglite20),
    line("PGlite, 200 reps", sides.pglite200),
    line(`${database}, 20 reps`, sides.postgres20),
    line(`${database}, 200 reps`, sides.postgres200),
    "",
    `ratios: 200 reps ÷ 20 reps ${ratioReps.pglite} on PGlite, ${ratioReps.postgres} on PostgreSQL`,
    ...goalsOf(result).map(goalLine),
  ].join("\n");
}
