import type { Deps } from "../deps.ts";
import type { EventChange } from "../model/event.ts";
import { claimInbox, settleInbox } from "../store/inbox.ts";
import { type LeadRow, readLeads } from "../store/leads.ts";
import { isEcho } from "./echo.ts";
import { type EventRow, isEventRow } from "./event-row.ts";
import { eraseLead, leadGone, leadMerged, ownerChanged } from "./lead-events.ts";
import { forgetAccount, forgetOpportunity, mergeAccount } from "./sync-accounts.ts";
import type { Head, Link, Workspace } from "./workspace.ts";

/** Leads in memory at most, those under way included; the rest waits in the inbox. Far above what the budget lets pass. */
const inHand = 20_000;
const claimAtOnce = 1_000;

type Refresh = { accountIds: Set<string>; opportunityIds: Set<string> };

/**
 * Takes what came in and gives each row its way: a lead to decide, a record to read again, a person's change to
 * follow, or nothing with a reason. Resolves when the inbox is empty or as much as fits is in hand.
 */
export async function takeIn(deps: Deps, workspace: Workspace): Promise<void> {
  while (waitingHeads(workspace) < inHand) {
    const connectionIds = [...workspace.links.keys()];
    const rows = await claimInbox(deps.db.query, workspace.lease, { connectionIds, limit: claimAtOnce });
    for (const [connectionId, own] of Map.groupBy(rows.filter(isEventRow), (row) => row.connectionId)) {
      const link = workspace.links.get(connectionId);
      if (link !== undefined) await takeRows(deps, workspace, link, own);
    }
    if (rows.length < claimAtOnce) return;
  }
}

const waitingHeads = (workspace: Workspace) =>
  [...workspace.links.values()].reduce((sum, link) => sum + link.heads.size, 0);

/** Sorts rows of one connection; also those that came while their lead was being decided. */
export async function takeRows(deps: Deps, workspace: Workspace, link: Link, rows: readonly EventRow[]): Promise<void> {
  const { policy } = await workspace.readPolicy();
  const known = await readLeads(deps.db.query, link.connection.id, [
    ...new Set(rows.filter((row) => row.subjectKind === "lead").map((row) => row.subjectId)),
  ]);
  const heads: Head[] = [];
  const ignored: (EventRow & { because: string })[] = [];
  const done: EventRow[] = [];
  const refresh: Refresh = { accountIds: new Set(), opportunityIds: new Set() };
  for (const row of rows) {
    const lead = known.get(row.subjectId) ?? null;
    if (isEcho(row, lead)) ignored.push({ ...row, because: "echo" });
    else if (isCovered(row, lead)) ignored.push({ ...row, because: "already-decided" });
    else if (isTrigger(row.change, policy.qualifyingStage)) addRow(link, heads, { row, lead });
    else if (await follow(deps, workspace, link, { row, refresh })) done.push(row);
    else ignored.push({ ...row, because: ignoredBecause(row.change) });
  }
  for (const { because } of ignored) deps.metrics.ignored(because);
  link.refresh(refresh);
  await settleInbox(deps.db.query, workspace.lease, { done, ignored });
  link.leads.push(heads);
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

/** One head per lead: a row of a lead that is queued joins it, one of a lead that is being decided waits. */
function addRow(link: Link, heads: Head[], { row, lead }: { row: EventRow; lead: LeadRow | null }): void {
  const present = link.heads.get(row.subjectId);
  if (present !== undefined) {
    present.late.push(row);
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
  };
}

/** True when the row was acted on. */
async function follow(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { row, refresh }: { row: EventRow; refresh: Refresh },
): Promise<boolean> {
  const { change, subjectId } = row;
  switch (change.kind) {
    case "lead-changed":
      if (change.field !== "owner") return false;
      return ownerChanged(deps, workspace, link, { leadId: subjectId, ownerId: change.value, at: row.occurredAt });
    case "lead-deleted":
      return leadGone(deps, workspace, link, { leadId: subjectId });
    case "lead-erased":
      return eraseLead(deps, workspace, link, { leadId: subjectId });
    case "lead-merged":
      return leadMerged(deps, workspace, link, { into: change.into, from: change.from });
    case "account-changed":
      refresh.accountIds.add(subjectId);
      return true;
    case "account-deleted":
      return forgetAccount(deps, link, subjectId);
    case "account-merged":
      refresh.accountIds.add(change.into);
      return mergeAccount(deps, link, change);
    case "opportunity-changed":
      refresh.opportunityIds.add(subjectId);
      return true;
    case "opportunity-deleted":
      return forgetOpportunity(deps, link, subjectId);
    default:
      return false;
  }
}

function ignoredBecause(change: EventChange): string {
  if (change.kind === "lead-changed") return change.field === "stage" ? "other-stage" : "not-a-trigger";
  return change.kind === "lead-created" ? "waits-for-stage" : "not-a-trigger";
}
