import type { Deps } from "../deps.ts";
import { nextTurn } from "../engine/next-turn.ts";
import { forgetCounterpart } from "../store/counterparts.ts";
import type { Query, Tx } from "../store/db.ts";
import { readDecision } from "../store/decisions.ts";
import { eraseLead } from "../store/erase.ts";
import { unclosedFollowUpsOf } from "../store/follow-ups.ts";
import { isMerged, type LeadRow, lockLeads, markGone, noteBack, noteMerged, readLeads } from "../store/leads.ts";
import { cancelOperations } from "../store/operations.ts";
import { renameLead } from "../store/rename-lead.ts";
import { releaseFollowers } from "./followers.ts";
import { endWork, inTransaction, type Recall } from "./lead-transaction.ts";
import { enqueueOwn } from "./own-events.ts";
import { inboxChannel } from "./receive.ts";
import type { Link, Workspace } from "./workspace.ts";

async function readLead(db: Query, link: Link, leadId: string): Promise<LeadRow | null> {
  return (await readLeads(db, link.connection.id, [leadId])).get(leadId) ?? null;
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
  const released = await inTransaction(deps, workspace, link, async (tx, recall) => {
    const followers = await dropLead(tx, deps, link, { leadId, because: "lead-gone", recall });
    if (erase) await erasePerson(tx, { workspaceId, connectionId, leadId, at: deps.now().toISOString() });
    return followers;
  });
  link.loadPlanned();
  if (released > 0) workspace.wake();
}

/** What the other CRM of the workspace told of the person stands in the decision about the lead that they are there. */
async function erasePerson(tx: Tx, erasure: Parameters<typeof eraseLead>[1]): Promise<void> {
  await eraseLead(tx, erasure);
  const of = await forgetCounterpart(tx, erasure);
  if (of !== null) await eraseLead(tx, { ...erasure, ...of });
}

/** Tells how many leads followed it, and are decided on their own now. */
async function dropLead(
  tx: Tx,
  deps: Deps,
  link: Link,
  { leadId, because, recall }: { leadId: string; because: "lead-gone" | "merged"; recall: Recall },
): Promise<number> {
  const row = await readLead(tx, link, leadId);
  if (row === null) return 0;
  const at = deps.now().toISOString();
  const unsent = row.decisionId === null ? [] : recall(row.decisionId);
  await cancelOperations(tx, link.connection.id, { leadIds: [leadId], at, unsent });
  await endWork(tx, link, { leadId, because, at, newOwnerId: null });
  await markGone(tx, { workspaceId: link.connection.workspaceId, connectionId: link.connection.id, leadId, at });
  return releaseFollowers(tx, link, { leadIds: [leadId], at });
}

/**
 * Leads were merged. The survivor keeps its own decision and clock; where only a merged one had any, the survivor
 * takes them over under its id, which may be a third one (reliability.md §2). Where the survivor's work was over before
 * the merged one came in, it is decided anew.
 */
export async function leadMerged(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { into, from }: { into: string; from: readonly string[] },
): Promise<void> {
  const connectionId = link.connection.id;
  await inTransaction(deps, workspace, link, async (tx, recall) => {
    const rows = await lockLeads(tx, connectionId, [into, ...from]);
    let survivor = rows.get(into) ?? null;
    let fresh: LeadRow | null = null;
    // Merged away before, and what it was merged into comes back under its id: it has nothing of its own any more.
    if (survivor !== null && isMerged(survivor)) {
      await noteBack(tx, connectionId, into);
      survivor = null;
    }
    for (const leadId of from) {
      if (leadId === into) continue;
      const merged = rows.get(leadId);
      if (merged === undefined) {
        // Its qualification may be heard of after this, and is the survivor's.
        await markGone(tx, {
          workspaceId: link.connection.workspaceId,
          connectionId,
          leadId,
          at: deps.now().toISOString(),
        });
        await noteMerged(tx, connectionId, { from: [leadId], into });
        continue;
      }
      if (merged.state === "gone") {
        await noteMerged(tx, connectionId, { from: [leadId], into });
        continue;
      }
      const heir = { workspaceId: merged.workspaceId, connectionId, from: leadId, to: into };
      if (survivor === null && (await renameLead(tx, heir))) {
        survivor = { ...merged, leadId: into, mergedInto: null };
      } else {
        // It may have been decided on for the first time just now.
        survivor ??= await readLead(tx, link, into);
        if (await isFresher(tx, link, { merged, survivor })) fresh = merged;
        await dropLead(tx, deps, link, { leadId, because: "merged", recall });
        await noteMerged(tx, connectionId, { from: [leadId], into });
      }
    }
    if (fresh !== null) await decideAnew(tx, deps, link, { into, fresh });
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

/**
 * True when the merged lead waits for its rep while nobody has to do with the survivor any more: an old contact came
 * back, and the two became one.
 */
async function isFresher(
  tx: Tx,
  link: Link,
  { merged, survivor }: { merged: LeadRow; survivor: LeadRow | null },
): Promise<boolean> {
  const { qualifiedAt, leadId } = merged;
  if (survivor === null || qualifiedAt === null) return false;
  const lastSeenTo = survivor.touchedAt ?? survivor.decidedAt ?? survivor.qualifiedAt;
  if (lastSeenTo !== null && qualifiedAt <= lastSeenTo) return false;
  const unclosed = await unclosedFollowUpsOf(tx, link.connection.id, [leadId, survivor.leadId]);
  const open = unclosed.filter(({ state }) => state === "open");
  return open.some((one) => one.leadId === leadId) && !open.some((one) => one.leadId === survivor.leadId);
}

/** Whoever has the survivor now hears of the lead that came in: its owner by the CRM, or who is next. */
async function decideAnew(tx: Tx, deps: Deps, link: Link, { into, fresh }: { into: string; fresh: LeadRow }) {
  const { qualifiedAt, round, decisionId, workspaceId } = fresh;
  if (qualifiedAt === null) return;
  const row = decisionId === null ? null : await readDecision(tx, workspaceId, decisionId);
  const facts = row?.facts ?? { trigger: { qualifiedAt, round, cause: "qualified" as const, breachedBy: [] } };
  const made = { facts, decision: row?.decision ?? ({ outcome: { kind: "stopped", because: "merged" } } as const) };
  const trigger = nextTurn(made, { cause: "merged", breachedBy: facts.trigger.breachedBy });
  await enqueueOwn(tx, link, {
    leadId: into,
    at: deps.now().toISOString(),
    change: { kind: "lead-reassign", ...trigger, cause: "merged" },
  });
}
