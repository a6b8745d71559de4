import type { Deps } from "../deps.ts";
import { overloadOf } from "../engine/claim.ts";
import { namesOf, repWithId } from "../engine/names.ts";
import { settingsOf } from "../engine/rep-settings.ts";
import { openAlerts, openSubjects, raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Query } from "../store/db.ts";
import { readLoads } from "../store/open-work.ts";
import type { DecisionContext, Link, Workspace } from "./workspace.ts";

const kind = "owner-over-capacity";
const atMost = 1_000;

/** The reps of whom an alert says so already, asked where a decision gives somebody more than they can carry. */
export const knownOverCapacity = async (
  tx: Query,
  workspaceId: string,
  contexts: readonly Pick<DecisionContext, "decision">[],
): Promise<string[]> =>
  contexts.some(({ decision }) => overloadOf(decision) !== null) ? openSubjects(tx, workspaceId, kind) : [];

/** A claim counts more than load: an alert says who has more than they can carry by it, once until they have room again. */
export async function alertOverCapacity(tx: Query, link: Link, contexts: readonly DecisionContext[]): Promise<void> {
  const { workspaceId, id: connectionId } = link.connection;
  for (const { decision, shared } of contexts) {
    const overload = overloadOf(decision);
    if (overload === null) continue;
    const { repId, load, capacity } = overload;
    await raiseAlert(tx, {
      workspaceId,
      connectionId,
      kind,
      subjectId: repId,
      message: `Lead ${decision.leadId} went to ${repWithId(namesOf(shared.reps), repId)}, who has a claim to it and had ${load} of ${capacity} points of open work already.`,
      whatToDo: "Take some of it from them in the CRM, or raise their `capacity` in the policy.",
      raisedAt: shared.now,
    });
  }
}

/** Resolves the alerts of those who have room again, or have left. */
export async function resolveOverCapacity(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const { workspaceId } = workspace.lease;
  const open = await openAlerts(deps.db.query, workspaceId, atMost);
  const mine = open.filter((alert) => alert.kind === kind && alert.connectionId === link.connection.id);
  if (mine.length === 0) return;
  const { policy } = await workspace.readPolicy();
  const loads = await readLoads(deps.db.query, workspaceId);
  for (const alert of mine) {
    const rep = link.roster.reps.find(({ id }) => id === alert.subjectId);
    const isOver = rep?.active === true && (loads[rep.id] ?? 0) >= settingsOf(policy, rep).capacity;
    if (!isOver) await resolveAlert(deps.db.query, { ...alert, kind }, deps.now().toISOString());
  }
}
