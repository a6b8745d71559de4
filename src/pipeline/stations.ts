import type { CrmClient } from "../crm/crm.ts";
import type { Operation } from "../model/operation.ts";
import { leadStation } from "./lead-station.ts";
import { sendNotices } from "./notices.ts";
import { retryLater, retryLooks } from "./retry.ts";
import { createStation } from "./station.ts";
import { priorityOf, type Setup } from "./station-setup.ts";
import { checkTasks, writeTasks } from "./tasks.ts";
import { updateStation } from "./update-station.ts";
import { lookAtFollowUps } from "./watch-sla.ts";
import type { Link } from "./workspace.ts";

/** Where the work of a connection waits for calls. */
export function createStations(
  setup: Setup,
  client: CrmClient,
): Pick<Link, "leads" | "updates" | "tasks" | "checks" | "notices" | "sla"> {
  const { deps, workspace, throttle } = setup;
  const { maxBatch } = client;
  const shared = { throttle, maxBatch };
  return {
    leads: createStation(leadStation(setup, client)),
    updates: createStation(updateStation(setup, client.leadWrites)),
    tasks: createStation({
      ...shared,
      lane: "task",
      priorityOf: ({ operation }) => priorityOf(operation),
      work: (jobs, permit) => writeTasks(deps, workspace, setup.link(), { jobs, permit }),
      onError: (error, jobs) => leaveToRepair(setup, error, jobs),
    }),
    checks: createStation({
      ...shared,
      lane: "task",
      priorityOf: () => 1,
      work: (unknowns, permit) => checkTasks(deps, workspace, setup.link(), { unknowns, permit }),
      onError: (error, unknowns) => retryLater(setup, error, () => setup.link().checks.push(unknowns)),
    }),
    notices: createStation({
      ...{ throttle, maxBatch: client.notifier?.maxBatch ?? maxBatch },
      lane: "task",
      priorityOf: ({ operation }) => priorityOf(operation),
      work: (notices, permit) => sendNotices(deps, workspace, setup.link(), { notices, permit }),
      onError: (error, notices) => leaveToRepair(setup, error, notices),
    }),
    sla: createStation({
      ...shared,
      lane: "sla",
      priorityOf: ({ timer }) => (timer === null ? 3 : 1),
      atMostOf: ({ followUp }) => setup.link().looksAtMost.get(followUp.decisionId) ?? maxBatch,
      work: (watched, permit) => lookAtFollowUps(deps, workspace, setup.link(), { watched, permit }),
      onError: (error, watched) => retryLooks(setup, error, watched),
    }),
  };
}

/** Some of them may have been sent, and even created: what is recorded of them says how each goes on. */
function leaveToRepair(setup: Setup, error: unknown, jobs: readonly { operation: Operation }[]): void {
  const link = setup.link();
  for (const { operation } of jobs) link.inHand.delete(operation.key);
  retryLater(setup, error, link.loadPlanned);
}
