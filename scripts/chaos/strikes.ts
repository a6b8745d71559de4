import type { BatonProcess, RealProcess } from "../baton-process.ts";
import { type LeaseClaim, readLeases, readLeaseTokens } from "./claim.ts";
import type { ChaosCrm } from "./crm.ts";
import { leaseSeconds, type Member } from "./member.ts";
import {
  type CallPoint,
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
export type Strikes<P extends BatonProcess = BatonProcess> = Pick<World, "crms" | "after"> & {
  database: RealDatabase;
  note: (struck: Struck) => void;
  /** Who works for the account, as far as was last heard. */
  holderOf: (accountId: string | null) => P | undefined;
  leasesSeen: LeaseClaim[];
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
  return watchCalls(strikes, point, (accountId) => strike(strikes.holderOf(accountId) ?? process));
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
  strikes: Pick<Strikes, "crms">,
  { at, when, nth }: CallPoint,
  /** False: nobody was there to be struck, and the next such call is waited for. */
  onReached: (accountId: string | null) => boolean,
): () => void {
  let seen = 0;
  const unwatch = watchAll(strikes, ({ kind, accountId }, moment) => {
    if (moment !== when || kind !== at) return;
    seen += 1;
    if (seen >= nth && onReached(accountId)) unwatch();
  });
  return unwatch;
}

/** The calls to every CRM. */
function watchAll({ crms }: Pick<Strikes, "crms">, run: Parameters<ChaosCrm["watch"]>[0]): () => void {
  const unwatch = crms.map((crm) => crm.watch(run));
  return () => {
    for (const stop of unwatch) stop();
  };
}

/**
 * Stops a worker, and lets it go on when another has the workspace that it was working for, or after twice its lease.
 * Whether what it was stopped in was the recording of decisions is seen only afterwards: it is stopped again until one
 * was, three times at most. The answer disarms, and waits until it goes on.
 */
export function armStandStill(
  strikes: Strikes<RealProcess>,
  members: readonly Member<RealProcess>[],
  name: typeof stoppedUntilTaken | typeof stoppedForLong,
): () => Promise<void> {
  let goingOn: Promise<void> | null = null;
  let triesLeft = name === stoppedForLong ? 1 : 3;
  const strike = (accountId: string | null): boolean => {
    const process = strikes.holderOf(accountId);
    if (triesLeft === 0) return true;
    // One that starts is left to it: it holds no workspace yet.
    if (goingOn !== null || !process?.isReady()) return false;
    process.stand();
    triesLeft -= 1;
    const enough = name === stoppedForLong ? pause(2_000 * leaseSeconds) : untilTaken(strikes, accountId);
    // A run that found something ends at once, and its database with it.
    goingOn = enough
      .catch(() => undefined)
      .then(async () => {
        process.goOn();
        if (triesLeft > 0 && (await wasFencedOff(process))) triesLeft = 0;
        if (triesLeft === 0) strikes.note({ name, process: process.name });
        goingOn = null;
      });
    return triesLeft === 0;
  };
  const disarm =
    name === stoppedForLong
      ? watchCalls(strikes, { at: "read", when: "arrived", nth: 1 }, strike)
      : watchRecordings(strikes, members, strike);
  return async () => {
    disarm();
    await goingOn;
  };
}

/** Decisions of this process were refused since it was last asked, for its lease was another's. */
async function wasFencedOff(process: RealProcess): Promise<boolean> {
  await pause(500);
  const metrics = await fetch(`${process.url}/metrics`)
    .then((answer) => answer.text())
    .catch(() => "");
  const refused = Number(/^baton_stale_completions_total\{what="decision"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
  const before = refusalsSeen.get(process) ?? 0;
  refusalsSeen.set(process, refused);
  return refused > before;
}

const refusalsSeen = new WeakMap<RealProcess, number>();

/** What was read is recorded next: the transaction has begun, and has not looked yet whether the lease still holds. */
function watchRecordings(
  strikes: Strikes<RealProcess>,
  members: readonly Member<RealProcess>[],
  onBegun: (accountId: string | null) => boolean,
): () => void {
  let forget: () => void = () => undefined;
  const unwatch = watchAll(strikes, ({ kind, accountId }, moment) => {
    if (moment !== "applied" || kind !== "read") return;
    const holder = strikes.holderOf(accountId);
    const proxy = members.find(({ process }) => process === holder)?.proxy;
    forget();
    forget =
      proxy?.whenBegun(() => {
        if (onBegun(accountId)) unwatch();
      }) ?? (() => undefined);
  });
  return () => {
    unwatch();
    forget();
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

/** Until the account's workspace has another holder; what was recorded by then under the old lease is noted. */
async function untilTaken({ database, leasesSeen }: Strikes, accountId: string | null): Promise<void> {
  const tokenNow = async () => (await database.read(readLeaseTokens)).get(accountId ?? "") ?? 0;
  const before = await tokenNow();
  const giveUpAt = performance.now() + 3_000 * leaseSeconds;
  while (performance.now() < giveUpAt && (await tokenNow()) === before) await pause(20);
  leasesSeen.push(...(await database.read(({ query }) => readLeases(query))));
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
