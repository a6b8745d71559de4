import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import { redriveAll } from "../../src/store/inbox.ts";
import type { BatonProcess } from "../baton-process.ts";
import { type LeaseClaim, readClaim, readWorkspaces } from "./claim.ts";
import type { Member } from "./member.ts";
import { callKind } from "./points.ts";
import type { RealDatabase, Still } from "./real-database.ts";
import { armStrike, heldBy, type Strikes, type Struck } from "./strikes.ts";
import { type Admitted, type Incident, inFlightOf, type World, type WorldKind } from "./world.ts";

export type Parts<P extends BatonProcess> = Pick<World, "after" | "pass" | "tempo"> & {
  kind: WorldKind;
  hubspot: HubspotSandbox;
  portals: readonly Portal[];
  database: RealDatabase;
  /** One of the name "web" takes webhooks only; every other routes. */
  members: ReadonlyMap<string, Member<P>>;
  /** Faults that only such processes can have. */
  extras?: (strikes: Strikes<P>, admitted: Admitted[]) => Pick<World, "standStill" | "startSecond">;
  /** Keeps whoever has the embedded database open from writing meanwhile. */
  still: Still;
  /** Ends whatever is not a member or the sandbox. */
  end: () => Promise<void>;
};

/** Makes a world of processes, their database and the sandbox, whichever kind of process and of time it has. */
export function assembleWorld<P extends BatonProcess>(parts: Parts<P>): World {
  const { kind, hubspot, portals, database, members, after, pass, tempo } = parts;
  const incidents: Incident[] = [];
  const admitted: Admitted[] = [];
  const leasesSeen: LeaseClaim[] = [];
  const seen = new Set<string>();
  const everyone = [...members.values()].map(({ process }) => process);
  const isWeb = ({ name }: BatonProcess) => name === "web";
  const workers = everyone.filter((one) => !isWeb(one));
  const note = ({ name, process }: Struck) =>
    void incidents.push({ at: hubspot.clock.now(), name, process, inFlight: inFlightOf(hubspot, callKind) });
  let holders = new Map<number, P>();
  const holderOf = (portalId: number | null) =>
    holders.get(portalId ?? 0) ?? (workers.length === 1 ? workers[0] : undefined);
  const strikes: Strikes<P> = { hubspot, database, note, holderOf, leasesSeen, after };

  return {
    kind,
    hubspot,
    portals,
    tempo,
    incidents,
    leasesSeen,
    admitted: () => [...admitted, ...everyone.flatMap((one) => one.endings().map(unasked))],
    processes: { workers: workers.map(({ name }) => name), webs: everyone.filter(isWeb).map(({ name }) => name) },
    killAt: (name, point) => armStrike(strikes, memberOf(members, name), point),
    ...parts.extras?.(strikes, admitted),
    after,
    pass,
    async recover() {
      for (const { process, proxy } of members.values()) {
        // One that does not start is told of, and not tried for ever.
        while (!process.isAlive() && admitted.length === 0) {
          proxy?.restore();
          await start(process);
        }
      }
      if (database.kind === "postgres") holders = await readHolders(database, workers);
    },
    ...(kind === "simulated" ? {} : { restart }),
    async redrive() {
      // As `baton redrive` does; that command, too, needs the embedded database for itself.
      const [owner] = workers;
      if (database.kind === "pglite") await owner?.stop();
      await database.read((db) => redriveAll(db.query, null));
      if (database.kind === "pglite" && owner !== undefined) await start(owner);
    },
    readClaim: () => database.look((db) => readClaim(db, seen), parts.still),
    async stop() {
      for (const one of everyone) if (one.isAlive()) await one.stop();
      await parts.end();
      for (const { proxy } of members.values()) await proxy?.stop();
      await database.drop();
      await hubspot.stop();
    },
  };

  /** Nothing that the rig does keeps a process from starting, but a kill, which is no failure. */
  async function start(process: P): Promise<void> {
    await process.start().catch((error) => void admitted.push(unasked(String(error))));
  }

  async function restart(): Promise<void> {
    for (const one of workers) {
      await one.stop();
      await start(one);
    }
  }
}

const unasked = (what: string): Admitted => ({ promise: "process", what });

export function memberOf<P extends BatonProcess>(members: ReadonlyMap<string, Member<P>>, name: string): Member<P> {
  const member = members.get(name);
  if (member === undefined) throw new Error(`There is no process ${name}.`);
  return member;
}

/** Portal id → the worker that says it works for it. */
async function readHolders<P extends BatonProcess>(
  database: RealDatabase,
  workers: readonly P[],
): Promise<Map<number, P>> {
  const workspaces = await database.read(readWorkspaces);
  const holders = new Map<number, P>();
  for (const worker of workers) {
    const held = new Set(await heldBy(worker.url));
    for (const [portalId, workspaceId] of workspaces) if (held.has(workspaceId)) holders.set(portalId, worker);
  }
  return holders;
}
