import type { Rep } from "../model/rep.ts";
import { connectionsOf } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { readReps } from "../store/reps.ts";

/** The reps of all connections of a workspace as last synced, sorted by id. */
export async function newestRoster(db: Query, workspaceId: string): Promise<Rep[]> {
  const connections = await connectionsOf(db, workspaceId);
  const rosters = await Promise.all(connections.map(({ id }) => readReps(db, id)));
  return rosters
    .flat()
    .map(({ rep }) => rep)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** In which times are told: that of the first CRM account. */
export async function firstConnectionZone(db: Query, workspaceId: string): Promise<string> {
  const [first] = await connectionsOf(db, workspaceId);
  return first?.timeZone ?? "UTC";
}
