import type { Deps } from "../deps.ts";
import type { AlertKind } from "../model/alert.ts";
import { raiseAlert, resolveAlert } from "../store/alerts.ts";
import { oldestDueHeld } from "../store/held-leads.ts";
import { oldestWaiting } from "../store/inbox.ts";
import { type OperationRow, oldestUnsettled, settleOperations, unsettledOf } from "../store/operations.ts";
import { endWriting } from "../store/shadow.ts";
import { dueTimers } from "../store/timers.ts";
import { readContexts } from "./contexts.ts";
import { goesAlong, isCreate, isUpdate, jobsOf } from "./jobs-of.ts";
import { isNotice, resumeNotices } from "./notices.ts";
import { sendTasks } from "./tasks.ts";
import { underLease } from "./under-lease.ts";
import type { DecisionContext, Link, TaskJob, UpdateJob, Workspace } from "./workspace.ts";

const atOnce = 5_000;
/** A lead that waits longer for its decision is told of (design.md I5). */
const undecidedAlertMs = 5 * 60_000;
/** Long enough for a storm to pass and every retry to have had its turn. */
const unwrittenAlertMs = 15 * 60_000;
const unwatchedAlertMs = 15 * 60_000;

/**
 * Takes up the operations of a connection that are not in hand: planned outside a batch, or left behind by a process
 * that died. What may have been sent is looked up before it is sent again.
 */
export async function takeUpOperations(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  if (link.connection.mode === "shadow") return dropOperations(deps, workspace, link);
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
    const context = contexts.get(decisionId) ?? null;
    resume(deps, link, { context, rows: rows.filter((row) => !isNotice(row)) });
    await resumeNotices(deps, workspace, link, { context, rows: rows.filter(isNotice) });
  }
  await cancel(deps, workspace, erased);
}

/** What was under way when the connection was switched to shadow, or was re-driven since, is not written any more. */
async function dropOperations(deps: Deps, { lease }: Workspace, { connection }: Link): Promise<void> {
  const at = deps.now().toISOString();
  const dropped = await underLease(deps, { lease, what: "write" }, (tx) => endWriting(tx, connection.id, at));
  if (dropped > 0) deps.log.info({ connectionId: connection.id, count: dropped }, "writes dropped: it is in shadow");
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
  const unsettled = rows.filter((row) => !isChange(row));
  const newTasks = unsettled.filter((row) => !isUpdate(row)).map((row) => newTask(deps, row, taskJob(row)));
  const updates = jobsOf(context, unsettled).map((job, at): UpdateJob => {
    const row = unsettled.find(({ key }) => key === job.operation.key);
    const tasks = at === 0 ? newTasks.filter((task) => waits(link, task)) : [];
    return { ...job, attempts: row === undefined ? 0 : attemptsOf(row), tasks };
  });
  if (updates.length > 0) link.updates.push(updates);
  sendTasks(deps, link, updates.length > 0 ? newTasks.filter((task) => !waits(link, task)) : newTasks);
}

/** A task that was sent is looked for; a conversion may simply be sent again. */
const newTask = (deps: Deps, row: OperationRow, job: TaskJob): TaskJob =>
  wasSent(row) && isCreate(job) ? { ...job, sentAt: row.sentAt ?? deps.now().toISOString() } : job;

/** For its update. One that was sent by itself was free to go: it only has to be found. */
const waits = (link: Link, { operation, sentAt }: TaskJob): boolean =>
  sentAt === undefined || goesAlong(operation, link.client);

type Wait = { kind: AlertKind; since: string | null; limitMs: number; what: string; whatToDo: string };

const atTheConnection =
  "Look at /readyz and at the alerts of the connection: it may be paused, out of budget or unreachable.";

/** Tells a person when leads, writes or clocks wait longer than they should; and when no more. */
export async function alertOverdue(
  deps: Pick<Deps, "db" | "now">,
  { lease: { workspaceId }, links }: Pick<Workspace, "lease" | "links">,
): Promise<void> {
  const { query } = deps.db;
  const due = { connectionIds: [...links.keys()], now: deps.now().toISOString(), limit: 1 };
  const [timer] = await dueTimers(query, workspaceId, due);
  const waits = [
    {
      kind: "undecided" as const,
      since: earlier(await oldestWaiting(query, workspaceId), await oldestDueHeld(query, due)),
      limitMs: undecidedAlertMs,
      what: "Leads have waited for a decision",
      whatToDo: atTheConnection,
    },
    {
      kind: "unwritten" as const,
      since: await oldestUnsettled(query, workspaceId),
      limitMs: unwrittenAlertMs,
      what: "Writes to the CRM have not been confirmed",
      whatToDo: atTheConnection,
    },
    {
      kind: "clocks-unwatched" as const,
      since: timer?.dueAt ?? null,
      limitMs: unwatchedAlertMs,
      what: `The CRM does not tell whether reps have acted, first of lead ${timer?.leadId}: its limit has been over`,
      whatToDo: "Look in the log for what the CRM refuses: grant the permission, or see to the record that it names.",
    },
  ];
  for (const wait of waits) await tell(deps, workspaceId, wait);
}

const earlier = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b < a) ? b : a);

async function tell({ db, now }: Pick<Deps, "db" | "now">, workspaceId: string, wait: Wait): Promise<void> {
  const { kind, since, limitMs, what, whatToDo } = wait;
  const name = { workspaceId, kind, subjectId: workspaceId };
  const at = now().toISOString();
  if (since === null || Date.parse(at) - Date.parse(since) < limitMs)
    return void (await resolveAlert(db.query, name, at));
  const message = `${what} since ${since}, which is more than ${limitMs / 60_000} minutes.`;
  await raiseAlert(db.query, { ...name, connectionId: null, message, whatToDo, raisedAt: at });
}
