import { randomUUID } from "node:crypto";
import type { Config } from "./config.ts";
import { type Base, type BaseOptions, createDeps, openBase } from "./create-deps.ts";
import type { Deps, Progress } from "./deps.ts";
import type { ProcessMemory } from "./jobs/give-back-memory.ts";
import { createHousekeeping, type Housekeeping } from "./jobs/housekeeping.ts";
import { createWorker, type Worker } from "./jobs/worker.ts";
import { inboxChannel } from "./pipeline/receive.ts";
import { requireKeys } from "./pipeline/require-keys.ts";
import { readStartingPolicy } from "./pipeline/starting-policy.ts";
import { workspaceStarter } from "./pipeline/workspace-starter.ts";
import { Refused } from "./refused.ts";
import { claimableWorkspaces, databaseTime, endLeases } from "./store/leases.ts";
import { isOfThisMachine } from "./variables.ts";
import { readVersion } from "./version.ts";
import type { Health } from "./web/handlers/health.ts";
import type { About } from "./web/handlers/operator.ts";
import type { Watchword } from "./web/handlers/operators-only.ts";
import { openWeb, type Web } from "./web/open-web.ts";

export type Role = "web" | "worker" | "all";

export type AppOptions = BaseOptions & {
  /** Default: all. A worker answers health and metrics only. */
  role?: Role;
  onProgress?: (progress: Progress) => void;
  /** By whose time leases run; default: the app's clock. Processes that share a database must not trust their own ones. */
  leasesBy?: "clock" | "database";
  /** The policy that new workspaces begin with; default: the file that the configuration names. */
  policyText?: string;
  /** Of this process, when it is all the app's; default: it is left as it is. */
  memory?: ProcessMemory;
};

export type App = {
  deps: Deps;
  metrics: Deps["metrics"];
  /** Where this machine reaches it, known before the start; no trailing slash. */
  url: string;
  /** What the embedded database should not carry any longer, each with what to do. */
  warnings(): readonly string[];
  /** Throws Refused when a key is missing that stored tokens need. */
  start(): Promise<void>;
  /** Drains, answers what was asked, closes the database. Safe to call twice, and after a start that failed. */
  stop(): Promise<void>;
};

/** Opens the database and the port, and ties the parts together; nothing runs before `start`. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, role = "all" } = options;
  const dataDir = "dataDir" in config.database ? config.database.dataDir : null;
  if (dataDir !== null && role !== "all") {
    throw new Refused("One process alone can use the embedded database: leave out --role, or set DATABASE_URL.");
  }
  const policyText = options.policyText ?? (await readStartingPolicy(config.policyPath));
  const base = await openBase(options);
  const web = await bindOrClose(base, { config, dataDir });
  const publicUrl = config.publicUrl ?? web.url;
  const deps = await createDeps(base, { config, publicUrl, onProgress: options.onProgress ?? (() => undefined) });
  const memory = options.memory ?? null;
  const housekeeping = createHousekeeping(deps, { memory, memoryBytes: () => process.memoryUsage.rss() });
  const leaseTime = async () => (options.leasesBy === "database" ? databaseTime(deps.db.query) : deps.now());
  const worker = role === "web" ? null : workerOf(deps, config, leaseTime);
  const operators = { token: config.operatorToken, isPublic: !isOfThisMachine(publicUrl) };
  return tieTogether({ deps, role, web, housekeeping, worker, policyText, operators, leaseTime });
}

async function bindOrClose(base: Base, { config, dataDir }: { config: Config; dataDir: string | null }): Promise<Web> {
  try {
    return await openWeb({ ...base, host: config.host, port: config.port, dataDir });
  } catch (error) {
    await base.db.close();
    throw error;
  }
}

function workerOf(deps: Deps, config: Config, leaseTime: () => Promise<Date>): Worker {
  return createWorker({
    ...deps,
    leaseTime,
    holder: randomUUID(),
    leaseMs: config.intervals.leaseMs,
    shutdownMs: config.shutdownMs,
    channel: inboxChannel,
    chance: Math.random,
    start: workspaceStarter(deps),
  });
}

type Parts = {
  deps: Deps;
  role: Role;
  web: Web;
  housekeeping: Housekeeping;
  worker: Worker | null;
  policyText: string;
  operators: Watchword;
  leaseTime: () => Promise<Date>;
};

function tieTogether(parts: Parts): App {
  const { deps, role, web, housekeeping, worker, policyText, operators, leaseTime } = parts;
  let stopping: Promise<void> | null = null;
  let isStarted = false;
  const health: Health = {
    role,
    isDraining: () => stopping !== null,
    database: () => databaseState(deps, housekeeping, leaseTime),
    leases: () => worker?.held() ?? null,
    embeddedLimits: housekeeping.warnings,
  };
  const bornAt = deps.monotonic();
  const about: About = {
    version: readVersion(),
    upMs: () => deps.monotonic() - bornAt,
    history: housekeeping.history,
  };

  async function stop(): Promise<void> {
    await worker?.stop();
    await housekeeping.stop();
    await web.stop();
    await deps.accountIndex.close();
    await deps.db.close();
    // Why it did not start is told by whoever asked for the start; "stopped" would hide it.
    if (isStarted) deps.log.info({ role }, "stopped");
  }

  return {
    deps,
    metrics: deps.metrics,
    url: web.url,
    warnings: housekeeping.warnings,
    async start() {
      await housekeeping.prepare();
      await requireKeys(deps);
      housekeeping.start();
      await web.serve({ deps, health, about, policyText: role === "worker" ? null : policyText, operators });
      // Its directory has one process at a time: who held a lease is gone, and need not be waited for.
      if (deps.db.kind === "pglite") await endLeases(deps.db.query);
      await worker?.start();
      isStarted = true;
      deps.log.info({ role, kind: deps.db.kind }, "started");
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

const whatToDo = {
  postgres: "check that it is up, that its disk has room and that DATABASE_URL leads to it",
  pglite: "look in the log why, make room if its disk is full, and start Baton again",
} as const;

async function databaseState(
  { db, log }: Deps,
  housekeeping: Housekeeping,
  leaseTime: () => Promise<Date>,
): ReturnType<Health["database"]> {
  if (!housekeeping.isCurrent())
    return { problem: "starting: the database is being brought up to date", unleased: null };
  try {
    const unleased = await claimableWorkspaces(db.query, (await leaseTime()).toISOString());
    return { problem: null, unleased: unleased.length };
  } catch (error) {
    log.error({ error }, "the database does not answer");
    return { problem: `the database does not answer: ${whatToDo[db.kind]}`, unleased: null };
  }
}
