import type { Deps } from "../deps.ts";
import { catchUp } from "./catch-up.ts";
import { fewAccounts, fillIndex } from "./fill-index.ts";
import { endPause } from "./pause-link.ts";
import { probeFirst } from "./probe-features.ts";
import { findChanged, firstPages, listAll } from "./sync-accounts.ts";
import { isRosterOld, syncReps } from "./sync-reps.ts";
import type { Link, Workspace } from "./workspace.ts";

/**
 * First of all the schema, then who and what there is. What was done before a restart is not done again. Nothing is routed
 * before its reps are known, and its accounts unless there are many: those go on being listed meanwhile.
 */
export async function setUpLink(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const isNew = await probeFirst(deps, link);
  // What waited through a pause must not go by the reps of before it.
  if (isNew || (await isRosterOld(deps, link))) await syncReps(deps, workspace, link);
  await listAll(deps, workspace, link, { lane: "sync", atMostPages: firstPages });
  await fillIndex(deps, link.connection, (await workspace.readPolicy()).policy, { atMost: fewAccounts });
  await findChanged(deps, link, 0);
  await catchUp(deps, link);
  await endPause(deps, link.connection);
}
