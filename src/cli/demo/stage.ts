import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type App, createApp } from "../../app.ts";
import { type Config, readConfig } from "../../config.ts";
import type { Progress } from "../../deps.ts";
import { createLog } from "../../log.ts";
import { Refused } from "../../refused.ts";
import type { Cli } from "../cli.ts";
import { createDemoClock, type DemoClock } from "./clock.ts";
import type { Chosen, Place } from "./places.ts";
import { administrator } from "./reps.ts";

/** Everything that runs: the clock, the local CRMs, and Baton beside them. */
export type Stage = {
  clock: DemoClock;
  places: readonly [Place, ...Place[]];
  app: App;
  /** Absolute. */
  dataDir: string;
  close(): Promise<void>;
};

export type StageOptions = {
  crms: readonly [Chosen, ...Chosen[]];
  seed: number;
  port: number;
  /** Null: a folder that is gone at the end. */
  dataDir: string | null;
  policyText: string;
  onProgress: (progress: Progress) => void;
};

export async function openStage(cli: Cli, options: StageOptions): Promise<Stage> {
  const data = await openData(options.dataDir);
  const clock = createDemoClock({ monotonic: cli.clock.monotonic });
  const places: Place[] = [];
  const leave = async () => {
    await Promise.all(places.map(({ crm }) => crm.stop()));
    clock.stop();
    await data.remove();
  };
  try {
    const start = async ({ name, title, kit }: Chosen): Promise<Place> => {
      const crm = await kit.start({ clock: clock.sandbox, seed: options.seed, installer: administrator });
      const place = { name, title, crm };
      places.push(place);
      return place;
    };
    const [first, ...others] = options.crms;
    const all = [await start(first)] as [Place, ...Place[]];
    for (const other of others) all.push(await start(other));
    const app = await createApp({
      config: configOf(options, { dataDir: data.dir, places }),
      clock: clock.app,
      log: createLog({ level: "error", pretty: cli.isTerminal, write: (line) => cli.complain(line.trimEnd()) }),
      onProgress: options.onProgress,
      policyText: options.policyText,
    });
    for (const { crm } of places) crm.meet(app.url);
    const close = async () => {
      clock.setSpeed(1);
      await app.stop();
      await leave();
    };
    return { clock, places: all, app, dataDir: resolve(data.dir), close };
  } catch (error) {
    await leave();
    throw error;
  }
}

type Data = { dir: string; remove(): Promise<void> };

async function openData(dataDir: string | null): Promise<Data> {
  if (dataDir === null) {
    const dir = await mkdtemp(join(tmpdir(), "baton-demo-"));
    return { dir: join(dir, "data"), remove: () => rm(dir, { recursive: true, force: true }) };
  }
  await mkdir(dataDir, { recursive: true });
  // The sandbox begins anew each time: decisions of another demo would be about the same ids.
  if ((await readdir(dataDir)).length > 0) throw new Refused(`${dataDir} is not empty: name a new folder for --data.`);
  return { dir: dataDir, remove: () => Promise.resolve() };
}

/** As the environment would say it, and what only a demo wants. */
function configOf({ port }: StageOptions, { dataDir, places }: { dataDir: string; places: readonly Place[] }): Config {
  const config = readConfig({
    BATON_DATA_DIR: dataDir,
    BATON_ENCRYPTION_KEYS: `demo:${randomBytes(32).toString("base64")}`,
    BATON_ACCOUNT_INDEX_MB: "256",
    BATON_SHUTDOWN_SECONDS: "10",
    LOG_LEVEL: "error",
    PORT: String(port),
    ...Object.fromEntries(places.flatMap(({ crm }) => Object.entries(crm.variables))),
  });
  return {
    ...config,
    accountIndexDir: null,
    // The lease outlives the hours that fly by; the rest as often as in life would crowd out the leads.
    intervals: {
      leaseMs: 48 * 3_600_000,
      timerPollMs: 1_000,
      taskSweepMs: 15 * 60_000,
      repairMs: 2 * 60_000,
      reconcileMs: 60 * 60_000,
      repSyncMs: 60 * 60_000,
    },
  };
}
