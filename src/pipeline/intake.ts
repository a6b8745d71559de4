import type { Deps } from "../deps.ts";
import { type InboxRow, settleInbox } from "../store/inbox.ts";
import { type LeadRow, readLeads } from "../store/leads.ts";
import { killedItsProcess } from "../store/suspects.ts";
import { claimRows, giveBack, returnOwed, undoUnanswered, waiting } from "./claims.ts";
import { type EventRow, isEventRow } from "./event-row.ts";
import { follow, ignoredBecause, type Refresh } from "./follow.ts";
import { isTrigger } from "./is-trigger.ts";
import { findKillers } from "./killers.ts";
import { codeOf, maxAttempts, mayHeal, parkRows } from "./park.ts";
import { presenceOf } from "./presence.ts";
import { claimSuspects } from "./take-suspects.ts";
import { inPeople, twinsOf, whyEcho } from "./twins.ts";
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
  /** What to do about them cannot be said yet. */
  later: EventRow[];
  failed: { row: EventRow; error: unknown }[];
  junk: InboxRow[];
  /** They would decide a lead whose decision kills. */
  poison: EventRow[];
  refresh: Refresh;
};

/**
 * Takes what came in and gives each row its way: a lead to decide, a record to read again, a person's change to
 * follow, or nothing with a reason. Resolves when nothing more may be taken now, or as much as fits is in hand. What
 * failed waits in the inbox for its time: the worker looks into it every second.
 */
export async function takeIn(deps: Deps, workspace: Workspace): Promise<void> {
  for (const link of workspace.links.values()) await returnOwed(deps, workspace, link);
  await undoUnanswered(deps, workspace);
  for (;;) {
    const rows = await claimSuspects(deps, workspace);
    if (rows.length === 0) break;
    await handOut(deps, workspace, rows);
  }
  while (waitingHeads(workspace) < inHand) {
    const rows = await claimRows(deps, workspace, { limit: claimAtOnce, besideSuspects: workspace.suspects.any });
    await handOut(deps, workspace, rows);
    if (rows.length < claimAtOnce) return;
  }
}

async function handOut(deps: Deps, workspace: Workspace, rows: readonly InboxRow[]): Promise<void> {
  for (const [connectionId, own] of Map.groupBy(rows, (row) => row.connectionId)) {
    const link = workspace.links.get(connectionId);
    if (link !== undefined) await takeRows(deps, workspace, link, own);
    // Closed meanwhile.
    else await settleInbox(deps.db.query, workspace.lease, { again: own });
  }
}

const waitingHeads = (workspace: Workspace) =>
  [...workspace.links.values()].reduce((sum, link) => sum + link.heads.size, 0);

/**
 * Sorts claimed rows of one connection; also those that came while their lead was being decided. Never throws: what
 * fails is given back and tried again later.
 */
export async function takeRows(deps: Deps, workspace: Workspace, link: Link, rows: readonly InboxRow[]): Promise<void> {
  const refresh: Refresh = { accountIds: new Set(), opportunityIds: new Set() };
  const sorting: Sorting = {
    heads: [],
    joined: new Set(),
    ignored: [],
    done: [],
    later: [],
    failed: [],
    junk: [],
    poison: [],
    refresh,
  };
  try {
    await sortRows(deps, workspace, link, { rows, sorting });
    link.refresh(refresh);
    await settleSorted(deps, workspace, link, sorting);
    await handOn(deps, workspace, link, sorting.heads);
  } catch (error) {
    return giveBack(deps, workspace, link, { rows: takeOutOfHand(link, rows, sorting), error });
  }
  for (const { because } of sorting.ignored) deps.metrics.ignored(because);
}

async function handOn(deps: Deps, workspace: Workspace, link: Link, heads: readonly Head[]): Promise<void> {
  if (workspace.links.get(link.connection.id) === link) return link.leads.push(heads);
  // Its connection was closed meanwhile: there nobody works on them any more.
  const again = heads.flatMap(({ rows, late }) => [...rows, ...late]);
  await settleInbox(deps.db.query, workspace.lease, { again });
}

async function sortRows(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { rows, sorting }: { rows: readonly InboxRow[]; sorting: Sorting },
): Promise<void> {
  const { policy } = await workspace.readPolicy(link.connection.crm);
  const leadIds = [...new Set(rows.filter((row) => row.subjectKind === "lead").map((row) => row.subjectId))];
  const known = await readLeads(deps.db.query, link.connection.id, leadIds);
  const twins = await twinsOf(deps, link, leadIds);
  const isPresent = await presenceOf(link, { rows, known });
  const killers = await findKillers(deps, workspace, link, leadIds);
  for (const given of rows) {
    // Parked at the door; somebody let it wait again.
    if (!isEventRow(given)) {
      sorting.junk.push(given);
      continue;
    }
    const row = inPeople(link, given);
    try {
      // The deletion may stand in the same rows.
      if (row.change.kind === "lead-restored") await reread(deps, link, { leadId: row.subjectId, known });
      const lead = known.get(row.subjectId) ?? null;
      const because = whyEcho(link, { row, lead, twin: twins.get(row.subjectId) ?? null });
      if (because !== null) sorting.ignored.push({ ...row, because });
      else if (isCovered(row, lead)) sorting.ignored.push({ ...row, because: "already-decided" });
      else if (row.change.kind === "lead-deleted" && isPresent(row.subjectId))
        sorting.ignored.push({ ...row, because: "lead-present" });
      else if (!isTrigger(row.change, policy.qualifyingStage))
        await followRow(deps, workspace, link, { row, lead, sorting });
      else if (killers.has(row.subjectId)) sorting.poison.push(row);
      else addRow(link, sorting, { row, lead });
    } catch (error) {
      // One row's trouble is not its siblings'.
      sorting.failed.push({ row, error });
    }
  }
}

async function reread(
  deps: Deps,
  link: Link,
  { leadId, known }: { leadId: string; known: Map<string, LeadRow> },
): Promise<void> {
  for (const [id, lead] of await readLeads(deps.db.query, link.connection.id, [leadId])) known.set(id, lead);
}

async function followRow(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { row, lead, sorting }: { row: EventRow; lead: LeadRow | null; sorting: Sorting },
): Promise<void> {
  const followed = await follow(deps, workspace, link, { row, lead, refresh: sorting.refresh });
  if (followed === "ignored") sorting.ignored.push({ ...row, because: ignoredBecause(row.change) });
  else sorting[followed].push(row);
}

async function settleSorted(deps: Deps, workspace: Workspace, link: Link, sorting: Sorting): Promise<void> {
  const { done, ignored, later, failed, junk, poison } = sorting;
  const isSpent = ({ row, error }: Sorting["failed"][number]) => row.attempts >= maxAttempts && !mayHeal(error);
  const spent = failed.filter(isSpent).map(({ row, error }) => ({ ...row, because: codeOf(error) }));
  const again = [...later, ...failed.filter((failure) => !isSpent(failure)).map(({ row }) => row)];
  await parkRows(deps, workspace, link, spent);
  const parked = [
    ...junk.map((row) => ({ ...row, because: "not-an-event" })),
    ...poison.map((row) => ({ ...row, because: killedItsProcess })),
  ];
  await settleInbox(deps.db.query, workspace.lease, { done, ignored, parked, again: again.map(waiting(deps)) });
  for (const { error, row } of failed)
    deps.log.warn({ error, connectionId: link.connection.id, leadId: row.subjectId }, "following an event failed");
}

/** Undoes what a failed call put in hand; answers the rows that nobody works on now. */
function takeOutOfHand(link: Link, rows: readonly InboxRow[], { heads, joined }: Sorting): readonly InboxRow[] {
  for (const head of heads) link.heads.delete(head.leadId);
  return [...new Set([...rows.filter((row) => !joined.has(row)), ...heads.flatMap((head) => head.late)])];
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
  const elsewhere = change.kind === "lead-elsewhere" ? change : null;
  const isRestored = change.kind === "lead-restored" && lead?.state === "gone" && lead.decisionId !== null;
  return {
    leadId: row.subjectId,
    priority: lead?.tier === "T1" ? 1 : found === null ? 2 : 3,
    receivedAt: row.receivedAt,
    rows: [row],
    late: [],
    cause: reassign?.cause ?? "qualified",
    qualifiedAt:
      reassign?.qualifiedAt ??
      found?.qualifiedAt ??
      elsewhere?.qualifiedAt ??
      (isRestored ? lead.qualifiedAt : null) ??
      row.occurredAt,
    round: reassign?.round ?? 0,
    isRestored,
    ...(elsewhere === null ? {} : { twin: { connectionId: elsewhere.connectionId, leadId: elsewhere.leadId } }),
    breachedBy: reassign?.breachedBy ?? [],
    history: historyOf(reassign),
    known: lead,
    attempts: 0,
    faults: 0,
    atMost: Number.POSITIVE_INFINITY,
  };
}

/** What is not there is left out: a stored trigger says nothing of what did not happen. */
function historyOf(change: (EventRow["change"] & { kind: "lead-reassign" }) | null): Head["history"] {
  const { owners, waits, elsewhere } = change ?? {};
  return {
    ...(owners === undefined ? {} : { owners }),
    ...(waits === undefined ? {} : { waits }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}
