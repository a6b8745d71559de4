import type { Deps } from "../deps.ts";
import { raiseAlert } from "../store/alerts.ts";
import { oldestWaiting } from "../store/inbox.ts";
import { type OperationRow, unsettledOf } from "../store/operations.ts";
import { readContexts } from "./contexts.ts";
import { jobsOf } from "./jobs-of.ts";
import { lookForTask } from "./tasks.ts";
import type { DecisionContext, Link, TaskJob, UpdateJob, Workspace } from "./workspace.ts";

const atOnce = 5_000;
/** A lead that waits longer for its decision is told of (design.md I5). */
const undecidedAlertMs = 5 * 60_000;

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
  for (const [decisionId, context] of contexts) {
    const own = left.filter((row) => row.decisionId === decisionId && !link.inHand.has(row.key));
    for (const row of own) link.inHand.add(row.key);
    resume(deps, link, { context, rows: own });
  }
}

function resume(
  deps: Deps,
  link: Link,
  { context, rows }: { context: DecisionContext; rows: readonly OperationRow[] },
): void {
  const wasSent = (row: OperationRow) => row.state !== "planned";
  const sentKeys = new Set(rows.filter(wasSent).map((row) => row.key));
  const unsure = rows.filter((row) => wasSent(row) && row.body.kind === "create-task");
  const rest = rows.filter((row) => !unsure.includes(row));
  const updates: UpdateJob[] = jobsOf(context, rest).map((job) => ({
    ...job,
    attempts: sentKeys.has(job.operation.key) ? 1 : 0,
  }));
  if (updates.length > 0) link.updates.push(updates);
  // The update was settled before: the tasks stand alone.
  else link.tasks.push(rest.map((operation): TaskJob => ({ operation, context, attempts: 0 })));
  for (const row of unsure) {
    const job: TaskJob = { operation: row, context, attempts: 0 };
    lookForTask(deps, link, { job, sentAt: row.sentAt ?? deps.now().toISOString(), absences: 0 });
  }
}

/** Tells a person when leads wait for a decision longer than they should. */
export async function alertUndecided(deps: Deps, workspace: Workspace): Promise<void> {
  const { workspaceId } = workspace.lease;
  const now = deps.now();
  const oldest = await oldestWaiting(deps.db.query, workspaceId);
  if (oldest === null || now.getTime() - Date.parse(oldest) < undecidedAlertMs) return;
  await raiseAlert(deps.db.query, {
    workspaceId,
    connectionId: null,
    kind: "undecided",
    subjectId: workspaceId,
    message: `Events have waited for a decision since ${oldest}, which is more than five minutes.`,
    whatToDo: "Look at /readyz and at the alerts of the connection: it may be paused, out of budget or unreachable.",
    raisedAt: now.toISOString(),
  });
}
