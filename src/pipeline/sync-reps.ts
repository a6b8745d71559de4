import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import { renamePeople } from "../store/rename-people.ts";
import { readReps, upsertReps } from "../store/reps.ts";
import { readCursor } from "../store/sync-cursors.ts";
import { checkConversion } from "./check-conversion.ts";
import { checkRoster } from "./check-roster.ts";
import { readSyncCursor, saveSyncCursor } from "./cursors.ts";
import { resolveGhostOwners } from "./ghost-owners.ts";
import { resolveOwnersBack } from "./owner-away.ts";
import { resolveOverCapacity } from "./owner-over-capacity.ts";
import type { People } from "./people.ts";
import { readPeople } from "./read-people.ts";
import type { Link, Roster, Workspace } from "./workspace.ts";

/** The roster as last synced, for a start without waiting for the CRM; empty before the first sync. */
export async function loadRoster(
  deps: Pick<Deps, "db">,
  { id, workspaceId }: Pick<Connection, "id" | "workspaceId">,
  policy: Pick<Policy, "ownerAuthority">,
): Promise<{ people: People | null; roster: Roster }> {
  const people = await readPeople(deps.db.query, workspaceId, policy);
  const reps = people?.rosterFor(id) ?? (await readReps(deps.db.query, id)).map(({ rep }) => rep);
  return { people, roster: { reps, stages: (await readSyncCursor(deps, id, "stages")) ?? [] } };
}

/** True before the first sync too, and when the last is longer ago than they should be apart. */
export async function isRosterOld({ db, now, settings }: Deps, { connection }: Link): Promise<boolean> {
  const synced = await readCursor(db.query, connection.id, "stages");
  return synced === null || now().getTime() - Date.parse(synced.at) > settings.repSyncMs;
}

/** Reads reps with hours and absences, and the order of stages, and puts them in force for the next batch. */
export async function syncReps(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const listed = [...(await link.client.listReps({ lane: "sync" }))];
  const reps = listed.sort((a, b) => (a.rep.id < b.rep.id ? -1 : 1));
  const stages = await link.client.listStages({ lane: "sync" });
  const at = deps.now().toISOString();
  const { workspaceId } = workspace.lease;
  await upsertReps(deps.db.query, { workspaceId, connectionId: link.connection.id, reps, at });
  await saveSyncCursor(deps, link, { kind: "stages", cursor: [...stages] });
  const { policy } = await workspace.readPolicy();
  const people = await readPeople(deps.db.query, workspaceId, policy);
  link.roster = { reps: reps.map(({ rep }) => rep), stages };
  // It may not stand among the open ones yet.
  await meetPeople(deps, people, [...workspace.links.values(), link]);
  await checkRoster(deps, workspace, link);
  await checkConversion(deps, workspace, link);
  await resolveOverCapacity(deps, workspace, link);
  await resolveOwnersBack(deps, workspace, link);
  await resolveGhostOwners(deps, workspace, link);
}

/** Of several CRMs, each sees who came to another, and who left it. */
export async function meetPeople(deps: Pick<Deps, "db">, people: People | null, links: Iterable<Link>): Promise<void> {
  if (people === null) return;
  for (const link of links) {
    const { id: connectionId, workspaceId } = link.connection;
    const ids = people.renamed(connectionId);
    if (ids.length > 0) await deps.db.transaction((tx) => renamePeople(tx, { workspaceId, connectionId, ids }));
    link.people = people;
    link.roster = { reps: people.rosterFor(connectionId), stages: link.roster.stages };
  }
}
