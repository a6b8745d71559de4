import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installApp } from "../../src/cli/demo/install.ts";
import { allowApp } from "../../src/sandbox/hubspot/allow.ts";
import { aroundTheClock } from "../around-the-clock.ts";
import {
  batonEnv,
  checkout,
  createBatonProcess,
  freePort,
  hubspotVariables,
  type RealProcess,
} from "../baton-process.ts";
import { openRealDatabase, type RealDatabase } from "../chaos/real-database.ts";
import { until } from "./baton.ts";
import { openServerDatabase } from "./server-database.ts";
import { type Crm, portalIdOf } from "./workers-crm.ts";

/** The secret that the sandbox's app signs with. */
export const clientSecret = "secret";

export type BatonsOptions = {
  crm: Crm;
  /** Null: the embedded database, which one process alone can have. */
  server: string | null;
  portals: number;
  /** Null: one process that does all. */
  workers: number | null;
  leaseSeconds: number;
};

/** Real processes of Baton, installed in each portal, with everything read that is read at first. */
export type Batons = {
  /** The one that takes webhooks; the only one when it does all. */
  web: RealProcess;
  workers: readonly RealProcess[];
  database: RealDatabase;
  addWorker(): Promise<RealProcess>;
  stop(): Promise<void>;
};

export async function startBatons(options: BatonsOptions): Promise<Batons> {
  const { crm, server, portals } = options;
  const folder = await mkdtemp(join(tmpdir(), "baton-bench-"));
  const policy = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  await writeFile(join(folder, "policy.yaml"), aroundTheClock(policy));
  const database = await openRealDatabase(server);
  const port = await freePort();
  const env = environment(options, {
    url: `http://127.0.0.1:${port}`,
    policyPath: join(folder, "policy.yaml"),
    database,
  });
  const role = options.workers === null ? [] : ["--role", "web"];
  const web = createBatonProcess({ name: "baton", args: role, env, port, code: checkout });
  const workers: RealProcess[] = [];

  async function addWorker(): Promise<RealProcess> {
    const name = `worker-${workers.length + 1}`;
    const args = ["--role", "worker"];
    const worker = createBatonProcess({ name, args, env, port: await freePort(), code: checkout });
    workers.push(worker);
    await worker.start();
    return worker;
  }

  async function stop(): Promise<void> {
    await Promise.all([web, ...workers].filter((one) => one.isAlive()).map((one) => one.stop()));
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await web.start();
    await Promise.all(Array.from({ length: options.workers ?? 0 }, addWorker));
    await crm.target(`${web.url}/hubspot/webhooks`);
    for (let index = 0; index < portals; index += 1)
      await installApp(`${web.url}/hubspot/install`, (page) =>
        allowApp(page, { portalId: portalIdOf(index), userId: 47_000 }),
      );
    const isSynced = async () => (await crm.countSynced()) === portals;
    await until("every portal is read", { everyMs: 200, timeoutMs: 120_000 }, isSynced);
  } catch (error) {
    await stop();
    throw error;
  }
  return { web, workers, database, addWorker, stop };
}

function environment(
  { crm, leaseSeconds }: BatonsOptions,
  { url, policyPath, database }: { url: string; policyPath: string; database: RealDatabase },
): Record<string, string> {
  const stored = database.url === null ? { dataDir: database.dataDir ?? "" } : { url: database.url.href };
  const env = batonEnv({ crms: hubspotVariables(crm.url), publicUrl: url, database: stored, policyPath, leaseSeconds });
  return { ...env, HUBSPOT_CLIENT_SECRET: clientSecret };
}

/** The server that is named, else one on this machine; null: nothing answers there, or `TEST_DATABASE_URL=` asks for PGlite. */
export async function findServer(): Promise<string | null> {
  const named = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  if (named !== undefined) return named === "" ? null : named;
  const usual = "postgres://postgres@127.0.0.1:5432/postgres";
  return openServerDatabase(usual).then(
    async (database) => {
      await database.drop();
      return usual;
    },
    () => null,
  );
}
