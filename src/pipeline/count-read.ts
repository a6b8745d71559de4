import type { Deps } from "../deps.ts";
import { allConnections } from "../store/connections.ts";
import { readSyncCursor } from "./cursors.ts";

/** How many connections have been read as a whole since they were linked: all lists, and what changed meanwhile. */
export async function countReadConnections(deps: Pick<Deps, "db">): Promise<number> {
  let count = 0;
  for (const { id, status } of await allConnections(deps.db.query)) {
    const accounts = await readSyncCursor(deps, id, "list-accounts");
    const opportunities = await readSyncCursor(deps, id, "list-opportunities");
    const changed = await readSyncCursor(deps, id, "changed");
    if (status === "active" && accounts?.complete && opportunities?.complete && changed !== null) count += 1;
  }
  return count;
}
