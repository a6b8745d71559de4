import type { Deps } from "../deps.ts";
import { releaseClaims } from "../store/inbox.ts";
import type { Lease } from "../store/leases.ts";
import { followAuthority } from "./follow-authority.ts";
import { takeIn, takeRows } from "./intake.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createMeter } from "./meter.ts";
import { drainLink, openLinks } from "./open-links.ts";
import { createOpenings, type Openings } from "./openings.ts";
import { policyReader } from "./policy-reader.ts";
import { repairLinks } from "./repair-links.ts";
import { takeOver } from "./take-over.ts";
import type { Turnstile } from "./turnstile.ts";
import { watchLoops } from "./watch-loops.ts";
import type { Link, Workspace } from "./workspace.ts";

/** What the worker holds of a workspace that it runs. */
export type Running = {
  wake(): void;
  /** Begins nothing new and resolves when what was under way has ended. */
  drain(): Promise<void>;
  /** The lease is lost: stops at once; calls in flight count as unknown. */
  abandon(): void;
};

const meterEveryMs = 10_000;
/** So long a connection that was installed, or switched to or from shadow, may go on with what it had begun. */
const connectionsMs = 2_000;

/**
 * Routes, writes and watches for one workspace for as long as this process holds its lease. `turnstile`: the same one
 * for all workspaces of the process.
 */
export async function startWorkspace(deps: Deps, turnstile: Turnstile, lease: Lease): Promise<Running> {
  const suspects = await takeOver(deps, { lease, turnstile, wake: () => workspace.wake() });
  const links = new Map<string, Link>();
  const openings = createOpenings(deps);
  const intake = createLoop(deps, { name: "intake", everyMs: null, run: () => takeIn(deps, workspace) });
  const repair = createLoop(deps, {
    name: "repair",
    everyMs: deps.settings.repairMs,
    run: () => repairLinks(deps, workspace),
  });
  const workspace: Workspace = {
    lease,
    links,
    readPolicy: policyReader(deps, lease.workspaceId),
    wake: intake.poke,
    reopen: () => connections.poke(),
    takeRows: (link, rows) => takeRows(deps, workspace, link, rows),
    loadPlanned: repair.poke,
    claims: { last: 0, unanswered: new Map() },
    suspects,
  };
  const connections = createLoop(deps, {
    name: "connections",
    everyMs: connectionsMs,
    async run() {
      await followAuthority(deps, workspace);
      await openLinks(deps, workspace, { links, openings });
    },
  });
  const meter = createMeter(deps, workspace);
  const measure = createLoop(deps, { name: "meter", everyMs: meterEveryMs, run: meter.read });
  const loops = [intake, repair, connections, measure, ...watchLoops(deps, workspace)];
  for (const loop of loops) loop.start();
  return {
    wake() {
      intake.poke();
      // A connection that was just installed, or installed again, is not open yet.
      if (links.size === 0) connections.poke();
    },
    async drain() {
      await drain(deps, { loops, links, openings });
      for (const id of links.keys()) deps.accountIndex.forget(id);
      meter.stop();
      turnstile.leave(suspects.visitor);
      // Nobody was lost with them.
      await releaseClaims(deps.db.query, lease);
    },
    abandon() {
      meter.stop();
      const leave = () => turnstile.leave(suspects.visitor);
      leave();
      // A run that is under way may ask for a turn still.
      void Promise.all([...loops.map((loop) => loop.stop()), openings.end()]).then(leave);
      for (const link of links.values()) link.throttle.close();
      // Whoever has the lease now changes them.
      for (const id of links.keys()) deps.accountIndex.forget(id);
    },
  };
}

type Begun = { loops: readonly Loop[]; links: ReadonlyMap<string, Link>; openings: Openings };

async function drain(deps: Deps, { loops, links, openings }: Begun): Promise<void> {
  // Calls in flight end; whoever waits for one is sent home, and what it wanted to do waits in the database.
  for (const link of links.values()) link.throttle.close();
  await Promise.all([...loops.map((loop) => loop.stop()), openings.end()]);
  for (const link of links.values()) await drainLink(deps, link);
}
