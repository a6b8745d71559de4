import type { Deps } from "../deps.ts";
import { pruneAssignments } from "../store/assignments.ts";
import { embeddedUse } from "../store/embedded-use.ts";
import { migrate } from "../store/migrate.ts";
import { ensurePartitions } from "../store/partitions.ts";
import { pruneGone } from "../store/readings.ts";
import { type Repeating, repeat } from "./repeat.ts";

export type Upkeep = {
  /** Brings the schema up to date; throws what failed. From then on partitions are made before their month begins. */
  start(): Promise<void>;
  stop(): Promise<void>;
  isCurrent(): boolean;
  /** What the embedded database should not carry any longer, each with what to do; empty on PostgreSQL. */
  warnings(): readonly string[];
};

export type UpkeepOptions = Pick<Deps, "db" | "now" | "setTimer" | "log"> & { memoryBytes: () => number };

const everyMs = 3_600_000;

// design.md, "How far the embedded database goes".
const limits = { accounts: 100_000, decisions: 200_000, memoryBytes: 2 * 1024 ** 3 };

/** What a database needs so that it goes on working. */
export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { db, now, setTimer, log } = options;
  let repeating: Repeating | null = null;
  let isCurrent = false;
  let warnings: readonly string[] = [];

  async function run(): Promise<void> {
    await ensurePartitions(db, now());
    await pruneAssignments(db.query, now());
    await pruneGone(db.query, now());
    if (db.kind === "pglite") warnings = await embeddedWarnings(options);
    if (warnings.length > 0)
      log.warn({ count: warnings.length }, "the embedded database is beyond its limits: see /readyz");
  }

  return {
    async start() {
      await migrate(db);
      await run();
      isCurrent = true;
      const onError = (error: unknown) => log.error({ error }, "upkeep of the database failed; tried again in an hour");
      repeating = repeat({ everyMs, setTimer, run, onError, waitFirst: true });
    },
    async stop() {
      await repeating?.stop();
    },
    isCurrent: () => isCurrent,
    warnings: () => warnings,
  };
}

async function embeddedWarnings({ db, memoryBytes }: UpkeepOptions): Promise<string[]> {
  const used = { ...(await embeddedUse(db.query, limits.decisions + 1)), memoryBytes: memoryBytes() };
  const beyond: string[] = [];
  if (used.accounts > limits.accounts) beyond.push("more than 100,000 companies");
  if (used.decisions > limits.decisions) beyond.push("more than 200,000 decisions");
  if (used.memoryBytes > limits.memoryBytes) beyond.push("more than 2 GB of memory in use");
  return beyond.map((what) => `${what}: move to a PostgreSQL server and set DATABASE_URL`);
}
