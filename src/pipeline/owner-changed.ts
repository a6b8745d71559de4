import type { Deps } from "../deps.ts";
import { operationKey } from "../engine/plan.ts";
import type { Operation } from "../model/operation.ts";
import type { Tx } from "../store/db.ts";
import { roundsOf } from "../store/decisions.ts";
import { type LeadRow, lockLeads, setLeadState } from "../store/leads.ts";
import { asWork, moveLead } from "../store/open-work.ts";
import { cancelOperations, planOperations, sentStatesOf } from "../store/operations.ts";
import { noteShadowOwner } from "../store/shadow.ts";
import { releaseFollowers } from "./followers.ts";
import { endWork, inTransaction, type Recall } from "./lead-transaction.ts";
import { letGoToOwner } from "./let-go.ts";
import { alertFight, alertUnowned, endUnowned } from "./owner-alerts.ts";
import { type OwnerWrite, ownerWriteOf } from "./refused.ts";
import { otherOf, reportConflict, type Standing, standAgainst } from "./two-systems.ts";
import type { Link, OwnerLook, Workspace } from "./workspace.ts";

/** `later`: it cannot be said yet what to do. */
export type Followed = "done" | "ignored" | "later";

/** `automated`: a workflow or another app did it. */
type OwnerChange = { leadId: string; ownerId: string | null; at: string; automated?: boolean };

/**
 * Somebody else set the owner of a lead. A person's choice stands: our clock and task for it end. When the choice
 * fell into the moment between our reading and our writing, we wrote over it, and put it back (design.md I8). Software's
 * choice is never written over either, or two routers would fight: that of a moment after ours is told as a fight.
 */
export async function ownerChanged(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  change: OwnerChange,
): Promise<Followed> {
  const look = seenOwner(deps, link, change.leadId);
  const followed = await inTransaction(deps, workspace, link, (tx, recall) =>
    followOwner(tx, deps, link, { change, recall, look }),
  );
  if (followed === "look") lookAtOwner(deps, link, change.leadId);
  else link.ownerLooks.delete(change.leadId);
  if (followed !== "ignored") link.loadPlanned();
  // What followed the lead may wait in the inbox now.
  if (followed === "done") workspace.wake();
  return followed === "look" ? "later" : followed;
}

/**
 * The event that asked for the look comes round again within this time, also when its tries have grown rare. Whatever
 * changes meanwhile has an event of its own, and what is put back reads the owner once more before it writes.
 */
const freshMs = 10 * 60_000;

/** The CRM's owner as the last look found it; undefined when none was made lately. */
function seenOwner(deps: Deps, link: Link, leadId: string): OwnerLook | undefined {
  const look = link.ownerLooks.get(leadId);
  return look?.atMs != null && deps.monotonic() - look.atMs <= freshMs ? look : undefined;
}

/** Nobody waits for the answer: taking in what comes must not hang on the CRM. The event is followed again in a moment. */
function lookAtOwner(deps: Deps, link: Link, leadId: string): void {
  if (link.ownerLooks.get(leadId)?.atMs === null) return;
  link.ownerLooks.set(leadId, { ownerId: null, by: null, atMs: null });
  readOwner(link, leadId).then(
    (owner) => link.ownerLooks.set(leadId, { ...owner, atMs: deps.monotonic() }),
    (error: unknown) => {
      link.ownerLooks.delete(leadId);
      deps.log.warn({ error, leadId, connectionId: link.connection.id }, "looking at an owner failed");
    },
  );
}

/** Who set it tells the vendors' sync from a person, where a lead may stand in another CRM too. */
async function readOwner({ client, people }: Link, leadId: string): Promise<Omit<OwnerLook, "atMs">> {
  const pay = { lane: "live-read" } as const;
  const [lead] = await client.readLeads([leadId], [], pay);
  const ownerId = lead?.ownerId ?? null;
  if (people === null) return { ownerId, by: null };
  const history = (await client.readOwnerHistory([leadId], pay)).get(leadId);
  return { ownerId, by: history?.find((each) => each.ownerId === ownerId)?.by ?? null };
}

type Changed = { change: OwnerChange; recall: Recall; look: OwnerLook | undefined };

async function followOwner(tx: Tx, deps: Deps, link: Link, changed: Changed): Promise<Followed | "look"> {
  const { change, recall, look } = changed;
  const { leadId, ownerId } = change;
  const present = look?.ownerId;
  const { id: connectionId } = link.connection;
  const row = (await lockLeads(tx, connectionId, [leadId])).get(leadId) ?? null;
  if (row === null || row.decisionId === null || row.decidedAt === null) return "ignored";
  await noteShadowOwner(tx, connectionId, { leadId, ownerId, at: change.at });
  if (ownerId !== null && (await letGoToOwner(tx, link, row, deps.now().toISOString()))) return "done";
  if (row.state !== "assigned") return followUnassigned(tx, link, { row, change, at: deps.now().toISOString() });
  if (link.connection.mode === "shadow") return followInShadow(tx, link, { row, change, at: deps.now().toISOString() });
  if (change.at <= row.decidedAt) return followLate(tx, deps, link, { ...changed, row, decisionId: row.decisionId });
  const write = await ownerWriteOf(tx, row.decisionId);
  // Our facts may have had it already: leads of several reads are decided together, and the first read is the date of all.
  const isExpected = write !== null && ownerId === write.expectOwnerId;
  if (isExpected && write.writtenAt === null) {
    const isUnderWay = !link.unsent.has(write.key) && (await isBeingSent(tx, connectionId, leadId));
    return isUnderWay ? "later" : "ignored";
  }
  const stand = await standingOf(tx, link, { row, change, look, write, now: deps.now().toISOString() });
  if (stand === "stands") return "done";
  if (stand === "later" || stand === "look") return stand;
  const automated = stand === "conflict" || (change.automated === true && stand !== "person");
  // Their time is that of the change, ours that of the answer: which of the two came last, the CRM alone can tell.
  if (write !== null && write.writtenAt !== null && change.at <= write.writtenAt && ownerId !== row.ownerId) {
    if (present === undefined) return "look";
    if (isExpected && present !== ownerId) return "ignored";
  }
  const at = deps.now().toISOString();
  const unsent = recall(row.decisionId);
  const cancelUnsent = () => cancelOperations(tx, connectionId, { leadIds: [leadId], at, unsent });
  // What was not sent yet must not go over the person's choice.
  if ((ownerId !== null && !automated) || unsent.length > 0) await cancelUnsent();
  // In this order: an answer that is noted between the two looks must not be missed by both.
  const isOpen = await isBeingSent(tx, connectionId, leadId);
  const writtenAt = (await ownerWriteOf(tx, row.decisionId))?.writtenAt ?? null;
  // Whether what is being sent went over it can only be said when its answer is there.
  if (writtenAt === null && isOpen) return "later";
  const isOverwritten = writtenAt !== null && change.at <= writtenAt && ownerId !== row.ownerId && ownerId !== present;
  // The lead has its rep now, and there is nobody to give it back to, or a workflow that would take it again.
  if (isOverwritten && (ownerId === null || automated)) return "ignored";
  await cancelUnsent();
  if (isOverwritten) await planRestore(tx, link, { row, change, over: row.ownerId, at });
  await endWork(tx, link, { leadId, because: "handed-over", at, newOwnerId: ownerId });
  if (ownerId !== null) await releaseFollowers(tx, link, { leadIds: [leadId], at });
  const isConflict = stand === "conflict";
  const isFight = isConflict || (automated && Date.parse(change.at) - Date.parse(row.decidedAt) <= fightMs);
  await setLeadState(tx, connectionId, { leadIds: [leadId], state: isFight ? "parked" : "kept" });
  if (isConflict) await reportConflict(tx, link, { row, now: at });
  else if (isFight) await alertFight(tx, link, { leadId, at });
  else if (ownerId === null) await alertUnowned(tx, link, { leadId, at });
  return "done";
}

type Taken = {
  row: LeadRow;
  change: OwnerChange;
  look: OwnerLook | undefined;
  write: OwnerWrite | null;
  now: string;
};

/** Of what software did to a lead that we had written: is it the word of another CRM of the workspace? */
async function standingOf(tx: Tx, link: Link, { row, change, look, write, now }: Taken): Promise<Standing | "look"> {
  const { ownerId, at, automated } = change;
  const writtenAt = write?.writtenAt ?? null;
  if (ownerId === null || ownerId === row.ownerId || writtenAt === null) return null;
  if ((await otherOf(tx, link, row.leadId)) === null) return null;
  // Not every CRM's event says who made the change.
  if (automated !== true && look === undefined) return "look";
  if (automated !== true && (look?.ownerId !== ownerId || look.by !== "automation")) return null;
  return standAgainst(tx, link, { row, ownerId, at, writtenAt, now });
}

/**
 * Nobody had it of us (it waits in a queue, say), or somebody cleared its owner: whoever was given it now has it, and
 * what follows it goes there too.
 */
async function followUnassigned(
  tx: Tx,
  link: Link,
  { row, change, at }: { row: LeadRow; change: OwnerChange; at: string },
): Promise<Followed> {
  const { leadId, ownerId } = change;
  const isWaiting = row.state === "queued" || row.state === "followed";
  if (ownerId === null || !(isWaiting || row.state === "kept") || change.at <= (row.decidedAt ?? "")) return "ignored";
  const released = await releaseFollowers(tx, link, { leadIds: [leadId], at });
  const wasCleared = await endUnowned(tx, row, at);
  if (!isWaiting && !wasCleared && released === 0) return "ignored";
  await moveLead(tx, { workspaceId: row.workspaceId, leadId, to: asWork(ownerId) });
  await setLeadState(tx, link.connection.id, { leadIds: [leadId], state: "kept" });
  return "done";
}

/**
 * Nothing of ours was written, so that nobody goes over anything: whoever has the lead works on it, and it is theirs.
 * One without an owner stays as it was decided.
 */
async function followInShadow(
  tx: Tx,
  link: Link,
  { row, change, at }: { row: LeadRow; change: OwnerChange; at: string },
): Promise<Followed> {
  const { leadId, ownerId } = change;
  if (ownerId === null || change.at <= (row.decidedAt ?? "")) return "ignored";
  await moveLead(tx, { workspaceId: row.workspaceId, leadId, to: asWork(ownerId) });
  await releaseFollowers(tx, link, { leadIds: [leadId], at });
  await setLeadState(tx, link.connection.id, { leadIds: [leadId], state: "kept" });
  return "done";
}

/**
 * A change of before the decision in effect. The facts that we decided on are as young as `decidedAt`, so it was seen,
 * or has been overtaken since; but for a person's choice that an earlier round wrote over: no later one saw it, and
 * nothing but this event tells of it.
 */
async function followLate(
  tx: Tx,
  deps: Deps,
  link: Link,
  { change, recall, look, row, decisionId }: Changed & { row: LeadRow; decisionId: string },
): Promise<Followed | "look"> {
  const { leadId, ownerId } = change;
  const present = look?.ownerId;
  const { id: connectionId } = link.connection;
  if (!(await isUnderEarlierWrite(tx, row, change))) return "ignored";
  if (present === undefined) return "look";
  const before = await ownerWriteOf(tx, decisionId);
  // Whoever has it now was chosen since, and that choice has an event of its own.
  if (before === null || (present !== row.ownerId && present !== before.expectOwnerId)) return "ignored";
  const at = deps.now().toISOString();
  await cancelOperations(tx, connectionId, { leadIds: [leadId], at, unsent: recall(decisionId) });
  const isOpen = await isBeingSent(tx, connectionId, leadId);
  const writtenAt = (await ownerWriteOf(tx, decisionId))?.writtenAt ?? null;
  // Whom it is to be taken from can only be said when the answer is there.
  if (writtenAt === null && isOpen) return "later";
  await planRestore(tx, link, { row, change, over: writtenAt === null ? before.expectOwnerId : row.ownerId, at });
  await endWork(tx, link, { leadId, because: "handed-over", at, newOwnerId: ownerId });
  if (ownerId !== null) await releaseFollowers(tx, link, { leadIds: [leadId], at });
  await setLeadState(tx, connectionId, { leadIds: [leadId], state: "kept" });
  return "done";
}

/** True when the choice fell into the moment of an earlier round's write, and the next round found our rep there. */
async function isUnderEarlierWrite(tx: Tx, row: LeadRow, { ownerId, at, automated }: OwnerChange): Promise<boolean> {
  const { qualifiedAt } = row;
  if (ownerId === null || automated || ownerId === row.ownerId || qualifiedAt === null) return false;
  const rounds = await roundsOf(tx, { ...row, qualifiedAt });
  const during = rounds.findLastIndex(({ decidedAt }) => decidedAt < at);
  const [round, next] = rounds.slice(Math.max(during, 0));
  if (during < 0 || round === undefined || next === undefined || ownerId === round.repId) return false;
  const write = await ownerWriteOf(tx, round.id);
  if (write === null || write.writtenAt === null || write.writtenAt < at || write.expectOwnerId === ownerId)
    return false;
  return (await ownerWriteOf(tx, next.id))?.expectOwnerId === round.repId;
}

/** Software that takes a lead from our rep so soon reacts to our write, or routes by rules of its own. */
const fightMs = 10 * 60_000;

async function isBeingSent(tx: Tx, connectionId: string, leadId: string): Promise<boolean> {
  const states = await sentStatesOf(tx, connectionId, leadId);
  return states.includes("inflight") || states.includes("unknown");
}

/** Gives the lead back to whom the person chose, unless somebody else than `over` has it by then. */
async function planRestore(
  tx: Tx,
  link: Link,
  { row, change, over, at }: { row: LeadRow; change: OwnerChange; over: string | null; at: string },
): Promise<void> {
  const { decisionId, qualifiedAt, workspaceId } = row;
  if (decisionId === null || qualifiedAt === null || change.ownerId === null) return;
  const restore: Operation = {
    key: operationKey(decisionId, "update-lead", "restore-owner"),
    connectionId: link.connection.id,
    decisionId,
    leadId: change.leadId,
    qualifiedAt,
    priority: 1,
    body: { kind: "update-lead", update: { owner: { ownerId: change.ownerId, expectOwnerId: over } } },
  };
  await planOperations(tx, { workspaceId, operations: [restore], at });
}
