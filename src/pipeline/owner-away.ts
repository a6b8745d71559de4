import type { Deps } from "../deps.ts";
import { backupsOf } from "../engine/backups.ts";
import type { Decision } from "../engine/decision.ts";
import { namesOf, repWithId } from "../engine/names.ts";
import { prepare } from "../engine/prepare.ts";
import type { PreparedRep } from "../engine/prepare-reps.ts";
import { openAlerts, raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Query } from "../store/db.ts";
import { sharedFacts } from "./contexts.ts";
import type { DecisionContext, Link, Workspace } from "./workspace.ts";

const kind = "owner-away";
const atMost = 1_000;

/** While an owner is away their backup gets the leads; an alert says where there is none who could. */
export async function alertOwnersAway(tx: Query, link: Link, contexts: readonly DecisionContext[]): Promise<void> {
  const { workspaceId, id: connectionId } = link.connection;
  for (const { decision, shared } of contexts) {
    const repId = ownerWithoutBackup(decision);
    if (repId === null) continue;
    await raiseAlert(tx, {
      workspaceId,
      connectionId,
      kind,
      subjectId: repId,
      message: `Leads of the accounts and deals of ${repWithId(namesOf(shared.reps), repId)} go to the territory's team, the first of them ${decision.leadId}: the rep is away and nobody stands in.`,
      whatToDo: "Name a `backup` who is there in the policy, for the rep or under `rep_defaults`.",
      raisedAt: shared.now,
    });
  }
}

function ownerWithoutBackup({ trace }: Decision): string | null {
  const step = trace.find((candidate) => candidate.step === "noted" && candidate.because === "no-backup");
  return step?.step === "noted" ? (step.detail ?? null) : null;
}

/** Resolves the alerts of those who are back, or have a backup now. */
export async function resolveOwnersBack(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const shared = sharedFacts(deps, link, await workspace.readPolicy(link.connection.crm), deps.now());
  const open = await openAlerts(deps.db.query, workspace.lease.workspaceId, atMost);
  const mine = open.filter((alert) => alert.kind === kind && alert.connectionId === link.connection.id);
  if (mine.length === 0) return;
  const { reps } = prepare(shared);
  for (const alert of mine)
    if (!isWithoutBackup(reps, alert.subjectId)) await resolveAlert(deps.db.query, { ...alert, kind }, shared.now);
}

function isWithoutBackup(reps: ReadonlyMap<string, PreparedRep>, repId: string): boolean {
  const isHere = ({ rep, isAbsent }: PreparedRep): boolean => rep.active && !isAbsent;
  const rep = reps.get(repId);
  return rep?.isAbsent === true && !backupsOf(reps, repId).some(isHere);
}
