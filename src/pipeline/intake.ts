import type { Deps } from "../deps.ts";
import type { EventChange } from "../model/event.ts";
import { claimInbox, type InboxRow, settleInbox } from "../store/inbox.ts";
import { type LeadRow, readLeads } from "../store/leads.ts";
import { isEcho } from "./echo.ts";
import { type EventRow, isEventRow } from "./event-row.ts";
import { follow, ignoredBecause, type Refresh } from "./follow.ts";
import { codeOf, maxAttempts, mayHeal, parkRows } from "./park.ts";
import { retryWaitMs } from "./retry-wait.ts";
import type { Head, Link, Workspace } from "./workspace.ts";

/** Leads in memory at most, those under way included; the rest waits in the inbox. Far above what the budget lets pass. */
const inHand = 20_000;
const claimAtOnce = 1_000;

/** What becomes of the rows of one call. */
type Sorting = {
  /** New ones; they are in `link.heads`, but nobody works on them before all is settled. */
  heads: Head[];
  /** Rows that wait for a lead which an earlier call has in hand. */
  joined: Set<InboxRow>;
  ignored: (EventRow & { because: string })[];
  done: EventRow[];
  failed: { row: EventRow; error: unknown }[];
  junk: InboxRow[];
  refresh: Refresh;
};

/**
 * Takes what came in and gives each row its way: a lead to decide, a record to read again, a person's change to
 * follow, or nothing with a reason. Resolves when the inbox is empty, as much as fits is in hand, or something failed
 * and is tried again later.
 */
export async function takeIn(deps: Deps, workspace: Workspace): Promise<void> {
  for (const link of workspace.links.values()) await returnOwed(deps, workspace, link);
  while (waitingHeads(workspace) < inHand) {
    const connectionIds = [...workspace.links.keys()];
    const rows = await claimInbox(deps.db.query, workspace.lease, { connectionIds, limit: claimAtOnce });
    let isSorted = true;
    for (const [connectionId, own] of Map.groupBy(rows, (row) => row.connectionId)) {
      const link = workspace.links.get(connectionId);
      // One that was paused meanwhile has its claims released when it is opened again.
      if (link !== undefined && !(await takeRows(deps, workspace, link, own))) isSorted = false;
    }
    if (rows.length < claimAtOnce || !isSorted) return;
  }
}

const waitingHeads = (workspace: Workspace) =>
  [...workspace.links.values()].reduce((sum, link) => sum + link.heads.size, 0);

/**
 * Sorts claimed rows of one connection; also those that came while their lead was being decided. Never throws: what
 * fails is given back and tried again later, which `false` tells.
 */
export async function takeRows(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  rows: readonly InboxRow[],
): Promise<boolean> {
  const refresh: Refresh = { accountIds: new Set(), opportunityIds: new Set() };
  const sorting: Sorting = { heads: [], joined: new Set(), ignored: [], done: [], failed: [], junk: [], refresh };
  try {
    await sortRows(deps, workspace, link, { rows, sorting });
    link.refresh(refresh);
    await settleSorted(deps, workspace, link, sorting);
  } catch (error) {
    await giveBack(deps, workspace, link, { rows: takeOutOfHand(link, rows, sorting), error });
    return false;
  }
  for (const { because } of sorting.ignored) deps.metrics.ignored(because);
  link.leads.push(sorting.heads);
  return sorting.failed.length === 0;
}

async function sortRows(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { rows, sorting }: { rows: readonly InboxRow[]; sorting: Sorting },
): Promise<void> {
  const { policy } = await workspace.readPolicy();
  const leadIds = new Set(rows.filter((row) => row.subjectKind === "lead").map((row) => row.subjectId));
  const known = await readLeads(deps.db.query, link.connection.id, [...leadIds]);
  for (const row of rows) {
    // Parked at the door; somebody let it wait again.
    if (!isEventRow(row)) {
      sorting.junk.push(row);
      continue;
    }
    try {
      const lead = known.get(row.subjectId) ?? null;
      if (isEcho(row, lead)) sorting.ignored.push({ ...row, because: "echo" });
      else if (isCovered(row, lead)) sorting.ignored.push({ ...row, because: "already-decided" });
      else if (isTrigger(row.change, policy.qualifyingStage)) addRow(link, sorting, { row, lead });
      else if (await follow(deps, workspace, link, { row, refresh: sorting.refresh })) sorting.done.push(row);
      else sorting.ignored.push({ ...row, because: ignoredBecause(row.change) });
    } catch (error) {
      // One row's trouble is not its siblings'.
      sorting.failed.push({ row, error });
    }
  }
}

async function settleSorted(deps: Deps, workspace: Workspace, link: Link, sorting: Sorting): Promise<void> {
  const { done, ignored, failed, junk } = sorting;
  const isSpent = ({ row, error }: Sorting["failed"][number]) => row.attempts >= maxAttempts && !mayHeal(error);
  const spent = failed.filter(isSpent).map(({ row, error }) => ({ ...row, because: codeOf(error) }));
  const again = failed.filter((failure) => !isSpent(failure)).map(({ row }) => row);
  await parkRows(deps, workspace, link, spent);
  const parked = junk.map((row) => ({ ...row, because: "not-an-event" }));
  await settleInbox(deps.db.query, workspace.lease, { done, ignored, parked, again });
  for (const { error, row } of failed)
    deps.log.warn({ error, connectionId: link.connection.id, leadId: row.subjectId }, "following an event failed");
  if (again.length > 0) tryLater(deps, workspace, again);
}

/** Undoes what a failed call put in hand; answers the rows that nobody works on now. */
function takeOutOfHand(link: Link, rows: readonly InboxRow[], { heads, joined }: Sorting): readonly InboxRow[] {
  for (const head of heads) link.heads.delete(head.leadId);
  return [...new Set([...rows.filter((row) => !joined.has(row)), ...heads.flatMap((head) => head.late)])];
}

async function giveBack(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { rows, error }: { rows: readonly InboxRow[]; error: unknown },
): Promise<void> {
  const { id: connectionId } = link.connection;
  deps.log.warn({ error, connectionId }, "sorting events failed; they are tried again");
  link.owed.push(...rows);
  try {
    await returnOwed(deps, workspace, link);
  } catch (failure) {
    deps.log.warn({ error: failure, connectionId }, "events could not be given back yet");
  }
  tryLater(deps, workspace, rows);
}

async function returnOwed(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const again = link.owed.splice(0);
  try {
    await settleInbox(deps.db.query, workspace.lease, { again });
  } catch (error) {
    link.owed.push(...again);
    throw error;
  }
}

function tryLater(deps: Deps, workspace: Workspace, rows: readonly InboxRow[]): void {
  const attempts = Math.max(0, ...rows.map((row) => row.attempts - 1));
  deps.setTimer(retryWaitMs(attempts), workspace.wake);
}

function isTrigger(change: EventChange, qualifyingStage: string): boolean {
  switch (change.kind) {
    case "lead-changed":
      return change.field === "stage" && change.value === qualifyingStage;
    case "lead-found":
    case "lead-reassign":
    case "lead-restored":
      return true;
    default:
      return false;
  }
}

/** True when the lead's last decision was for this entry into the stage or a later one: late and repeated deliveries. */
function isCovered({ change, occurredAt }: EventRow, lead: LeadRow | null): boolean {
  if (change.kind !== "lead-changed" || change.field !== "stage") return false;
  return lead !== null && lead.qualifiedAt !== null && occurredAt <= lead.qualifiedAt;
}

/** One head per lead: a row of a lead that is queued or being decided waits for that. */
function addRow(link: Link, { heads, joined }: Sorting, { row, lead }: { row: EventRow; lead: LeadRow | null }): void {
  const present = link.heads.get(row.subjectId);
  if (present !== undefined) {
    present.late.push(row);
    if (!heads.includes(present)) joined.add(row);
    return;
  }
  const head = headOf(row, lead);
  link.heads.set(head.leadId, head);
  heads.push(head);
}

function headOf(row: EventRow, lead: LeadRow | null): Head {
  const { change } = row;
  const reassign = change.kind === "lead-reassign" ? change : null;
  const found = change.kind === "lead-found" ? change : null;
  return {
    leadId: row.subjectId,
    priority: lead?.tier === "T1" ? 1 : found === null ? 2 : 3,
    receivedAt: row.receivedAt,
    rows: [row],
    late: [],
    cause: reassign?.cause ?? "qualified",
    qualifiedAt: reassign?.qualifiedAt ?? found?.qualifiedAt ?? row.occurredAt,
    round: reassign?.round ?? 0,
    breachedBy: reassign?.breachedBy ?? [],
    known: lead,
    attempts: 0,
    faults: 0,
  };
}
