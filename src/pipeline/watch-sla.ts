import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { type Look, onTimer, type TaskState as SeenTask, type SlaAction } from "../engine/sla.ts";
import type { LeadActivity, TaskState } from "../model/task.ts";
import { followUpsToRead, noteRead, readFollowUps, unclosedFollowUpsOf } from "../store/follow-ups.ts";
import { dueTimers } from "../store/timers.ts";
import { applySlaActions } from "./apply-sla.ts";
import { readContexts } from "./contexts.ts";
import { leadGone } from "./lead-events.ts";
import type { DecisionContext, Link, Watched, Workspace } from "./workspace.ts";

const atOnce = 500;

/** Hands every timer that is due to its connection's station. Cheap when nothing is due. */
export async function findDueTimers(deps: Deps, workspace: Workspace): Promise<void> {
  const now = deps.now().toISOString();
  const connectionIds = [...workspace.links.keys()];
  const besides = unreadable(deps, workspace);
  const due = await dueTimers(deps.db.query, workspace.lease.workspaceId, {
    connectionIds,
    now,
    besides,
    limit: atOnce,
  });
  if (due.length === 0) return;
  const rows = await readFollowUps(deps.db.query, [...new Set(due.map(({ decisionId }) => decisionId))]);
  const followUps = new Map(rows.map((row) => [row.decisionId, row]));
  for (const timer of due) {
    const followUp = followUps.get(timer.decisionId);
    if (followUp !== undefined) watch(workspace, { followUp, timer });
  }
}

/** Once in a while all open follow-ups are looked at, timers or not: a touch is seen before its limit. */
export async function sweepFollowUps(deps: Deps, workspace: Workspace, everyMs: number): Promise<void> {
  const readBefore = new Date(deps.now().getTime() - everyMs).toISOString();
  const { workspaceId } = workspace.lease;
  const connectionIds = [...workspace.links.keys()];
  const wanted = { connectionIds, readBefore, besides: unreadable(deps, workspace), limit: atOnce };
  for (const followUp of await followUpsToRead(deps.db.query, workspaceId, wanted))
    if (followUp.assignedAt < readBefore) watch(workspace, { followUp, timer: null });
}

/** Looks at a lead's running clock now; false when it has none. */
export async function watchLead(
  deps: Pick<Deps, "db">,
  workspace: Workspace,
  { connectionId, leadId }: { connectionId: string; leadId: string },
): Promise<boolean> {
  const unclosed = await unclosedFollowUpsOf(deps.db.query, connectionId, [leadId]);
  const open = unclosed.filter(({ state }) => state === "open");
  for (const followUp of open) watch(workspace, { followUp, timer: null });
  return open.length > 0;
}

/** The decisions whose lead or task the CRM did not hand out a moment ago. */
function unreadable(deps: Deps, { links }: Workspace): string[] {
  const now = deps.monotonic();
  return [...links.values()].flatMap((link) => {
    for (const [decisionId, until] of link.unreadable) if (until <= now) link.unreadable.delete(decisionId);
    return [...link.unreadable.keys()];
  });
}

function watch(workspace: Workspace, watched: Watched): void {
  const link = workspace.links.get(watched.followUp.connectionId);
  // One look at a follow-up at a time, whatever asked for it: a timer that waits is due still at the next poll.
  const key = watched.followUp.decisionId;
  if (link === undefined || link.watching.has(key)) return;
  link.watching.add(key);
  link.sla.push([watched]);
}

/** Looks at follow-ups in the CRM, a hundred a call, and does what their clocks ask for. */
export async function lookAtFollowUps(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { watched, permit }: { watched: readonly Watched[]; permit: Permit },
): Promise<void> {
  try {
    const now = deps.now().toISOString();
    const tasks = await readTasks(link, watched, permit);
    const activity = await readActivity(link, watched);
    const decisionIds = [...new Set(watched.map(({ followUp }) => followUp.decisionId))];
    const contexts = await readContexts(deps, workspace, link, decisionIds);
    const gone = watched.filter(({ followUp }) => contexts.has(followUp.decisionId) && !activity.has(followUp.leadId));
    // As if its deletion's event had come, which may be lost or a day late.
    for (const leadId of new Set(gone.map(({ followUp }) => followUp.leadId)))
      await leadGone(deps, workspace, link, { leadId, erase: false });
    const present = watched.filter((item) => !gone.includes(item));
    const looks = present.map((item) => {
      const context = contexts.get(item.followUp.decisionId) ?? null;
      return { watched: item, context, actions: actionsOf({ now, link, item, context, tasks, activity }) };
    });
    await applySlaActions(deps, workspace, link, looks);
    for (const { followUp } of watched) link.looksAtMost.delete(followUp.decisionId);
    await noteRead(
      deps.db.query,
      decisionIds.map((decisionId) => ({ decisionId, at: now })),
    );
  } finally {
    for (const { followUp } of watched) link.watching.delete(followUp.decisionId);
  }
}

async function readTasks(link: Link, watched: readonly Watched[], permit: Permit): Promise<Map<string, TaskState>> {
  const ids = [...new Set(watched.flatMap(({ followUp }) => (followUp.taskId === null ? [] : [followUp.taskId])))];
  if (ids.length === 0) {
    permit.release();
    return new Map();
  }
  const tasks = await link.client.readTasks(ids, { lane: "sla", permit });
  return new Map(tasks.map((task) => [task.id, task]));
}

async function readActivity(link: Link, watched: readonly Watched[]): Promise<Map<string, LeadActivity>> {
  const since = new Map(watched.map(({ followUp }) => [followUp.leadId, followUp.assignedAt]));
  const wanted = [...since].map(([leadId, assignedAt]) => ({ leadId, since: assignedAt }));
  const activity = await link.client.readActivity(wanted, { lane: "sla" });
  return new Map(activity.map((found) => [found.leadId, found]));
}

function actionsOf(look: {
  now: string;
  link: Link;
  item: Watched;
  context: DecisionContext | null;
  tasks: ReadonlyMap<string, TaskState>;
  activity: ReadonlyMap<string, LeadActivity>;
}): readonly SlaAction[] {
  const { context, item, link } = look;
  // Erased, or never stored whole: there is nobody left to follow up with.
  if (context === null) return [{ kind: "stop", because: "lead-gone", workOf: null }];
  const decided = {
    ...context,
    shared: { ...context.shared, now: look.now },
    connectionId: link.connection.id,
  };
  return onTimer(decided, lookOf(item, look.activity.get(item.followUp.leadId) ?? null, taskOf(item, look.tasks)));
}

function taskOf({ followUp }: Watched, tasks: ReadonlyMap<string, TaskState>): SeenTask {
  if (followUp.taskId === null) return { kind: "unknown" };
  const task = tasks.get(followUp.taskId);
  if (task === undefined) return { kind: "deleted" };
  // A task that an automation completed is no touch (default-policy §4): the clock runs on without it.
  if (task.completed && task.completedByAutomation) return { kind: "deleted" };
  if (task.completed) return { kind: "completed", at: task.completedAt ?? followUp.dueAt, by: task.holderId };
  return { kind: "open", dueAt: task.dueAt, ownerId: task.holderId };
}

function lookOf({ followUp, timer }: Watched, activity: LeadActivity | null, task: SeenTask): Look {
  const lead =
    activity === null
      ? { exists: false, ownerId: null, stage: null, status: null }
      : {
          ...{ exists: true, isConverted: activity.convertedInto !== undefined },
          ...{ ownerId: activity.ownerId, stage: activity.stage, status: activity.status },
        };
  const touch = activity?.touch ?? null;
  return {
    timer: {
      key: timer?.id ?? followUp.decisionId,
      kind: timer?.kind === "breach" ? "breach" : "at-risk",
      decisionId: followUp.decisionId,
      leadId: followUp.leadId,
      qualifiedAt: followUp.qualifiedAt,
      repId: followUp.holderId,
      taskKey: followUp.taskKey,
      assignedAt: followUp.assignedAt,
      dueAt: timer?.dueAt ?? followUp.dueAt,
      breachAt: followUp.dueAt,
    },
    due: timer !== null,
    lead,
    touch: touch === null ? { kind: "none" } : { kind: "touched", ...touch },
    task,
  };
}
