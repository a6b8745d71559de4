import { parsePolicy } from "../engine/parse-policy.ts";
import type { Rep } from "../model/rep.ts";
import { connectionsOf } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { activePolicy } from "../store/policies.ts";
import { readReps } from "../store/reps.ts";
import { readPeople } from "./read-people.ts";

/** The reps of all connections of a workspace as last synced, sorted by id; people whom several CRMs have are there once. */
export async function newestRoster(db: Query, workspaceId: string): Promise<Rep[]> {
  const connections = await connectionsOf(db, workspaceId);
  const rosters = await Promise.all(connections.map(({ id }) => readReps(db, id)));
  const active = connections.length < 2 ? null : await activePolicy(db, workspaceId);
  const people = active === null ? null : await readPeople(db, workspaceId, parsePolicy(active.text));
  const joined = people?.rosterFor(people.authorityId) ?? [];
  // Those of the CRMs by their own ids are who was meant before the people were joined.
  const known = new Set(joined.map(({ id }) => id));
  const others = rosters.flat().flatMap(({ rep }) => (known.has(rep.id) ? [] : [rep]));
  return [...joined, ...others].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** In which times are told: that of the first CRM account. */
export async function firstConnectionZone(db: Query, workspaceId: string): Promise<string> {
  const [first] = await connectionsOf(db, workspaceId);
  return first?.timeZone ?? "UTC";
}
