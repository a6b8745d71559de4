import type { Deps } from "../deps.ts";
import { operationKey } from "../engine/plan.ts";
import type { Operation } from "../model/operation.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Query, Tx } from "../store/db.ts";
import { eraseLead } from "../store/erase.ts";
import { type LeadRow, markGone, noteMerged, readLeads, setLeadState } from "../store/leads.ts";
import { requireLease } from "../store/leases.ts";
import { moveOpenWork } from "../store/open-work.ts";
import { cancelOperations, planOperations, sentStatesOf } from "../store/operations.ts";
import { renameLead } from "../store/rename-lead.ts";
import { endFollowUps } from "./end-follow-ups.ts";
import { enqueueOwn } from "./own-events.ts";
import { inboxChannel } from "./receive.ts";
import type { Link, Workspace } from "./workspace.ts";

const askAgainMs = 2_000;

async function readLead(db: Query, link: Link, leadId: string): Promise<LeadRow | null> {
  return (await readLeads(db, link.connection.id, [leadId])).get(leadId) ?? null;
}

/**
 * Somebody else set the owner of a lead. A person's choice stands: our clock and task for it end. When the choice
 * fell into the moment between our reading and our writing, we wrote over it, and put it back (design.md I8).
 */
export async function ownerChanged(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  change: { leadId: string; ownerId: string | null; at: string },
): Promise<boolean> {
  const row = await readLead(deps.db.query, link, change.leadId);
  if (row === null || row.decisionId === null || row.state !== "assigned") return false;
  // The facts that we decided on are as young as `decidedAt`: an older change was seen, or has been overtaken since.
  if (row.decidedAt === null || change.at <= row.decidedAt) return false;
  if (row.ownerWrittenAt === null && (await isBeingSent(deps, link, change.leadId))) {
    // Whether it went over the person's choice can only be said when its answer is there.
    deps.setTimer(askAgainMs, () => {
      ownerChanged(deps, workspace, link, change).catch((error: unknown) =>
        deps.log.error({ error, leadId: change.leadId }, "following a change of owner failed"),
      );
    });
    return true;
  }
  if (wasOverwritten(row, change)) return restoreOwner(deps, workspace, link, { row, change });
  await deps.db.transaction(async (tx) => {
    await requireLease(tx, workspace.lease);
    // What was not sent yet must not go over the person's choice.
    await cancelOperations(tx, link.connection.id, { leadIds: [change.leadId], at: deps.now().toISOString() });
    await endWork(tx, link, {
      leadId: change.leadId,
      because: "handed-over",
      at: deps.now().toISOString(),
      newOwnerId: change.ownerId,
    });
    await setLeadState(tx, link.connection.id, { leadIds: [change.leadId], state: "kept" });
    if (change.ownerId === null) await alertUnowned(tx, deps, link, change.leadId);
  });
  link.loadPlanned();
  return true;
}

async function isBeingSent(deps: Deps, link: Link, leadId: string): Promise<boolean> {
  const states = await sentStatesOf(deps.db.query, link.connection.id, leadId);
  return states.includes("inflight") || states.includes("unknown");
}

/** The change is older than our write, and not what we had read when we decided. */
function wasOverwritten(row: LeadRow, change: { ownerId: string | null; at: string }): boolean {
  if (row.ownerWrittenAt === null || row.decidedAt === null) return false;
  return change.at >= row.decidedAt && change.at <= row.ownerWrittenAt && change.ownerId !== row.ownerId;
}

async function restoreOwner(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { row, change }: { row: LeadRow; change: { leadId: string; ownerId: string | null } },
): Promise<boolean> {
  const { decisionId, qualifiedAt } = row;
  if (decisionId === null || qualifiedAt === null || change.ownerId === null) return false;
  const restore: Operation = {
    key: operationKey(decisionId, "update-lead", "restore-owner"),
    connectionId: link.connection.id,
    decisionId,
    leadId: change.leadId,
    qualifiedAt,
    priority: 1,
    body: { kind: "update-lead", update: { owner: { ownerId: change.ownerId, expectOwnerId: row.ownerId } } },
  };
  await deps.db.transaction(async (tx) => {
    await requireLease(tx, workspace.lease);
    await endWork(tx, link, {
      leadId: change.leadId,
      because: "handed-over",
      at: deps.now().toISOString(),
      newOwnerId: change.ownerId,
    });
    await planOperations(tx, { workspaceId: row.workspaceId, operations: [restore], at: deps.now().toISOString() });
    await setLeadState(tx, link.connection.id, { leadIds: [change.leadId], state: "kept" });
  });
  link.loadPlanned();
  return true;
}

/** Ends clock, task and load of a lead that is not ours to watch any more. */
async function endWork(
  tx: Tx,
  link: Link,
  end: { leadId: string; because: "handed-over" | "lead-gone" | "reassigned"; at: string; newOwnerId: string | null },
): Promise<void> {
  const { leadId, because, at, newOwnerId } = end;
  await endFollowUps(tx, link, { leadIds: [leadId], because, at, holderId: newOwnerId });
  const item = { itemKind: "lead" as const, itemId: leadId };
  await moveOpenWork(tx, {
    workspaceId: link.connection.workspaceId,
    add: newOwnerId === null ? [] : [{ ...item, repId: newOwnerId, points: 1 }],
    remove: newOwnerId === null ? [item] : [],
  });
}

/**
 * The lead was deleted: nothing of ours may go on for it. `erase`: for privacy's sake, so that everything that tells who
 * the person was goes too; the bare decision stays as a tombstone.
 */
export async function leadGone(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { leadId, erase }: { leadId: string; erase: boolean },
): Promise<boolean> {
  const { id: connectionId, workspaceId } = link.connection;
  await deps.db.transaction(async (tx) => {
    await requireLease(tx, workspace.lease);
    await dropLead(tx, deps, link, { leadId, because: "lead-gone" });
    if (erase) await eraseLead(tx, { workspaceId, connectionId, leadId, at: deps.now().toISOString() });
  });
  link.loadPlanned();
  return true;
}

async function dropLead(
  tx: Tx,
  deps: Deps,
  link: Link,
  { leadId, because }: { leadId: string; because: "lead-gone" | "reassigned" },
): Promise<void> {
  const row = await readLead(tx, link, leadId);
  // One that is being decided for the first time has no row yet: the mark keeps its facts from being stored.
  if (row === null && !link.heads.has(leadId)) return;
  const at = deps.now().toISOString();
  await cancelOperations(tx, link.connection.id, { leadIds: [leadId], at });
  await endWork(tx, link, { leadId, because, at, newOwnerId: null });
  await markGone(tx, { workspaceId: link.connection.workspaceId, connectionId: link.connection.id, leadId, at });
}

/**
 * Leads were merged. The survivor keeps its own decision and clock; where only a merged one had any, the survivor
 * takes them over under its id, which may be a third one (hubspot.md §1.3).
 */
export async function leadMerged(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { into, from }: { into: string; from: readonly string[] },
): Promise<boolean> {
  const connectionId = link.connection.id;
  await deps.db.transaction(async (tx) => {
    await requireLease(tx, workspace.lease);
    let survivor = await readLead(tx, link, into);
    for (const leadId of from) {
      if (leadId === into) continue;
      const merged = await readLead(tx, link, leadId);
      if (merged === null) continue;
      if (merged.state === "gone") {
        await noteMerged(tx, connectionId, { from: [leadId], into });
        continue;
      }
      if (survivor === null) {
        await renameLead(tx, { workspaceId: merged.workspaceId, connectionId, from: leadId, to: into });
        survivor = { ...merged, leadId: into };
      } else {
        await dropLead(tx, deps, link, { leadId, because: "reassigned" });
        await noteMerged(tx, connectionId, { from: [leadId], into });
      }
    }
    // The survivor may qualify without ever having been told of.
    if (survivor === null || survivor.qualifiedAt === null)
      await enqueueOwn(tx, link, {
        leadId: into,
        at: deps.now().toISOString(),
        change: { kind: "lead-found", qualifiedAt: deps.now().toISOString() },
      });
  });
  link.loadPlanned();
  await deps.db.notify(inboxChannel);
  return true;
}

async function alertUnowned(tx: Tx, deps: Deps, link: Link, leadId: string): Promise<void> {
  await raiseAlert(tx, {
    workspaceId: link.connection.workspaceId,
    connectionId: link.connection.id,
    kind: "lead-unowned",
    subjectId: leadId,
    message: `Somebody cleared the owner of lead ${leadId} after Baton had assigned it.`,
    whatToDo: "Give it an owner in the CRM; Baton leaves a person's change alone.",
    raisedAt: deps.now().toISOString(),
  });
}
