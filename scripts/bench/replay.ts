import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { createRerun } from "../../src/engine/rerun.ts";
import type { Shared } from "../../src/engine/snapshot.ts";
import { readStartingPolicy } from "../../src/pipeline/starting-policy.ts";
import { type Db, openDatabase } from "../../src/store/db.ts";
import { migrate } from "../../src/store/migrate.ts";
import { ensurePartitions } from "../../src/store/partitions.ts";
import { replayBatches } from "../../src/store/replay-batches.ts";
import { aroundTheClock } from "../around-the-clock.ts";
import { findServer } from "./baton.ts";
import { fillDecisions } from "./fill-decisions.ts";
import { rounded } from "./measure.ts";
import { createFacts, repsOf, sharedOf } from "./record-world.ts";
import { type Goal, goalLine, missedGoals } from "./rounds.ts";

export type ReplayOptions = { decisions: number };

/** One database: seconds, and the most memory above that of the start. `changed`: decisions that came out otherwise. */
type Side = { fillS: number; decideS: number; totalS: number; rssMb: number; decisions: number; changed: number };

export type ReplayResult = {
  bench: "replay";
  sides: { postgres: Side; pglite: Side };
  missed: string[];
  decisions: number;
  database: string;
  node: string;
  cores: number;
  date: string;
};

const reps = 20;
const workspaceId = "bench";

/** Stored decisions are read and decided again, one batch after the other, on both databases. */
export async function run({ decisions }: ReplayOptions): Promise<ReplayResult> {
  const server = await findServer();
  if (server === null) throw new Error("This bench needs a PostgreSQL: name one in TEST_DATABASE_URL.");
  const dir = await mkdtemp(join(tmpdir(), "baton-bench-"));
  try {
    const postgres = await measure({ url: server.url }, decisions);
    const pglite = await measure({ dataDir: join(dir, "data") }, decisions);
    const sides = { postgres, pglite };
    return {
      bench: "replay",
      sides,
      missed: missedGoals(goalsOf(sides, decisions)),
      decisions,
      database: server.name,
      node: process.versions.node,
      cores: availableParallelism(),
      date: new Date().toISOString(),
    };
  } finally {
    await server.drop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measure(options: Parameters<typeof openDatabase>[0], decisions: number): Promise<Side> {
  const db = await openDatabase(options);
  try {
    await migrate(db);
    await ensurePartitions(db, new Date());
    const now = new Date();
    const policy = parsePolicy(aroundTheClock(await readStartingPolicy(null)));
    const shared = sharedOf(policy, repsOf(reps, now), now);
    const startedAt = performance.now();
    await fillDecisions(db.query, { workspaceId, shared, factsOf: createFacts({ policy, now }), decisions });
    const fillS = secondsSince(startedAt);
    return { fillS, ...(await replay(db, shared)) };
  } finally {
    await db.close();
  }
}

async function replay(db: Db, shared: Shared): Promise<Omit<Side, "fillS">> {
  const rssBefore = process.memoryUsage.rss();
  const startedAt = performance.now();
  const rerun = createRerun();
  const sum = { decideMs: 0, decisions: 0, changed: 0, rss: rssBefore };
  for await (const batch of replayBatches(db.query, { workspaceId, since: new Date(0).toISOString() })) {
    const leads = batch.decisions.map((row, at) => ({
      ...row,
      tier: row.decision.tier,
      outcome: row.decision.outcome,
      pick: batch.picks[at] ?? null,
    }));
    const from = performance.now();
    const { made } = rerun({ ...shared, now: batch.decidedAt }, { state: batch.stateBefore, leads });
    sum.decideMs += performance.now() - from;
    sum.decisions += made.length;
    for (const [at, each] of made.entries()) {
      const stored = JSON.stringify(leads[at]?.outcome);
      if (each.kind !== "decided" || JSON.stringify(each.decision.outcome) !== stored) sum.changed += 1;
    }
    sum.rss = Math.max(sum.rss, process.memoryUsage.rss());
  }
  return {
    decideS: rounded(sum.decideMs / 1_000, 1),
    totalS: secondsSince(startedAt),
    rssMb: Math.round((sum.rss - rssBefore) / 1_048_576),
    decisions: sum.decisions,
    changed: sum.changed,
  };
}

const secondsSince = (startedAt: number): number => rounded((performance.now() - startedAt) / 1_000, 1);

/** As asked of 500,000 decisions; a smaller run has to be as much faster. */
function goalsOf(sides: ReplayResult["sides"], decisions: number): Goal[] {
  const share = decisions / 500_000;
  return Object.entries(sides).flatMap(([name, side]) => [
    { name: `${name}: seconds to decide them again`, value: side.decideS, atMost: rounded(10 * share, 1) },
    { name: `${name}: seconds with reading them`, value: side.totalS, atMost: rounded(30 * share, 1) },
    { name: `${name}: MB above the start`, value: side.rssMb, atMost: 400 },
    { name: `${name}: decisions that came out otherwise`, value: side.changed, atMost: 0 },
  ]);
}

export function describe({ sides, decisions, database, cores }: ReplayResult): string {
  const line = (name: string, { fillS, decideS, totalS, rssMb }: Side): string =>
    `${name.padEnd(20)}${[fillS, totalS, decideS, rssMb].map((value) => String(value).padStart(10)).join("")}`;
  return [
    `${decisions} stored decisions of ${reps} reps, read and decided again in their order by one process on ${cores} cores.`,
    "",
    `${"".padEnd(20)}${["fill s", "replay s", "decide s", "MB more"].map((head) => head.padStart(10)).join("")}`,
    line(database, sides.postgres),
    line("PGlite", sides.pglite),
    "",
    ...goalsOf(sides, decisions).map(goalLine),
  ].join("\n");
}
