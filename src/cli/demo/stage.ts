import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type App, createApp } from "../../app.ts";
import type { Config } from "../../config.ts";
import type { Progress } from "../../deps.ts";
import { createLog } from "../../log.ts";
import { Refused } from "../../refused.ts";
import type { Portal } from "../../sandbox/hubspot/portal.ts";
import type { HubspotSandbox } from "../../sandbox/hubspot/sandbox.ts";
import { startHubspot } from "../../sandbox/hubspot/server.ts";
import type { Latency } from "../../sandbox/latency.ts";
import type { Cli } from "../cli.ts";
import { createDemoClock, type DemoClock } from "./clock.ts";

/** Everything that runs: the clock, the local HubSpot with its portal, and Baton beside it. */
export type Stage = {
  clock: DemoClock;
  hubspot: HubspotSandbox;
  portal: Portal;
  app: App;
  /** Absolute. */
  dataDir: string;
  close(): Promise<void>;
};

export type StageOptions = {
  seed: number;
  port: number;
  /** Null: a folder that is gone at the end. */
  dataDir: string | null;
  policyText: string;
  onProgress: (progress: Progress) => void;
};

const portalId = 62515;

/** Answers take as long as HubSpot's usually do, on the demo's clock. */
const latency: Latency = { readMs: [80, 160], writeMs: [100, 220] };

export async function openStage(cli: Cli, options: StageOptions): Promise<Stage> {
  const data = await openData(options.dataDir);
  const clock = createDemoClock({ monotonic: cli.clock.monotonic });
  const hubspot = await startHubspot({ clock: clock.sandbox, seed: options.seed, controlPort: 0, latency });
  try {
    const portal = hubspot.addPortal({ id: portalId, name: "Acme Robotics (demo)", timeZone: "Europe/Berlin" });
    const app = await createApp({
      config: configOf({ ...options, dataDir: data.dir, hubspot }),
      clock: clock.app,
      log: createLog({ level: "error", pretty: cli.isTerminal, write: (line) => cli.complain(line.trimEnd()) }),
      onProgress: options.onProgress,
      policyText: options.policyText,
    });
    for (const { webhooks } of hubspot.apps) webhooks.targetUrl = `${app.url}/hubspot/webhooks`;
    const close = () => closeAll({ app, hubspot, clock, data });
    return { clock, hubspot, portal, app, dataDir: resolve(data.dir), close };
  } catch (error) {
    await hubspot.stop();
    clock.stop();
    await data.remove();
    throw error;
  }
}

type Data = { dir: string; remove(): Promise<void> };

async function closeAll({
  app,
  hubspot,
  clock,
  data,
}: Pick<Stage, "app" | "hubspot" | "clock"> & { data: Data }): Promise<void> {
  clock.setSpeed(1);
  await app.stop();
  await hubspot.stop();
  clock.stop();
  await data.remove();
}

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

function configOf(options: StageOptions & { dataDir: string; hubspot: HubspotSandbox }): Config {
  const { hubspot } = options;
  const [app] = hubspot.apps;
  return {
    database: { dataDir: options.dataDir },
    logLevel: "error",
    encryptionKeys: [{ id: "demo", key: randomBytes(32) }],
    host: "127.0.0.1",
    port: options.port,
    publicUrl: null,
    crms: {
      hubspot: {
        clientId: app?.clientId ?? "",
        clientSecrets: [app?.clientSecret ?? ""],
        apiUrl: hubspot.url,
        oauthUrl: hubspot.url,
      },
    },
    inboxHighWater: 100_000,
    accountIndexMb: 256,
    matchWeights: null,
    accountIndexDir: null,
    policyPath: null,
    operatorToken: null,
    shutdownMs: 10_000,
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
