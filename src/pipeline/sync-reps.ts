import type { Deps } from "../deps.ts";
import { readReps, upsertReps } from "../store/reps.ts";
import { readCursor } from "../store/sync-cursors.ts";
import { checkRoster } from "./check-roster.ts";
import { readSyncCursor, saveSyncCursor } from "./cursors.ts";
import { resolveGhostOwners } from "./ghost-owners.ts";
import { resolveOwnersBack } from "./owner-away.ts";
import { resolveOverCapacity } from "./owner-over-capacity.ts";
import type { Link, Roster, Workspace } from "./workspace.ts";

/** The roster as last synced, for a start without waiting for the CRM; empty before the first sync. */
export async function loadRoster(deps: Deps, connectionId: string): Promise<Roster> {
  const stored = await readReps(deps.db.query, connectionId);
  const stages = await readSyncCursor(deps, connectionId, "stages");
  return { reps: stored.map(({ rep }) => rep), stages: stages ?? [] };
}

/** True before the first sync too, and when the last is longer ago than they should be apart. */
export async function isRosterOld({ db, now, settings }: Deps, { connection }: Link): Promise<boolean> {
  const synced = await readCursor(db.query, connection.id, "stages");
  return synced === null || now().getTime() - Date.parse(synced.at) > settings.repSyncMs;
}

/** Reads reps with hours and absences, and the order of stages, and puts them in force for the next batch. */
export async function syncReps(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const reps = [...(await link.client.listReps({ lane: "sync" }))].sort((a, b) => (a.id < b.id ? -1 : 1));
  const stages = await link.client.listStages({ lane: "sync" });
  const at = deps.now().toISOString();
  const { workspaceId } = workspace.lease;
  const stored = reps.map((rep) => ({ rep, email: null }));
  await upsertReps(deps.db.query, { workspaceId, connectionId: link.connection.id, reps: stored, at });
  await saveSyncCursor(deps, link, { kind: "stages", cursor: [...stages] });
  link.roster = { reps, stages };
  await checkRoster(deps, workspace, link);
  await resolveOverCapacity(deps, workspace, link);
  await resolveOwnersBack(deps, workspace, link);
  await resolveGhostOwners(deps, workspace, link);
}
