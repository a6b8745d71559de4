import {
  type BatonProcess,
  batonEnv,
  createBatonProcess,
  freePort,
  hubspotVariables,
} from "../../scripts/baton-process.ts";
import { addPortals, installEverywhere } from "../../scripts/chaos/hubspot/portals.ts";
import { leaseSeconds } from "../../scripts/chaos/member.ts";
import { writePolicyFile } from "../../scripts/chaos/policy-file.ts";
import { openRealDatabase, type RealDatabase } from "../../scripts/chaos/real-database.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";

/** Real processes, each started again whenever it dies, three portals and a sandbox that stays. */
export type PoisonWorld = {
  portals: readonly Portal[];
  database: RealDatabase;
  /** How each process died that died so far. */
  deaths(): readonly string[];
  /** Sums this gauge or counter over the processes that answer. */
  metric(line: RegExp): Promise<number>;
  /** Stops all processes in order. */
  halt(): Promise<void>;
  /** Runs them from another checkout. */
  goOn(code: string): Promise<void>;
  stop(): Promise<void>;
};

/** `server`: null for the embedded database and one process; else one web process and two workers. */
export type PoisonOptions = { server: string | null; code: string; nodeOptions: string };

export async function startPoisonWorld({ server, code, nodeOptions }: PoisonOptions): Promise<PoisonWorld> {
  const hubspot = await startHubspot({ seed: 15, latency: { readMs: [20, 60], writeMs: [20, 60] } });
  const portals = addPortals(hubspot);
  const policy = await writePolicyFile();
  const database = await openRealDatabase(server);
  const ports = await Promise.all((server === null ? ["baton"] : ["web", "worker-1", "worker-2"]).map(freePort));
  const url = `http://127.0.0.1:${ports[0]}`;
  const settings = { crms: hubspotVariables(hubspot.url), publicUrl: url, policyPath: policy.path, leaseSeconds };
  const stored = database.url === null ? { dataDir: database.dataDir ?? "" } : { url: database.url.href };
  const env = { ...batonEnv({ ...settings, database: stored }), NODE_OPTIONS: nodeOptions };
  const processesOf = (from: string) =>
    ports.map((port, at) =>
      createBatonProcess({ name: `process ${at}`, args: argsOf(server, at), env, port, code: from }),
    );

  const deaths: string[] = [];
  let keepers = await keepAll(processesOf(code), deaths);
  await installEverywhere(hubspot, portals, url);
  // Web processes that die again and again are waited for.
  hubspot.webhooks.settings.retryDelaysMs = Array.from({ length: 200 }, () => 1_500);
  const halt = async () => void (await Promise.all(keepers.map((keeper) => keeper.stop())));

  return {
    portals,
    database,
    deaths: () => deaths,
    metric: async (line) => (await Promise.all(ports.map((port) => readMetric(port, line)))).reduce((a, b) => a + b, 0),
    halt,
    async goOn(from) {
      keepers = await keepAll(processesOf(from), deaths);
    },
    async stop() {
      // One that loops hears nothing, and would burn a processor for ever.
      const tooLong = setTimeout(() => void keepers.map((keeper) => keeper.kill()), 10_000);
      await halt();
      clearTimeout(tooLong);
      await hubspot.stop();
      await database.drop();
      await policy.remove();
    },
  };
}

const argsOf = (server: string | null, at: number) => (server === null ? [] : ["--role", at === 0 ? "web" : "worker"]);

type Keeper = { stop(): Promise<void>; kill(): void };

async function keepAll(processes: readonly BatonProcess[], deaths: string[]): Promise<Keeper[]> {
  const keepers: Keeper[] = [];
  // One after the other, so that the first brings the schema up to date.
  for (const process of processes) keepers.push(await keepUp(process, deaths));
  return keepers;
}

/** What systemd or Docker does: whoever dies is started again at once. */
async function keepUp(process: BatonProcess, deaths: string[]): Promise<Keeper> {
  let isStopping = false;
  await process.start();
  const kept = (async () => {
    for (;;) {
      const how = await process.gone();
      if (isStopping) return;
      deaths.push(`${process.name} ended ${how}`);
      await process.start();
    }
  })();
  // Told by whoever stops it.
  kept.catch(() => undefined);
  return {
    async stop() {
      isStopping = true;
      await process.stop();
      await kept;
    },
    kill: () => process.kill(),
  };
}

async function readMetric(port: number, line: RegExp): Promise<number> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => "",
  );
  const found = text.split("\n").filter((each) => line.test(each));
  return found.reduce((sum, each) => sum + Number(each.split(" ").at(-1)), 0);
}

const workflow = { source: { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" }, version: "2026-09" as const };
let made = 0;

/** A contact turns MQL; gives its id. */
export function qualify(portal: Portal, firstName: string): string {
  made += 1;
  const properties = { email: `lead-${made}@firm-${made}.example`, firstname: firstName, country: "Germany" };
  const { id } = createRecord(portal, "0-1", properties, workflow);
  updateRecord(portal, "0-1", id, { lifecyclestage: "marketingqualifiedlead" }, workflow);
  return id;
}

/** It has its owner and one open task. */
export function isRouted(portal: Portal, contactId: string): boolean {
  const property = (type: string, id: string, name: string) => portal.records.get(type)?.get(id)?.properties.get(name);
  const tasks = [...(portal.associations.get(`0-1:${contactId}:0-27`)?.keys() ?? [])];
  const open = tasks.filter((id) => property("0-27", id, "hs_task_status") === "NOT_STARTED");
  return property("0-1", contactId, "hubspot_owner_id") !== undefined && open.length === 1;
}
