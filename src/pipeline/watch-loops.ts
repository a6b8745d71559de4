import type { Deps } from "../deps.ts";
import { catchUp } from "./catch-up.ts";
import { closeDoubledTasks } from "./doubled-tasks.ts";
import { eachLink } from "./each-link.ts";
import { releaseForgotten } from "./followers.ts";
import { createHeldWatch } from "./held-leads.ts";
import { refreshLinkAlerts } from "./link-alerts.ts";
import { createLoop, type Loop } from "./loop.ts";
import { alertOverdue } from "./repair.ts";
import { reviewOpenWork } from "./review-open-work.ts";
import { findChanged, refreshRecords } from "./sync-accounts.ts";
import { syncReps } from "./sync-reps.ts";
import { findDueTimers, sweepFollowUps } from "./watch-sla.ts";
import type { Link, Workspace } from "./workspace.ts";

const searchOverlapMs = 10 * 60_000;
const refreshEveryMs = 1_000;
const alertEveryMs = 30_000;
const doubledTasksEveryMs = 3_600_000;
const openWorkEveryMs = 15 * 60_000;

/** What is looked at every so often, whether anybody says so or not: clocks, follow-ups, the CRM itself, its reps. */
export function watchLoops(deps: Deps, workspace: Workspace): Loop[] {
  const { settings } = deps;
  const each = (run: (link: Link) => Promise<unknown>) => () => eachLink(workspace.links, run);
  return [
    createLoop(deps, {
      name: "alerts",
      everyMs: alertEveryMs,
      run: () => refreshAlerts(deps, workspace),
    }),
    createLoop(deps, {
      name: "timers",
      everyMs: settings.timerPollMs,
      run: () => findDueTimers(deps, workspace),
    }),
    createLoop(deps, {
      name: "held leads",
      everyMs: settings.timerPollMs,
      run: each(createHeldWatch(deps, workspace)),
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
      name: "doubled tasks",
      everyMs: doubledTasksEveryMs,
      run: each((link) => closeDoubledTasks(deps, link)),
    }),
    createLoop(deps, {
      name: "reps",
      everyMs: settings.repSyncMs,
      run: each((link) => syncReps(deps, workspace, link)),
    }),
    createLoop(deps, {
      name: "open work",
      everyMs: openWorkEveryMs,
      run: each((link) => reviewOpenWork(deps, workspace, link)),
    }),
    createLoop(deps, {
      name: "followers",
      everyMs: settings.repairMs,
      run: each(async (link) => {
        if ((await releaseForgotten(deps, link)) > 0) workspace.wake();
      }),
    }),
    createLoop(deps, {
      name: "refresh",
      everyMs: refreshEveryMs,
      run: each((link) => refreshStale(deps, workspace, link)),
    }),
  ];
}

/** One that cannot be looked at does not keep the other from being told of. */
async function refreshAlerts(deps: Deps, workspace: Workspace): Promise<void> {
  try {
    await eachLink(workspace.links, (link) => refreshLinkAlerts(deps, link));
  } finally {
    await alertOverdue(deps, workspace);
  }
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
