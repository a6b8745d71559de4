import { nextTurn } from "../engine/next-turn.ts";
import { type Decided, operationKey, operationOf, planWriteBack } from "../engine/plan.ts";
import { planTimers } from "../engine/sla.ts";
import type { LeadFacts, Shared } from "../engine/snapshot.ts";
import type { Lead } from "../model/lead.ts";
import type { Tx } from "../store/db.ts";
import { type DecisionRow, readDecisions } from "../store/decisions.ts";
import { reopenFollowUp } from "../store/follow-ups.ts";
import { type LeadRow, lockLeads, setLeadState } from "../store/leads.ts";
import { asWork, moveLead } from "../store/open-work.ts";
import { planOperations } from "../store/operations.ts";
import { rearmTimers } from "../store/timers.ts";
import { enqueueOwn } from "./own-events.ts";
import { ownerWriteOf } from "./refused.ts";
import type { Link, Ready } from "./workspace.ts";

type Restored = { row: LeadRow; decision: DecisionRow & { facts: LeadFacts }; lead: Lead };

/**
 * Leads that were decided, deleted and taken out of the recycle bin again. One without an owner is decided anew; one
 * whose owner is still ours gets a clock and a task that begin now, for the old task was closed at the deletion; one
 * that a person has is left to them (reliability.md §3.8). Tells how many writes that takes.
 */
export async function resumeRestored(
  tx: Tx,
  link: Link,
  { decided, shared }: { decided: readonly Ready[]; shared: Shared },
): Promise<number> {
  let planned = 0;
  for (const restored of await restoredOf(tx, link, decided)) planned += await resume(tx, link, { restored, shared });
  return planned;
}

async function restoredOf(tx: Tx, link: Link, decided: readonly Ready[]): Promise<Restored[]> {
  const back = decided.filter(({ head }) => head.isRestored);
  if (back.length === 0) return [];
  const leadIds = back.map(({ head }) => head.leadId);
  const rows = await lockLeads(tx, link.connection.id, leadIds);
  const decisionIds = [...rows.values()].flatMap(({ decisionId }) => (decisionId === null ? [] : [decisionId]));
  const found = await readDecisions(tx, link.connection.workspaceId, decisionIds);
  const decisions = new Map(found.map((decision) => [decision.id, decision]));
  return back.flatMap(({ head, facts: { lead } }) => {
    const row = rows.get(head.leadId);
    const decision = decisions.get(row?.decisionId ?? "");
    if (row?.state !== "gone" || decision === undefined || decision.facts === null) return [];
    return [{ row, decision: { ...decision, facts: decision.facts }, lead }];
  });
}

type Comeback = { restored: Restored; shared: Shared };

async function resume(tx: Tx, link: Link, { restored, shared }: Comeback): Promise<number> {
  const { row, decision, lead } = restored;
  const { outcomeKind } = decision;
  const isOurs = outcomeKind === "assigned" && lead.ownerId === row.ownerId;
  // Deleted before our owner was written: the one it has now is no answer to our decision.
  const isUnwritten = outcomeKind === "assigned" && !isOurs && (await ownerWriteOf(tx, decision.id))?.writtenAt == null;
  if (outcomeKind !== "stopped" && (lead.ownerId === null || isUnwritten))
    return decideAgain(tx, link, { restored, shared });
  const state = isOurs ? "assigned" : outcomeKind === "stopped" ? "stopped" : "kept";
  await setLeadState(tx, link.connection.id, { leadIds: [lead.id], state });
  if (outcomeKind === "assigned" && lead.ownerId !== null)
    await moveLead(tx, { workspaceId: row.workspaceId, leadId: lead.id, to: asWork(lead.ownerId) });
  return isOurs && link.connection.mode === "live" ? watchAgain(tx, link, { restored, shared }) : 0;
}

async function decideAgain(tx: Tx, link: Link, { restored, shared }: Comeback): Promise<number> {
  const { facts, decision } = restored.decision;
  const trigger = nextTurn({ facts, decision }, { cause: "restored", breachedBy: facts.trigger.breachedBy });
  await enqueueOwn(tx, link, {
    leadId: restored.lead.id,
    at: shared.now,
    change: { kind: "lead-reassign", ...trigger, cause: "restored" },
  });
  return 0;
}

/** The follow-up that the deletion ended goes on, with the whole limit from now; one that had ended before does not. */
async function watchAgain(tx: Tx, link: Link, { restored, shared }: Comeback): Promise<number> {
  const { decision, facts, id: decisionId } = restored.decision;
  const decided: Decided = { shared, facts, decision, decisionId, connectionId: link.connection.id };
  const timers = planTimers(decided);
  const task = planWriteBack(decided).find(({ body }) => body.kind === "create-task");
  const limit = timers.find(({ kind }) => kind === "breach");
  if (task === undefined || limit === undefined) return 0;
  const position = `restored-${shared.now}`;
  const taskKey = operationKey(decisionId, "create-task", position);
  const { repId: holderId, assignedAt, breachAt: dueAt } = limit;
  if (!(await reopenFollowUp(tx, { decisionId, taskKey, holderId, assignedAt, dueAt }))) return 0;
  await rearmTimers(
    tx,
    timers.map((timer) => ({ id: timer.key, dueAt: timer.dueAt })),
  );
  const update = operationOf(decided, position, {
    kind: "update-lead",
    update: { slaDueAt: dueAt, slaStatus: "running" },
  });
  const operations = [update, { ...task, key: taskKey }];
  return planOperations(tx, { workspaceId: restored.row.workspaceId, operations, at: shared.now });
}
