import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installApp } from "../../src/cli/demo/install.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";
import type { Db } from "../../src/store/db.ts";
import { redriveAll } from "../../src/store/inbox.ts";
import { aroundTheClock } from "../around-the-clock.ts";
import { type BatonProcess, batonEnv, createBatonProcess, freePort } from "../baton-process.ts";
import { type Claim, readClaim, readWorkspaces } from "./claim.ts";
import { startDatabaseProxy } from "./database-proxy.ts";
import { leaseSeconds, type Member } from "./member.ts";
import { callKind } from "./points.ts";
import { addPortals } from "./portals.ts";
import { openRealDatabase, type RealDatabase } from "./real-database.ts";
import { armStandStill, armStrike, heldBy, type Struck } from "./strikes.ts";
import { type Incident, inFlightOf, type World } from "./world.ts";

export type RealOptions = {
  seed: number;
  /** Null: the embedded database and one process. */
  server: string | null;
  /** The checkout that the processes run from. */
  code: string;
};

/** One web and two worker processes on PostgreSQL, or one process on the embedded database; the sandbox in this one. */
export async function startRealWorld({ seed, server, code }: RealOptions): Promise<World> {
  const hubspot = await startHubspot({ seed, latency: { readMs: [20, 80], writeMs: [20, 80] } });
  const portals = addPortals(hubspot);
  // A sender that comes back within a round or two; the order and the number of its tries are HubSpot's.
  hubspot.webhooks.settings.retryDelaysMs = Array.from({ length: 10 }, () => 1_500);
  const folder = await mkdtemp(join(tmpdir(), "baton-chaos-policy-"));
  const policy = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  await writeFile(join(folder, "policy.yaml"), aroundTheClock(policy));
  const database = await openRealDatabase(server);
  const members = await createMembers({ hubspot, database, folder, code });
  for (const { process } of members.values()) await process.start();
  const web = members.get("web") ?? members.get("baton");
  const url = web?.process.url ?? "";
  for (const app of hubspot.apps) app.webhooks.targetUrl = `${url}/hubspot/webhooks`;
  for (const { id } of portals) await installApp({ appUrl: url, hubspotUrl: hubspot.url, portalId: id, userId: 9_100 });
  return worldOf({ hubspot, portals, database, members, folder });
}

type Setting = { hubspot: HubspotSandbox; database: RealDatabase; folder: string; code: string };

async function createMembers({ hubspot, database, folder, code }: Setting): Promise<Map<string, Member>> {
  const webPort = await freePort();
  const settings = {
    hubspotUrl: hubspot.url,
    publicUrl: `http://127.0.0.1:${webPort}`,
    policyPath: join(folder, "policy.yaml"),
    leaseSeconds,
  };
  const { url, dataDir } = database;
  if (url === null) {
    const env = batonEnv({ ...settings, database: { dataDir: dataDir ?? "" } });
    const process = createBatonProcess({ name: "baton", args: [], env, port: webPort, code });
    return new Map([["baton", { process, proxy: null }]]);
  }
  const members = new Map<string, Member>();
  for (const name of ["web", "worker-1", "worker-2"]) {
    const proxy = await startDatabaseProxy({ host: url.hostname, port: Number(url.port || 5432) });
    const through = new URL(url);
    through.host = `127.0.0.1:${proxy.port}`;
    const role = name === "web" ? "web" : "worker";
    const env = batonEnv({ ...settings, database: { url: through.href } });
    const port = name === "web" ? webPort : await freePort();
    members.set(name, { proxy, process: createBatonProcess({ name, args: ["--role", role], env, port, code }) });
  }
  return members;
}

type Parts = {
  hubspot: HubspotSandbox;
  portals: readonly Portal[];
  database: RealDatabase;
  members: ReadonlyMap<string, Member>;
  folder: string;
};

function worldOf({ hubspot, portals, database, members, folder }: Parts): World {
  const incidents: Incident[] = [];
  const admitted: string[] = [];
  const seen = new Set<string>();
  const everyone = [...members.values()].map(({ process }) => process);
  const isWeb = ({ name }: BatonProcess) => name === "web";
  const workers = everyone.filter((one) => !isWeb(one));
  const memberOf = (name: string): Member => {
    const member = members.get(name);
    if (member === undefined) throw new Error(`There is no process ${name}.`);
    return member;
  };
  const note = ({ name, process }: Struck) =>
    incidents.push({ at: hubspot.clock.now(), name, process, inFlight: inFlightOf(hubspot, callKind) });
  let holders = new Map<number, BatonProcess>();
  const strikes = {
    hubspot,
    database,
    note,
    holderOf: (portalId: number | null) =>
      holders.get(portalId ?? 0) ?? (workers.length === 1 ? workers[0] : undefined),
  };

  return {
    kind: database.kind,
    hubspot,
    portals,
    incidents,
    admitted,
    processes: { workers: workers.map(({ name }) => name), webs: everyone.filter(isWeb).map(({ name }) => name) },
    killAt: (name, point) => armStrike(strikes, memberOf(name), point),
    ...(database.kind === "postgres"
      ? { standStill: (name) => armStandStill(strikes, name) }
      : { startSecond: () => startSecond({ note, admitted, member: memberOf("baton") }) }),
    after(ms, run) {
      setTimeout(run, ms);
    },
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async recover() {
      for (const { process, proxy } of members.values()) {
        while (!process.isAlive()) {
          proxy?.restore();
          await process.start();
        }
      }
      if (database.kind === "postgres") holders = await readHolders(database, workers);
    },
    async restart() {
      for (const one of workers) {
        await one.stop();
        await one.start();
      }
    },
    async redrive() {
      // As `baton redrive` does; that command, too, needs the embedded database for itself.
      await withDatabase((db) => redriveAll(db.query, null).then(() => undefined), true);
    },
    readClaim: ({ force }) => withDatabase((db): Promise<Claim> => readClaim(db, seen), force),
    async stop() {
      for (const one of everyone) {
        if (!one.isAlive()) continue;
        one.goOn();
        await one.stop();
      }
      for (const { proxy } of members.values()) await proxy?.stop();
      await database.drop();
      await hubspot.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };

  /** Null where the database is a process's own and that process lives, unless it is to be stopped for it. */
  async function withDatabase<T>(run: (db: Db) => Promise<T>, force: boolean): Promise<T | null> {
    const [owner] = workers;
    if (database.kind === "postgres" || owner === undefined) return database.read(run);
    const wasAlive = owner.isAlive();
    if (wasAlive && !force) return null;
    if (wasAlive) await owner.stop();
    await owner.gone();
    const answer = await database.read(run);
    if (wasAlive) await owner.start();
    return answer;
  }
}

/** Portal id → the worker that says it works for it. */
async function readHolders(
  database: RealDatabase,
  workers: readonly BatonProcess[],
): Promise<Map<number, BatonProcess>> {
  const workspaces = await database.read(readWorkspaces);
  const holders = new Map<number, BatonProcess>();
  for (const worker of workers) {
    const held = new Set(await heldBy(worker.url));
    for (const [portalId, workspaceId] of workspaces) if (held.has(workspaceId)) holders.set(portalId, worker);
  }
  return holders;
}

/** Whoever starts a second server on the directory must be told so. */
async function startSecond(given: {
  note: (struck: Struck) => void;
  admitted: string[];
  member: Member;
}): Promise<void> {
  const second = given.member.process.another(await freePort());
  given.note({ name: "second process on the directory", process: "second" });
  const isRefused = await second.start().then(
    () => false,
    () => true,
  );
  if (isRefused) return;
  given.admitted.push("a second process was let into the data directory of one that runs");
  second.kill();
  await second.gone();
}
