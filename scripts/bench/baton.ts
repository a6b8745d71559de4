import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/app.ts";
import { installApp } from "../../src/cli/demo/install.ts";
import { createLog } from "../../src/log.ts";
import { readStartingPolicy } from "../../src/pipeline/starting-policy.ts";
import { aroundTheClock } from "../around-the-clock.ts";
import type { Writing } from "./crm-bench.ts";
import { crmBenches } from "./crm-benches.ts";
import type { SandboxProcess } from "./sandbox-process.ts";
import { openServerDatabase, type ServerDatabase } from "./server-database.ts";

/** Baton in this process, installed in a sandbox, with everything read that it reads at first. */
export type Baton = {
  /** Which database it runs on, in words. */
  database: string;
  stop(): Promise<void>;
};

export async function startBaton(sandbox: SandboxProcess, writing: Writing): Promise<Baton> {
  const bench = crmBenches[sandbox.crm];
  const data = await openData();
  const app = await createApp({
    config: {
      database: data.config,
      logLevel: "error",
      encryptionKeys: [{ id: "bench", key: randomBytes(32) }],
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      crms: bench.settings(sandbox.at, writing),
      inboxHighWater: 100_000,
      accountIndexMb: 256,
      matchWeights: null,
      accountIndexDir: null,
      policyPath: null,
      operatorToken: null,
      shutdownMs: 20_000,
      intervals: {
        leaseMs: 30_000,
        timerPollMs: 1_000,
        taskSweepMs: 15 * 60_000,
        repairMs: 2 * 60_000,
        reconcileMs: 10 * 60_000,
        repSyncMs: 5 * 60_000,
      },
    },
    clock: {
      now: () => new Date(),
      monotonic: () => performance.now(),
      setTimer(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    log: createLog({ level: "error", pretty: false, write: (line) => process.stderr.write(line) }),
    policyText: bench.policy(aroundTheClock(await readStartingPolicy(null))),
  });
  await app.start();
  if (bench.webhooks !== null) await sandbox.target(`${app.url}${bench.webhooks}`);
  await installApp(`${app.url}/${sandbox.crm}/install`, (page) => bench.allow(page, sandbox.at));
  await until("the account is read", { everyMs: 20, timeoutMs: 60_000 }, () => sandbox.isSynced());
  return {
    database: data.name,
    async stop() {
      await app.stop();
      await data.remove();
    },
  };
}

type Data = { config: { url: string } | { dataDir: string }; name: string; remove(): Promise<void> };

async function openData(): Promise<Data> {
  const database = await findServer();
  if (database !== null) {
    return { config: { url: database.url }, name: database.name, remove: database.drop };
  }
  const dir = await mkdtemp(join(tmpdir(), "baton-bench-"));
  const remove = () => rm(dir, { recursive: true, force: true });
  return { config: { dataDir: join(dir, "data") }, name: "PGlite", remove };
}

/** The server that is named, else one on this machine; null: the embedded database. `TEST_DATABASE_URL=` asks for that. */
export async function findServer(): Promise<ServerDatabase | null> {
  const named = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  if (named === "") return null;
  if (named !== undefined) return openServerDatabase(named);
  try {
    return await openServerDatabase("postgres://postgres@127.0.0.1:5432/postgres");
  } catch (error) {
    console.error(`No PostgreSQL on this machine takes the bench, so it runs on PGlite: ${String(error)}`);
    return null;
  }
}

type Patience = { everyMs: number; timeoutMs: number };

/** Looks every so often; throws when it has not happened in time. */
export async function until(
  what: string,
  { everyMs, timeoutMs }: Patience,
  condition: () => Promise<boolean>,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`Not within ${timeoutMs / 1000} s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
