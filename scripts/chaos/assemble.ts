import { redriveAll } from "../../src/store/inbox.ts";
import type { BatonProcess } from "../baton-process.ts";
import { type LeaseClaim, readClaim, readPaused, readWorkspaces } from "./claim.ts";
import type { Member } from "./member.ts";
import { grantLost } from "./points.ts";
import type { RealDatabase, Still } from "./real-database.ts";
import { armStrike, heldBy, type Strikes, type Struck } from "./strikes.ts";
import type { Admitted, Incident, InFlight, World, WorldKind } from "./world.ts";

export type Parts<P extends BatonProcess> = Pick<World, "after" | "pass" | "tempo" | "clock" | "crms"> & {
  kind: WorldKind;
  database: RealDatabase;
  /** One of the name "web" takes webhooks only; every other routes. */
  members: ReadonlyMap<string, Member<P>>;
  /** Faults that only such processes can have. */
  extras?: (strikes: Strikes<P>, admitted: Admitted[]) => Pick<World, "standStill" | "startSecond">;
  /** Where Baton is reached. */
  publicUrl: string;
  /** Keeps whoever has the embedded database open from writing meanwhile. */
  still: Still;
  /** Ends whatever is not a member or a CRM. */
  end: () => Promise<void>;
};

/** Makes a world of processes, their database and the CRMs, whichever kind of process and of time it has. */
export function assembleWorld<P extends BatonProcess>(parts: Parts<P>): World {
  const { kind, clock, crms, database, members, after, pass, tempo } = parts;
  const incidents: Incident[] = [];
  const admitted: Admitted[] = [];
  const leasesSeen: LeaseClaim[] = [];
  const seen = new Set<string>();
  const everyone = [...members.values()].map(({ process }) => process);
  const isWeb = ({ name }: BatonProcess) => name === "web";
  const workers = everyone.filter((one) => !isWeb(one));
  const note = ({ name, process }: Struck) =>
    void incidents.push({ at: clock.now(), name, process, inFlight: inFlightOf(crms) });
  let holders = new Map<string, P>();
  const holderOf = (accountId: string | null) =>
    holders.get(accountId ?? "") ?? (workers.length === 1 ? workers[0] : undefined);
  const refreshes: number[] = [];
  for (const crm of crms)
    crm.watch(({ kind }, moment) => {
      if (kind === "token refresh" && moment === "applied") refreshes.push(clock.now());
    });
  const strikes: Strikes<P> = { crms, database, note, holderOf, leasesSeen, after };

  return {
    kind,
    clock,
    crms,
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
    async reconnect() {
      const lost = await database.look(readPaused, parts.still);
      if (lost.length === 0) return;
      const isExplained = incidents.some(({ at }) =>
        refreshes.some((time) => time <= at && at - time < storedWithinMs),
      );
      if (!isExplained)
        admitted.push({ promise: "grant", what: `the grant of ${lost.join(", ")} is lost, and nobody died` });
      for (const accountId of lost) note({ name: grantLost, process: accountId });
      for (const crm of crms) {
        const own = lost.filter((accountId) => crm.accountIds.includes(accountId));
        if (own.length > 0) await crm.install(parts.publicUrl, own);
      }
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
      for (const crm of crms) await crm.stop();
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

/** So soon after a token was renewed its successor is stored, on a machine that others share. */
const storedWithinMs = 2_000;

const unasked = (what: string): Admitted => ({ promise: "process", what });

export function memberOf<P extends BatonProcess>(members: ReadonlyMap<string, Member<P>>, name: string): Member<P> {
  const member = members.get(name);
  if (member === undefined) throw new Error(`There is no process ${name}.`);
  return member;
}

/** Account id → the worker that says it works for it. */
async function readHolders<P extends BatonProcess>(
  database: RealDatabase,
  workers: readonly P[],
): Promise<Map<string, P>> {
  const workspaces = await database.read(readWorkspaces);
  const holders = new Map<string, P>();
  for (const worker of workers) {
    const held = new Set(await heldBy(worker.url));
    for (const [accountId, workspaceId] of workspaces) if (held.has(workspaceId)) holders.set(accountId, worker);
  }
  return holders;
}

/** What is under way at all CRMs together. */
function inFlightOf(crms: World["crms"]): InFlight {
  const all = crms.map((crm) => crm.inFlight());
  const calls: Record<string, number> = {};
  for (const [kind, count] of all.flatMap((one) => Object.entries(one.calls))) calls[kind] = (calls[kind] ?? 0) + count;
  const sum = (of: (one: InFlight) => number) => all.reduce((total, one) => total + of(one), 0);
  return { calls, deliveries: sum(({ deliveries }) => deliveries), events: sum(({ events }) => events) };
}
