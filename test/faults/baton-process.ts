import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { aroundTheClock } from "../../scripts/around-the-clock.ts";
import {
  batonEnv,
  checkout,
  createBatonProcess,
  freePort,
  hubspotVariables,
  type RealProcess,
} from "../../scripts/baton-process.ts";
import { checkAlways, checkEnds } from "../../scripts/chaos/check/index.ts";
import type { Evidence } from "../../scripts/chaos/check/violation.ts";
import { readClaim } from "../../scripts/chaos/claim.ts";
import { addPortals } from "../../scripts/chaos/hubspot/portals.ts";
import { qualifyingStage, readTruth } from "../../scripts/chaos/hubspot/truth.ts";
import { installApp } from "../../src/cli/demo/install.ts";
import { allowApp } from "../../src/sandbox/hubspot/allow.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";
import type { Latency } from "../../src/sandbox/latency.ts";
import { type Db, openDatabase } from "../../src/store/db.ts";
import { createSignedSender, type SignedSender } from "./signed-load.ts";
import { pause } from "./until.ts";

/** Baton as processes of its own, installed in the portals of a sandbox that runs in this one. */
export type Rig = {
  hubspot: HubspotSandbox;
  portals: readonly [Portal, ...Portal[]];
  /** By name; the one that takes the webhooks is the first. */
  processes: ReadonlyMap<string, RealProcess>;
  process(name: string): RealProcess;
  sender(firstId?: number): SignedSender;
  /** A contact turns MQL, and its webhook goes out; gives its id. */
  qualify(portal?: Portal): string;
  /** Everyone who qualified has an owner and a task, as far as the CRM shows it. */
  isRouted(): boolean;
  /** Reads the database; on the embedded one no process may have it open meanwhile. */
  read<T>(run: (db: Db) => Promise<T>): Promise<T>;
  /** Contacts of which something is stored. */
  storedIds(): Promise<Set<string>>;
  /** Contact → how many events of it are stored. */
  storedRows(): Promise<Map<string, number>>;
  /** Promises that the CRM's log and our tables show broken, once everything had so long to come to its end. */
  violations(options?: { withinMs: number }): Promise<readonly string[]>;
  /** Sum of a counter over all processes that answer. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
};

export type RigOptions = {
  database: { url: string } | { dataDir: string };
  /** Name → role; one process of all roles when left out. */
  roles?: Readonly<Record<string, "web" | "worker" | "all">>;
  leaseSeconds?: number;
  /** Up to three, each its own workspace. */
  portalCount?: number;
  latency?: Latency;
  env?: (name: string) => Record<string, string>;
};

const workflow = { source: { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" }, version: "2026-09" as const };
const countries = ["Germany", "United Kingdom", "Brazil"];

export async function startRig(options: RigOptions): Promise<Rig> {
  const { database, roles = { baton: "all" }, leaseSeconds = 5, portalCount = 1, latency, env = () => ({}) } = options;
  const hubspot = await startHubspot({ seed: 7, ...(latency ? { latency } : {}) });
  const [first, ...others] = addPortals(hubspot).slice(0, portalCount);
  if (first === undefined) throw new Error("There is no portal.");
  const portals: Rig["portals"] = [first, ...others];
  // A sender that comes back within a test; the order and the number of its tries are HubSpot's.
  hubspot.webhooks.settings.retryDelaysMs = Array.from({ length: 10 }, () => 1_000);
  const folder = await mkdtemp(join(tmpdir(), "baton-faults-"));
  const policyPath = join(folder, "policy.yaml");
  const shipped = await readFile(join(checkout, "src/policies/default.yaml"), "utf8");
  await writeFile(policyPath, aroundTheClock(shipped));

  const processes = new Map<string, RealProcess>();
  const webPort = await freePort();
  const publicUrl = `http://127.0.0.1:${webPort}`;
  const settings = { crms: hubspotVariables(hubspot.url), publicUrl, database, policyPath, leaseSeconds };
  for (const [index, [name, role]] of Object.entries(roles).entries()) {
    const args = role === "all" ? [] : ["--role", role];
    const port = index === 0 ? webPort : await freePort();
    const own = { ...batonEnv(settings), ...env(name) };
    processes.set(name, createBatonProcess({ name, args, env: own, port, code: checkout }));
  }
  const rig = rigOf({ hubspot, portals, processes, database, folder, publicUrl });
  try {
    for (const process of processes.values()) await process.start();
    for (const app of hubspot.apps) app.webhooks.targetUrl = `${publicUrl}/hubspot/webhooks`;
    for (const { id } of portals)
      await installApp(`${publicUrl}/hubspot/install`, (page) => allowApp(page, { portalId: id, userId: 9_100 }));
  } catch (error) {
    await rig.stop();
    throw error;
  }
  return rig;
}

type Parts = Pick<Rig, "hubspot" | "portals" | "processes"> & {
  database: RigOptions["database"];
  folder: string;
  publicUrl: string;
};

function rigOf({ hubspot, portals, processes, database, folder, publicUrl }: Parts): Rig {
  const qualified: { portal: Portal; id: string }[] = [];
  const everyone = [...processes.values()];
  const leasesSeen: Evidence["leasesSeen"][number][] = [];
  const look = () => read((db) => violationsOf(hubspot, portals, { db, leasesSeen }));

  async function read<T>(run: (db: Db) => Promise<T>): Promise<T> {
    const db = await openDatabase(database);
    return run(db).finally(() => db.close());
  }

  return {
    hubspot,
    portals,
    processes,
    process(name) {
      const found = processes.get(name);
      if (found === undefined) throw new Error(`There is no process ${name}.`);
      return found;
    },
    sender: (firstId) =>
      createSignedSender({
        url: publicUrl,
        portalId: portals[0].id,
        secret: "secret",
        ...(firstId === undefined ? {} : { firstId }),
      }),
    qualify(portal = portals[0]) {
      const country = countries[qualified.length % countries.length] ?? "";
      const properties = { email: `lead-${qualified.length}@firm-${qualified.length % 97}.example`, country };
      const { id } = createRecord(portal, "0-1", properties, { ...workflow, trusted: true });
      updateRecord(portal, "0-1", id, { lifecyclestage: qualifyingStage }, workflow);
      qualified.push({ portal, id });
      return id;
    },
    isRouted: () => qualified.every(({ portal, id }) => isRouted(portal, id)),
    read,
    storedIds: async () => new Set((await read(storedRows)).keys()),
    storedRows: () => read(storedRows),
    async violations({ withinMs } = { withinMs: 0 }) {
      let found = await look();
      const giveUpAt = performance.now() + withinMs;
      while (found.length > 0 && performance.now() < giveUpAt) {
        await pause(200);
        found = await look();
      }
      return found;
    },
    async metric(name) {
      const texts = await Promise.all(
        everyone.map(({ url }) =>
          fetch(`${url}/metrics`).then(
            (answer) => answer.text(),
            () => "",
          ),
        ),
      );
      const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line.startsWith(name));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
    },
    async stop() {
      for (const one of everyone) {
        if (!one.isAlive()) continue;
        one.goOn();
        one.kill();
        await one.gone();
      }
      await hubspot.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function storedRows(db: Db): Promise<Map<string, number>> {
  const { rows } = await sql<{ subjectId: string; stored: number }>`
    select subject_id, count(*) as stored from inbox group by subject_id
  `.execute(db.query);
  return new Map(rows.map(({ subjectId, stored }) => [subjectId, stored]));
}

function isRouted(portal: Portal, contactId: string): boolean {
  const owner = portal.records.get("0-1")?.get(contactId)?.properties.get("hubspot_owner_id");
  return owner !== undefined && (portal.associations.get(`0-1:${contactId}:0-27`)?.size ?? 0) > 0;
}

async function violationsOf(
  hubspot: HubspotSandbox,
  portals: readonly Portal[],
  { db, leasesSeen }: { db: Db; leasesSeen: Evidence["leasesSeen"][number][] },
): Promise<string[]> {
  const before = readTruth(hubspot, portals);
  const claim = await readClaim(db, new Set());
  const after = readTruth(hubspot, portals);
  // What a test itself posted is in no log of the CRM, and its contacts exist nowhere.
  const sent = new Set(before.events.map(({ accountId, objectId }) => `${accountId} ${objectId}`));
  const inbox = claim.inbox.filter(({ accountId, subjectId }) => sent.has(`${accountId} ${subjectId}`));
  const evidence = { before, claim: { ...claim, inbox }, after, leasesSeen, deaths: [] };
  const found = [...checkAlways(evidence), ...checkEnds(evidence)];
  leasesSeen.push(...claim.leases);
  return found.map(({ promise, what, lead }) => `${promise} ${lead?.leadId}: ${what}`);
}
