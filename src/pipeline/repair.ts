import type { Deps } from "../deps.ts";
import { raiseAlert, resolveAlert } from "../store/alerts.ts";
import { oldestWaiting } from "../store/inbox.ts";
import { type OperationRow, oldestUnsettled, settleOperations, unsettledOf } from "../store/operations.ts";
import { readContexts } from "./contexts.ts";
import { eachLink } from "./each-link.ts";
import { jobsOf } from "./jobs-of.ts";
import { refreshLinkAlerts } from "./link-alerts.ts";
import { lookForTask } from "./tasks.ts";
import type { DecisionContext, Link, TaskJob, UpdateJob, Workspace } from "./workspace.ts";

/** Takes up what nobody has in hand, and tells of what waits too long. */
export async function repairWorkspace(deps: Deps, workspace: Workspace): Promise<void> {
  try {
    await eachLink(workspace.links, async (link) => {
      await refreshLinkAlerts(deps, link);
      await takeUpOperations(deps, workspace, link);
    });
  } finally {
    await alertUndecided(deps, workspace);
  }
}

const atOnce = 5_000;
/** A lead that waits longer for its decision is told of (design.md I5). */
const undecidedAlertMs = 5 * 60_000;
/** Long enough for a storm to pass and every retry to have had its turn. */
const unwrittenAlertMs = 15 * 60_000;

/**
 * Takes up the operations of a connection that are not in hand: planned outside a batch, or left behind by a process
 * that died. What may have been sent is looked up before it is sent again.
 */
export async function takeUpOperations(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const rows = await unsettledOf(deps.db.query, link.connection.id, atOnce);
  const left = rows.filter((row) => !link.inHand.has(row.key));
  if (left.length === 0) return;
  const ids = [...new Set(left.map((row) => row.decisionId))];
  const contexts = await readContexts(deps, workspace, link, ids);
  const free = left.filter((row) => !link.inHand.has(row.key));
  const erased = free.filter((row) => !contexts.has(row.decisionId) && !isChange(row));
  const byDecision = Map.groupBy(
    free.filter((row) => !erased.includes(row)),
    (row) => row.decisionId,
  );
  const now = deps.now().toISOString();
  for (const [decisionId, rows] of byDecision) {
    // The CRM asked for a wait: the decision as a whole is taken up afterwards, so that its order is kept.
    if (rows.some(({ notBefore }) => notBefore !== null && notBefore > now)) continue;
    for (const row of rows) link.inHand.add(row.key);
    resume(deps, link, { context: contexts.get(decisionId) ?? null, rows });
  }
  await cancel(deps, workspace, erased);
}

/** A change of a task is safe to repeat, and needs nothing of its decision but the id. */
const isChange = ({ body }: OperationRow) => body.kind === "remind-task" || body.kind === "close-task";
const wasSent = (row: OperationRow) => row.state !== "planned";
const attemptsOf = (row: OperationRow) => (wasSent(row) ? 1 : 0);

/** There is nobody left to route to: what an erased decision still wanted is not done. */
async function cancel(deps: Deps, workspace: Workspace, rows: readonly OperationRow[]): Promise<void> {
  const at = deps.now().toISOString();
  const settled = rows.map(({ key, qualifiedAt }) => ({ key, qualifiedAt, state: "cancelled" as const, at }));
  await settleOperations(deps.db.query, workspace.lease, settled);
}

function resume(
  deps: Deps,
  link: Link,
  { context, rows }: { context: DecisionContext | null; rows: readonly OperationRow[] },
): void {
  const taskJob = (row: OperationRow): TaskJob => ({ operation: row, context, attempts: attemptsOf(row) });
  link.tasks.push(rows.filter(isChange).map(taskJob));
  if (context === null) return;
  const unsure = rows.filter((row) => wasSent(row) && row.body.kind === "create-task");
  const rest = rows.filter((row) => !isChange(row) && !unsure.includes(row));
  const sentKeys = new Set(rest.filter(wasSent).map((row) => row.key));
  const updates: UpdateJob[] = jobsOf(context, rest).map((job) => ({
    ...job,
    attempts: sentKeys.has(job.operation.key) ? 1 : 0,
  }));
  if (updates.length > 0) link.updates.push(updates);
  // The update was settled before: the tasks stand alone.
  else link.tasks.push(rest.map(taskJob));
  for (const row of unsure)
    lookForTask(deps, link, { job: taskJob(row), sentAt: row.sentAt ?? deps.now().toISOString(), absences: 0 });
}

/** Tells a person when leads wait for a decision, or writes for their end, longer than they should; and when no more. */
export async function alertUndecided(
  deps: Pick<Deps, "db" | "now">,
  { lease: { workspaceId } }: Pick<Workspace, "lease">,
): Promise<void> {
  const { query } = deps.db;
  const now = deps.now();
  const waits = [
    {
      kind: "undecided",
      since: await oldestWaiting(query, workspaceId),
      limitMs: undecidedAlertMs,
      what: "Events have waited for a decision",
    },
    {
      kind: "unwritten",
      since: await oldestUnsettled(query, workspaceId),
      limitMs: unwrittenAlertMs,
      what: "Writes to the CRM have not been confirmed",
    },
  ];
  for (const { kind, since, limitMs, what } of waits) {
    const name = { workspaceId, kind, subjectId: workspaceId };
    if (since === null || now.getTime() - Date.parse(since) < limitMs) {
      await resolveAlert(query, name, now.toISOString());
      continue;
    }
    await raiseAlert(query, {
      ...name,
      connectionId: null,
      message: `${what} since ${since}, which is more than ${limitMs / 60_000} minutes.`,
      whatToDo: "Look at /readyz and at the alerts of the connection: it may be paused, out of budget or unreachable.",
      raisedAt: now.toISOString(),
    });
  }
}
