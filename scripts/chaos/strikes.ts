import type { BatonProcess, RealProcess } from "../baton-process.ts";
import { readLeaseTokens } from "./claim.ts";
import { leaseSeconds, type Member } from "./member.ts";
import {
  type CallPoint,
  callKind,
  isDatabasePoint,
  nameOfPoint,
  type Point,
  stoppedForLong,
  type stoppedUntilTaken,
} from "./points.ts";
import type { RealDatabase } from "./real-database.ts";
import type { World } from "./world.ts";

/** What was done to which process. */
export type Struck = { name: string; process: string };
export type Strikes<P extends BatonProcess = BatonProcess> = Pick<World, "hubspot" | "after"> & {
  database: RealDatabase;
  note: (struck: Struck) => void;
  /** Who works for the portal, as far as was last heard. */
  holderOf: (portalId: number | null) => P | undefined;
};

/** Kills the process when it reaches the point; the answer disarms. */
export function armStrike(strikes: Strikes, { process, proxy }: Member, point: Point): () => void {
  const strike = (struck: BatonProcess): boolean => {
    if (!struck.isAlive()) return false;
    struck.kill();
    strikes.note({ name: `kill -9: ${nameOfPoint(point)}`, process: struck.name });
    return true;
  };
  if (point.at === "any instant") return tryEvery(strikes, point.afterMs, () => strike(process));
  if (isDatabasePoint(point)) return proxy?.watch(point, () => void strike(process)) ?? (() => undefined);
  return watchCalls(strikes.hubspot, point, (portalId) => strike(strikes.holderOf(portalId) ?? process));
}

function tryEvery({ after }: Pick<World, "after">, ms: number, isDone: () => boolean): () => void {
  let isWanted = true;
  const next = () =>
    after(ms, () => {
      if (isWanted && !isDone()) next();
    });
  next();
  return () => {
    isWanted = false;
  };
}

function watchCalls(
  { requests }: World["hubspot"],
  { at, when, nth }: CallPoint,
  /** False: nobody was there to be struck, and the next such call is waited for. */
  onReached: (portalId: number | null) => boolean,
): () => void {
  let seen = 0;
  const unwatch = requests.watch(({ route, portalId }, moment) => {
    if (moment !== when || callKind(route) !== at) return;
    seen += 1;
    if (seen >= nth && onReached(portalId)) unwatch();
  });
  return unwatch;
}

/**
 * Stops the worker whose read reaches the CRM next, and lets it go on when another has taken that workspace, or after
 * twice its lease. The answer disarms, and waits until it goes on.
 */
export function armStandStill(
  strikes: Strikes<RealProcess>,
  name: typeof stoppedUntilTaken | typeof stoppedForLong,
): () => Promise<void> {
  let goingOn: Promise<void> | null = null;
  const unwatch = watchCalls(strikes.hubspot, { at: "read", when: "arrived", nth: 1 }, (portalId) => {
    const process = strikes.holderOf(portalId);
    if (!process?.isAlive()) return false;
    process.stand();
    strikes.note({ name, process: process.name });
    const enough = name === stoppedForLong ? pause(2_000 * leaseSeconds) : untilTaken(strikes.database, portalId);
    goingOn = enough.then(() => process.goOn());
    return true;
  });
  return async () => {
    unwatch();
    await goingOn;
  };
}

/** The ids of the workspaces that a worker says it holds; none when it says nothing. */
export async function heldBy(url: string): Promise<readonly string[]> {
  const answer: unknown = await fetch(`${url}/readyz`).then(
    (response) => response.json(),
    () => null,
  );
  const leases = typeof answer === "object" && answer !== null && "leases" in answer ? answer.leases : null;
  const held = typeof leases === "object" && leases !== null && "held" in leases ? leases.held : null;
  return Array.isArray(held) ? held.map(String) : [];
}

async function untilTaken(database: RealDatabase, portalId: number | null): Promise<void> {
  const tokenNow = async () => (await database.read(readLeaseTokens)).get(portalId ?? 0) ?? 0;
  const before = await tokenNow();
  const giveUpAt = performance.now() + 3_000 * leaseSeconds;
  while (performance.now() < giveUpAt && (await tokenNow()) === before) await pause(20);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
