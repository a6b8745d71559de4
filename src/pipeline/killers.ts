import type { Deps } from "../deps.ts";
import { readKillers } from "../store/suspects.ts";
import { isEventRow } from "./event-row.ts";
import { isTrigger } from "./is-trigger.ts";
import type { Link, Workspace } from "./workspace.ts";

/** Whether any event of the workspace is parked because it killed: then new ones are looked at with care. */
export async function hasKillers({ db }: Pick<Deps, "db">, workspaceId: string): Promise<boolean> {
  return (await readKillers(db.query, workspaceId, { limit: 1 })).length > 0;
}

/** A lead has so many parked events at most that anybody would count them. */
const eventsPerLead = 100;

/** Those of the leads whose decision is parked because it killed: asked for by another event it would kill again. */
export async function findKillers(
  deps: Pick<Deps, "db">,
  { lease, suspects, readPolicy }: Pick<Workspace, "lease" | "suspects" | "readPolicy">,
  { connection }: Pick<Link, "connection">,
  leadIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (!suspects.killers || leadIds.length === 0) return new Set();
  const { qualifyingStage } = (await readPolicy(connection.crm)).policy;
  const wanted = { subjectIds: leadIds, limit: leadIds.length * eventsPerLead };
  const rows = await readKillers(deps.db.query, lease.workspaceId, wanted);
  const own = rows.filter((row) => row.connectionId === connection.id).filter(isEventRow);
  return new Set(own.filter(({ change }) => isTrigger(change, qualifyingStage)).map(({ subjectId }) => subjectId));
}
