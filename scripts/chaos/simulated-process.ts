import { type App, createApp, type Role } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { Clock as AppClock } from "../../src/create-deps.ts";
import { silentLog } from "../../src/log.ts";
import { type BatonProcess, type BatonSettings, batonEnv, hubspotVariables } from "../baton-process.ts";
import { createGate, type Gate, type Target } from "./gate.ts";
import { through } from "./policy-file.ts";

/** An app in this process that can be killed: from then on nothing that it does gets out, and nothing gets in. */
export type SimulatedProcess = BatonProcess & {
  /** Once it was stopped: ends what is left of those that were killed, for ever. */
  bury(): Promise<void>;
};

export type SimulatedOptions = {
  name: string;
  role: Role;
  settings: Omit<BatonSettings, "database" | "crms">;
  clock: AppClock;
  /** What it speaks to, and the database's URL as the server knows it. */
  crm: Target;
  database: Target & { url: URL };
  /** Where it is reached, by whatever incarnation. */
  front: Gate;
};

/** `app`: null until it is made. */
type Incarnation = {
  app: App | null;
  gates: readonly [toCrm: Gate, toDatabase: Gate];
  killed: PromiseWithResolvers<void>;
};

export function createSimulatedProcess(options: SimulatedOptions): SimulatedProcess {
  const { name, front } = options;
  let living: Incarnation | null = null;
  const dead: Incarnation[] = [];

  return {
    name,
    url: `http://127.0.0.1:${front.port}`,
    isAlive: () => living !== null,
    async start() {
      const born: Incarnation = { app: null, gates: await createGates(options), killed: Promise.withResolvers() };
      living = born;
      // What a kill leaves of the start waits for what never comes.
      await Promise.race([born.killed.promise, enliven(born, options)]).catch((error: unknown) => {
        if (living !== born) return;
        living = null;
        dead.push(born);
        throw error;
      });
      if (living === born && born.app !== null) front.open(targetOf(born.app.url));
    },
    kill() {
      if (living === null) return;
      front.shut();
      for (const gate of living.gates) gate.shut();
      living.killed.resolve();
      dead.push(living);
      living = null;
    },
    async stop() {
      if (living === null) return;
      const { app, gates } = living;
      await app?.stop();
      living = null;
      front.shut();
      for (const gate of gates) await gate.stop();
    },
    gone: async () => "as it was asked to",
    // What ended by itself would end this process.
    endings: () => [],
    async bury() {
      await Promise.all(dead.map(({ app }) => app?.stop().catch(() => undefined)));
      for (const gate of [front, ...dead.flatMap(({ gates }) => gates)]) await gate.stop();
    },
  };
}

/** Each has gates of its own to all that it speaks to, so that the dead stay cut off when the next one lives. */
async function createGates({ crm, database }: SimulatedOptions): Promise<readonly [toCrm: Gate, toDatabase: Gate]> {
  const [toCrm, toDatabase] = [await createGate(), await createGate()];
  toCrm.open(crm);
  toDatabase.open(database);
  return [toCrm, toDatabase];
}

async function enliven(born: Incarnation, { role, settings, clock, database }: SimulatedOptions): Promise<void> {
  const [toCrm, toDatabase] = born.gates;
  const env = batonEnv({
    ...settings,
    crms: hubspotVariables(`http://127.0.0.1:${toCrm.port}`),
    database: { url: through(database.url, toDatabase.port) },
  });
  const config = readConfig({ ...env, HOST: "127.0.0.1", PORT: "0" });
  born.app = await createApp({ config, role, clock, log: silentLog });
  await born.app.start();
}

export function targetOf(url: string): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
