import type { Deps, Progress } from "../deps.ts";
import type { SlaAction, StopReason } from "../engine/sla.ts";
import type { Tx } from "../store/db.ts";
import { readFollowUps, settleFollowUps } from "../store/follow-ups.ts";
import { isMerged, lockLeads, noteTouched } from "../store/leads.ts";
import { asWork, closeLead, moveLead } from "../store/open-work.ts";
import { planOperations } from "../store/operations.ts";
import { cancelTimers, moveTimers, settleTimers } from "../store/timers.ts";
import { enqueueOwn } from "./own-events.ts";
import { alertUnowned } from "./owner-alerts.ts";
import { inboxChannel } from "./receive.ts";
import { underLease } from "./under-lease.ts";
import type { DecisionContext, Link, Watched, Workspace } from "./workspace.ts";

export type Looked = { watched: Watched; context: DecisionContext | null; actions: readonly SlaAction[] };

/** All that a look led to, in one transaction: a timer that fired has its consequences, whatever is killed when. */
export async function applySlaActions(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  looks: readonly Looked[],
): Promise<void> {
  const at = deps.now().toISOString();
  const acting = looks.filter(({ actions }) => actions.length > 0);
  if (acting.length === 0 && looks.flatMap(firedBy).length === 0) return;
  const { fired, progress } = await underLease(deps, { lease: workspace.lease, what: "follow-up" }, async (tx) => {
    const lines: Progress[] = [];
    // While the CRM was read, the lead may have been merged away: what is armed goes on, and is looked at, as the survivor's.
    const merged = await mergedIds(tx, link, looks);
    const own = looks.filter(({ watched }) => !merged.has(watched.followUp.leadId));
    const ids = own.flatMap(firedBy);
    await settleTimers(tx, { ids, state: "fired", at });
    // Or a person may have taken it: then there is nothing to follow up any more.
    const open = await openIds(tx, own);
    for (const look of own.filter(({ watched }) => open.has(watched.followUp.decisionId)))
      for (const action of look.actions) lines.push(...(await apply(tx, { link, look, action, at })));
    return { fired: ids.length, progress: lines };
  });
  deps.metrics.timersFired(fired);
  for (const line of progress) deps.onProgress(line);
  if (acting.length > 0) link.loadPlanned();
  if (looks.some(({ actions }) => actions.some((action) => action.kind === "decide-again")))
    await deps.db.notify(inboxChannel);
}

function firedBy({ watched: { timer }, actions }: Looked): string[] {
  return timer === null || actions.some(({ kind }) => kind === "wait") ? [] : [timer.id];
}

/** Those of the leads that live on in another; none of them is merged before the transaction ends. */
async function mergedIds(tx: Tx, link: Link, looks: readonly Looked[]): Promise<ReadonlySet<string>> {
  const leadIds = [...new Set(looks.map(({ watched }) => watched.followUp.leadId))];
  const rows = await lockLeads(tx, link.connection.id, leadIds);
  return new Set(leadIds.filter((id) => isMerged(rows.get(id))));
}

async function apply(
  tx: Tx,
  { link, look, action, at }: { link: Link; look: Looked; action: SlaAction; at: string },
): Promise<Progress[]> {
  const { followUp, timer } = look.watched;
  const { workspaceId } = link.connection;
  const said = (what: (Progress & { kind: "sla" })["what"]): Progress[] => [
    { kind: "sla", leadId: followUp.leadId, decisionId: followUp.decisionId, what, at },
  ];
  switch (action.kind) {
    case "stop":
      if (action.because !== "touched") {
        await endClock(tx, look, { state: "closed", at });
        await (isDealtWith(action.because)
          ? closeLead(tx, { workspaceId, leadId: followUp.leadId })
          : moveLead(tx, { workspaceId, leadId: followUp.leadId, to: asWork(action.workOf) }));
        // No event told of it: a workflow that runs in our own write is taken for us.
        if (action.because === "owner-changed" && action.workOf === null)
          await alertUnowned(tx, link, { leadId: followUp.leadId, at });
        return [];
      }
      await endClock(tx, look, { state: "touched", at: action.touchedAt });
      await noteTouched(tx, link.connection.id, [{ leadId: followUp.leadId, at: action.touchedAt }]);
      return said("touched");
    case "wait":
      if (timer !== null) await moveTimers(tx, [{ id: timer.id, dueAt: action.until }]);
      return [];
    case "mark":
      return action.status === "breached" && timer?.kind === "breach" ? said("breached") : [];
    case "write":
      await planOperations(tx, { workspaceId, operations: action.operations, at });
      return action.operations.some(({ body }) => body.kind === "remind-task") ? said("reminded") : [];
    case "decide-again":
      await endClock(tx, look, { state: "closed", at });
      await moveLead(tx, { workspaceId, leadId: followUp.leadId, to: null });
      await enqueueOwn(tx, link, { leadId: followUp.leadId, at, change: reassign(action.trigger) });
      return said("reassigned");
  }
}

/** The lead is still there and nobody has to act on it; it may be taken up again. */
const isDealtWith = (because: StopReason): boolean =>
  because === "no-longer-qualified" || because === "disposed" || because === "converted";

async function openIds(tx: Tx, looks: readonly Looked[]): Promise<ReadonlySet<string>> {
  const rows = await readFollowUps(
    tx,
    looks.map(({ watched }) => watched.followUp.decisionId),
  );
  return new Set(rows.filter(({ state }) => state === "open").map(({ decisionId }) => decisionId));
}

async function endClock(tx: Tx, { watched }: Looked, end: { state: "touched" | "closed"; at: string }): Promise<void> {
  const { followUp } = watched;
  await cancelTimers(tx, followUp.connectionId, { leadIds: [followUp.leadId], at: end.at });
  await settleFollowUps(tx, [{ decisionId: followUp.decisionId, state: end.state, at: end.at, by: followUp.holderId }]);
}

function reassign(trigger: (SlaAction & { kind: "decide-again" })["trigger"]) {
  const cause = trigger.cause === "owner-inactive" ? ("owner-inactive" as const) : ("breached" as const);
  return { kind: "lead-reassign" as const, ...trigger, cause };
}
