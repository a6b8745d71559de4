import type { Deps } from "../deps.ts";
import { operationKey, updateKeyOf } from "../engine/plan.ts";
import type { Operation } from "../model/operation.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Query, Tx } from "../store/db.ts";
import { eraseLead } from "../store/erase.ts";
import { type LeadRow, lockLeads, markGone, noteMerged, readLeads, setLeadState } from "../store/leads.ts";
import { moveOpenWork } from "../store/open-work.ts";
import { cancelOperations, planOperations, sentStatesOf } from "../store/operations.ts";
import { renameLead } from "../store/rename-lead.ts";
import { endFollowUps } from "./end-follow-ups.ts";
import { enqueueOwn } from "./own-events.ts";
import { inboxChannel } from "./receive.ts";
import { type OwnerWrite, ownerWriteOf } from "./refused.ts";
import { underLease } from "./under-lease.ts";
import type { Link, Workspace } from "./workspace.ts";

async function readLead(db: Query, link: Link, leadId: string): Promise<LeadRow | null> {
  return (await readLeads(db, link.connection.id, [leadId])).get(leadId) ?? null;
}

/** `later`: it cannot be said yet what to do. */
export type Followed = "done" | "ignored" | "later";

type OwnerChange = { leadId: string; ownerId: string | null; at: string };

/**
 * Somebody else set the owner of a lead. A person's choice stands: our clock and task for it end. When the choice
 * fell into the moment between our reading and our writing, we wrote over it, and put it back (design.md I8).
 */
export async function ownerChanged(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  change: OwnerChange,
): Promise<Followed> {
  const followed = await inTransaction(deps, workspace, link, (tx, recall) =>
    followOwner(tx, deps, link, { change, recall }),
  );
  if (followed !== "ignored") link.loadPlanned();
  return followed;
}

/** Keeps the update of a decision from being sent, if it was not yet; the keys of all that are kept back. */
type Recall = (decisionId: string) => readonly string[];

/** Under the lease. What was kept back goes out after all when it fails. */
async function inTransaction<T>(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  run: (tx: Tx, recall: Recall) => Promise<T>,
): Promise<T> {
  const held = new Set<string>();
  const recall: Recall = (decisionId) => {
    const key = updateKeyOf(decisionId);
    if (link.unsent.delete(key)) held.add(key);
    return [...held];
  };
  const done = underLease(deps, { lease: workspace.lease, what: "follow-up" }, (tx) => run(tx, recall));
  return done.catch((error: unknown) => {
    for (const key of held) link.unsent.add(key);
    throw error;
  });
}

type Changed = { change: OwnerChange; recall: Recall };

async function followOwner(tx: Tx, deps: Deps, link: Link, { change, recall }: Changed): Promise<Followed> {
  const { leadId, ownerId } = change;
  const { id: connectionId } = link.connection;
  const row = (await lockLeads(tx, connectionId, [leadId])).get(leadId) ?? null;
  if (row === null || row.decisionId === null || row.state !== "assigned") return "ignored";
  // The facts that we decided on are as young as `decidedAt`: an older change was seen, or has been overtaken since.
  if (row.decidedAt === null || change.at <= row.decidedAt) return "ignored";
  if (isKnown(await ownerWriteOf(tx, row.decisionId), change)) return "ignored";
  const at = deps.now().toISOString();
  const unsent = recall(row.decisionId);
  const cancelUnsent = () => cancelOperations(tx, connectionId, { leadIds: [leadId], at, unsent });
  // What was not sent yet must not go over the person's choice.
  if (ownerId !== null || unsent.length > 0) await cancelUnsent();
  // In this order: an answer that is noted between the two looks must not be missed by both.
  const isOpen = await isBeingSent(tx, connectionId, leadId);
  const writtenAt = (await ownerWriteOf(tx, row.decisionId))?.writtenAt ?? null;
  // Whether what is being sent went over it can only be said when its answer is there.
  if (writtenAt === null && isOpen) return "later";
  const isOverwritten = writtenAt !== null && change.at <= writtenAt && ownerId !== row.ownerId;
  // Cleared in that moment: the lead has its rep now, and there is nobody to give it back to.
  if (isOverwritten && ownerId === null) return "ignored";
  await cancelUnsent();
  const restore = isOverwritten ? restoreOf(link, row, change) : null;
  await endWork(tx, link, { leadId, because: "handed-over", at, newOwnerId: ownerId });
  if (restore !== null) await planOperations(tx, { workspaceId: row.workspaceId, operations: [restore], at });
  await setLeadState(tx, connectionId, { leadIds: [leadId], state: "kept" });
  if (ownerId === null) await alertUnowned(tx, deps, link, leadId);
  return "done";
}

/** Our facts said so: leads of several reads may be decided together, and the first read is the date of all. */
function isKnown(write: OwnerWrite | null, { ownerId, at }: OwnerChange): boolean {
  if (write === null || ownerId !== write.expectOwnerId) return false;
  return write.writtenAt === null || at <= write.writtenAt;
}

async function isBeingSent(tx: Tx, connectionId: string, leadId: string): Promise<boolean> {
  const states = await sentStatesOf(tx, connectionId, leadId);
  return states.includes("inflight") || states.includes("unknown");
}

function restoreOf(link: Link, { decisionId, qualifiedAt, ownerId }: LeadRow, change: OwnerChange): Operation | null {
  if (decisionId === null || qualifiedAt === null || change.ownerId === null) return null;
  return {
    key: operationKey(decisionId, "update-lead", "restore-owner"),
    connectionId: link.connection.id,
    decisionId,
    leadId: change.leadId,
    qualifiedAt,
    priority: 1,
    body: { kind: "update-lead", update: { owner: { ownerId: change.ownerId, expectOwnerId: ownerId } } },
  };
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
): Promise<void> {
  const { id: connectionId, workspaceId } = link.connection;
  await inTransaction(deps, workspace, link, async (tx, recall) => {
    await dropLead(tx, deps, link, { leadId, because: "lead-gone", recall });
    if (erase) await eraseLead(tx, { workspaceId, connectionId, leadId, at: deps.now().toISOString() });
  });
  link.loadPlanned();
}

async function dropLead(
  tx: Tx,
  deps: Deps,
  link: Link,
  { leadId, because, recall }: { leadId: string; because: "lead-gone" | "reassigned"; recall: Recall },
): Promise<void> {
  const row = await readLead(tx, link, leadId);
  if (row === null) return;
  const at = deps.now().toISOString();
  const unsent = row.decisionId === null ? [] : recall(row.decisionId);
  await cancelOperations(tx, link.connection.id, { leadIds: [leadId], at, unsent });
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
): Promise<void> {
  const connectionId = link.connection.id;
  await inTransaction(deps, workspace, link, async (tx, recall) => {
    let survivor = await readLead(tx, link, into);
    // Merged away before, and what it was merged into comes back under its id: it has nothing of its own any more.
    if (survivor?.state === "gone" && survivor.mergedInto !== null) survivor = null;
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
        survivor = { ...merged, leadId: into, mergedInto: null };
      } else {
        await dropLead(tx, deps, link, { leadId, because: "reassigned", recall });
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
