import type { Deps } from "../deps.ts";
import { accountLoops } from "./account-loops.ts";
import { changeLoops } from "./change-loops.ts";
import { closeDoubledTasks } from "./doubled-tasks.ts";
import { eachLink } from "./each-link.ts";
import { releaseForgotten } from "./followers.ts";
import { createHeldWatch } from "./held-leads.ts";
import { createLoop, type Loop } from "./loop.ts";
import { probeDaily } from "./probe-features.ts";
import { refreshAlerts } from "./refresh-alerts.ts";
import { requestsLoop } from "./requests-loop.ts";
import { reviewOpenWork } from "./review-open-work.ts";
import { syncReps } from "./sync-reps.ts";
import { findDueTimers, sweepFollowUps } from "./watch-sla.ts";
import type { Link, Workspace } from "./workspace.ts";

const alertEveryMs = 30_000;
const doubledTasksEveryMs = 3_600_000;
const featuresEveryMs = 3_600_000;
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
    requestsLoop(deps, workspace),
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
      name: "features",
      everyMs: featuresEveryMs,
      run: each((link) => probeDaily(deps, link)),
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
    ...changeLoops(deps, workspace),
    ...accountLoops(deps, workspace),
  ];
}
