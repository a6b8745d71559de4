import { parsePolicy } from "../engine/parse-policy.ts";
import type { Rep } from "../model/rep.ts";
import { connectionsOf } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { activePolicy } from "../store/policies.ts";
import { readReps } from "../store/reps.ts";
import { readPeople } from "./read-people.ts";

/**
 * The reps of all connections of a workspace as last synced, sorted by id; people whom several CRMs have are there once,
 * and once more by each id that meant them before they were joined.
 */
export async function newestRoster(db: Query, workspaceId: string): Promise<Rep[]> {
  const joined = await joinedRoster(db, workspaceId);
  const known = new Set(joined.map(({ id }) => id));
  const others = (await repsOfCrms(db, workspaceId)).filter(({ id }) => !known.has(id));
  return [...joined, ...others].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The same, each person once: by the ids that decisions name them by now. */
export async function presentRoster(db: Query, workspaceId: string): Promise<readonly Rep[]> {
  const joined = await joinedRoster(db, workspaceId);
  return joined.length > 0 ? joined : repsOfCrms(db, workspaceId);
}

/** Empty where a workspace has one CRM, whose ids are everybody's. */
async function joinedRoster(db: Query, workspaceId: string): Promise<readonly Rep[]> {
  const connections = await connectionsOf(db, workspaceId);
  const active = connections.length < 2 ? null : await activePolicy(db, workspaceId);
  const people = active === null ? null : await readPeople(db, workspaceId, parsePolicy(active.text));
  return people?.rosterFor(people.authorityId) ?? [];
}

async function repsOfCrms(db: Query, workspaceId: string): Promise<Rep[]> {
  const connections = await connectionsOf(db, workspaceId);
  const rosters = await Promise.all(connections.map(({ id }) => readReps(db, id)));
  return rosters.flat().map(({ rep }) => rep);
}

/** In which times are told: that of the first CRM account. */
export async function firstConnectionZone(db: Query, workspaceId: string): Promise<string> {
  const [first] = await connectionsOf(db, workspaceId);
  return first?.timeZone ?? "UTC";
}
