import { createClock } from "../../src/sandbox/create-clock.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { type BatonSettings, batonEnv, createBatonProcess, freePort, type RealProcess } from "../baton-process.ts";
import { assembleWorld, memberOf } from "./assemble.ts";
import { type CrmName, startCrms } from "./crms.ts";
import { startDatabaseProxy } from "./database-proxy.ts";
import { leaseSeconds, type Member } from "./member.ts";
import { through, writePolicyFile } from "./policy-file.ts";
import { openRealDatabase, type RealDatabase } from "./real-database.ts";
import { armStandStill, type Struck } from "./strikes.ts";
import type { Admitted, World } from "./world.ts";

export type RealOptions = {
  seed: number;
  /** Null: the embedded database and one process. */
  server: string | null;
  /** The checkout that the processes run from. */
  code: string;
  /** The CRMs, each with several accounts. */
  crms: readonly CrmName[];
};

/** One web and two worker processes on PostgreSQL, or one process on the embedded database; the CRMs in this one. */
export async function startRealWorld({ seed, server, code, crms: names }: RealOptions): Promise<World> {
  const clock = createClock({ speed: 1 });
  const after: World["after"] = (ms, run) => void setTimeout(run, ms);
  const crms = await startCrms(names, { seed, clock, random: createRandom(seed + 2), after });
  const database = await openRealDatabase(server);
  const webPort = await freePort();
  const publicUrl = `http://127.0.0.1:${webPort}`;
  const policy = await writePolicyFile(names);
  const variables = Object.assign({}, ...crms.map((crm) => crm.variables));
  const settings = { crms: variables, publicUrl, policyPath: policy.path, leaseSeconds };
  const members = await createMembers({ database, settings, code, webPort });
  for (const { process } of members.values()) await process.start();
  for (const crm of crms) await crm.install(publicUrl);
  return assembleWorld({
    kind: database.kind,
    clock,
    publicUrl,
    crms,
    database,
    members,
    tempo: { roundMs: [1_200, 2_200], patienceMs: 4_000, lookMs: 500, calmWithinMs: 6 * 60_000 },
    after,
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    extras: (strikes, admitted) =>
      database.kind === "postgres"
        ? { standStill: (name) => armStandStill(strikes, [...members.values()], name) }
        : { startSecond: () => startSecond({ note: strikes.note, admitted, member: memberOf(members, "baton") }) },
    still: (copy) => whileStanding([...members.values()], copy),
    async end() {
      clock.stop();
      await policy.remove();
    },
  });
}

/** Whoever lives stands still, and whoever was killed is gone. */
async function whileStanding(members: readonly Member<RealProcess>[], run: () => Promise<void>): Promise<void> {
  const living = members.map(({ process }) => process).filter((process) => process.isAlive());
  for (const process of living) process.stand();
  for (const { process } of members) if (!process.isAlive()) await process.gone();
  // Until the last of its threads has heard of it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await run().finally(() => {
    for (const process of living) process.goOn();
  });
}

type Setting = {
  database: RealDatabase;
  settings: Omit<BatonSettings, "database">;
  code: string;
  webPort: number;
};

async function createMembers({
  database,
  settings,
  code,
  webPort,
}: Setting): Promise<Map<string, Member<RealProcess>>> {
  const { url, dataDir } = database;
  if (url === null) {
    const env = batonEnv({ ...settings, database: { dataDir: dataDir ?? "" } });
    const process = createBatonProcess({ name: "baton", args: [], env, port: webPort, code });
    return new Map([["baton", { process, proxy: null }]]);
  }
  const members = new Map<string, Member<RealProcess>>();
  for (const name of ["web", "worker-1", "worker-2"]) {
    const proxy = await startDatabaseProxy({ host: url.hostname, port: Number(url.port || 5432) });
    const role = name === "web" ? "web" : "worker";
    const env = batonEnv({ ...settings, database: { url: through(url, proxy.port) } });
    const port = name === "web" ? webPort : await freePort();
    members.set(name, { proxy, process: createBatonProcess({ name, args: ["--role", role], env, port, code }) });
  }
  return members;
}

/** Whoever starts a second server on the directory must be told so, as long as the first one runs. */
export async function startSecond(given: {
  note: (struck: Struck) => void;
  admitted: Admitted[];
  member: Pick<Member<RealProcess>, "process">;
}): Promise<void> {
  const first = given.member.process;
  const pid = first.pid();
  const second = first.another(await freePort());
  given.note({ name: "second process on the directory", process: "second" });
  const end = await second.start().then(() => "was let in", String);
  second.kill();
  await second.gone();
  const isHeld = first.isAlive() && first.pid() === pid;
  // Where the first one was killed meanwhile, the directory is anybody's.
  if (isHeld && !directoryInUse.test(end))
    given.admitted.push({
      promise: "I9",
      what: `a second process on the data directory of one that runs was not told so: ${end}`,
    });
}

const directoryInUse = /The data directory .* is in use by the Baton process \d+/;
