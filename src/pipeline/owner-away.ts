import type { Deps } from "../deps.ts";
import { isOwnerAway } from "../engine/first-touch.ts";
import { managerOf } from "../engine/manager.ts";
import { repCalendar } from "../engine/rep-settings.ts";
import type { Shared } from "../engine/snapshot.ts";
import { isAbsent } from "../engine/working-hours.ts";
import { openAlerts, raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Query } from "../store/db.ts";
import { sharedFacts } from "./contexts.ts";
import type { DecisionContext, Link, Workspace } from "./workspace.ts";

const kind = "owner-away";
const atMost = 1_000;

/** An owner who is away keeps the lead; a manager has a task for that, and where there is none, an alert says so. */
export async function alertOwnersAway(tx: Query, link: Link, contexts: readonly DecisionContext[]): Promise<void> {
  const { workspaceId, id: connectionId } = link.connection;
  for (const { decision, shared } of contexts) {
    const { outcome } = decision;
    if (outcome.kind !== "assigned" || !isOwnerAway(decision) || managerOf(shared, outcome.repId) !== null) continue;
    await raiseAlert(tx, {
      workspaceId,
      connectionId,
      kind,
      subjectId: outcome.repId,
      message: `Rep ${outcome.repId} is away and gets the leads of their own accounts and deals, first lead ${decision.leadId}; the policy names no manager who would hear of it.`,
      whatToDo:
        "Give this rep's new leads to somebody in the CRM, and name a `manager` in the policy, for the rep or under `rep_defaults`.",
      raisedAt: shared.now,
    });
  }
}

/** Resolves the alerts of those who are back, or have a manager now. */
export async function resolveOwnersBack(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const shared = sharedFacts(link, await workspace.readPolicy(), deps.now());
  const open = await openAlerts(deps.db.query, workspace.lease.workspaceId, atMost);
  for (const alert of open) {
    if (alert.kind !== kind || alert.connectionId !== link.connection.id) continue;
    if (isAwayStill(shared, alert.subjectId) && managerOf(shared, alert.subjectId) === null) continue;
    await resolveAlert(deps.db.query, { ...alert, kind }, shared.now);
  }
}

function isAwayStill(shared: Shared, repId: string): boolean {
  const rep = shared.reps.find(({ id }) => id === repId);
  return rep?.active === true && isAbsent(repCalendar(shared, rep), shared.now);
}
