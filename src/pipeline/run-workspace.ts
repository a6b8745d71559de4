import type { Deps } from "../deps.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Lease } from "../store/leases.ts";
import { activePolicy } from "../store/policies.ts";
import { catchUp } from "./catch-up.ts";
import { eachLink } from "./each-link.ts";
import { takeIn, takeRows } from "./intake.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createMeter } from "./meter.ts";
import { drainStations, openLinks } from "./open-links.ts";
import { repairWorkspace } from "./repair.ts";
import { findChanged, refreshRecords } from "./sync-accounts.ts";
import { syncReps } from "./sync-reps.ts";
import { findDueTimers, sweepFollowUps } from "./watch-sla.ts";
import type { Link, PublishedPolicy, Workspace } from "./workspace.ts";

/** What the worker holds of a workspace that it runs. */
export type Running = {
  wake(): void;
  /** Begins nothing new and resolves when what was under way has ended. */
  drain(): Promise<void>;
  /** The lease is lost: stops at once; calls in flight count as unknown. */
  abandon(): void;
};

const searchOverlapMs = 10 * 60_000;
const refreshEveryMs = 1_000;
const meterEveryMs = 10_000;
const policyFreshMs = 1_000;

/** Routes, writes and watches for one workspace for as long as this process holds its lease. */
export async function startWorkspace(deps: Deps, lease: Lease): Promise<Running> {
  const links = new Map<string, Link>();
  const intake = createLoop(deps, { name: "intake", everyMs: null, run: () => takeIn(deps, workspace) });
  const repair = createLoop(deps, {
    name: "repair",
    everyMs: deps.settings.repairMs,
    run: () => repairWorkspace(deps, workspace),
  });
  const workspace: Workspace = {
    lease,
    links,
    readPolicy: policyReader(deps, lease.workspaceId),
    wake: intake.poke,
    takeRows: (link, rows) => takeRows(deps, workspace, link, rows),
    loadPlanned: repair.poke,
    claims: { last: 0, unanswered: new Map() },
  };
  const connections = createLoop(deps, {
    name: "connections",
    everyMs: deps.settings.repairMs,
    run: () => openLinks(deps, workspace, links),
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
      await drain(loops, links);
      meter.stop();
    },
    abandon() {
      meter.stop();
      for (const loop of loops) void loop.stop();
      for (const link of links.values()) link.throttle.close();
    },
  };
}

async function drain(loops: readonly Loop[], links: ReadonlyMap<string, Link>): Promise<void> {
  // Calls in flight end; whoever waits for one is sent home, and what it wanted to do waits in the database.
  for (const link of links.values()) link.throttle.close();
  await Promise.all(loops.map((loop) => loop.stop()));
  for (const link of links.values()) await drainStations(link);
}

function watchLoops(deps: Deps, workspace: Workspace): Loop[] {
  const { settings } = deps;
  const each = (run: (link: Link) => Promise<unknown>) => () => eachLink(workspace.links, run);
  return [
    createLoop(deps, {
      name: "timers",
      everyMs: settings.timerPollMs,
      run: () => findDueTimers(deps, workspace),
    }),
    createLoop(deps, {
      name: "sweep",
      everyMs: settings.taskSweepMs / 15,
      run: () => sweepFollowUps(deps, workspace, settings.taskSweepMs),
    }),
    createLoop(deps, {
      name: "reconcile",
      everyMs: settings.reconcileMs,
      run: each(async (link) => {
        await catchUp(deps, link);
        await findChanged(deps, link, searchOverlapMs);
      }),
    }),
    createLoop(deps, {
      name: "reps",
      everyMs: settings.repSyncMs,
      run: each((link) => syncReps(deps, workspace, link)),
    }),
    createLoop(deps, {
      name: "refresh",
      everyMs: refreshEveryMs,
      run: each((link) => refreshStale(deps, workspace, link)),
    }),
  ];
}

async function refreshStale(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const accountIds = [...link.stale.accountIds];
  const opportunityIds = [...link.stale.opportunityIds];
  link.stale.accountIds.clear();
  link.stale.opportunityIds.clear();
  try {
    await refreshRecords(deps, workspace, link, { accountIds, opportunityIds });
  } catch (error) {
    link.refresh({ accountIds, opportunityIds });
    throw error;
  }
}

/** The published policy, looked up once a second at most and parsed once per version. */
function policyReader(deps: Deps, workspaceId: string): () => Promise<PublishedPolicy> {
  let known: PublishedPolicy | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (known !== null && deps.monotonic() - readAtMs < policyFreshMs) return known;
    readAtMs = deps.monotonic();
    const active = await activePolicy(deps.db.query, workspaceId);
    if (active === null) throw new Error(`Workspace ${workspaceId} has no published policy.`);
    if (known?.version !== active.version) known = { version: active.version, policy: parsePolicy(active.text) };
    return known;
  };
}
