import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { connectionsOf } from "../store/connections.ts";
import { releaseClaims } from "../store/inbox.ts";
import { adoptInflight } from "../store/operations.ts";
import { catchUp } from "./catch-up.ts";
import { createLink } from "./create-link.ts";
import { fewAccounts, fillIndex } from "./fill-index.ts";
import { keepCount } from "./open-throttle.ts";
import { endPause, pauseLink } from "./pause-link.ts";
import { probeFirst } from "./probe-features.ts";
import { takeUpOperations } from "./repair.ts";
import { findChanged, firstPages, listAll } from "./sync-accounts.ts";
import { isRosterOld, syncReps } from "./sync-reps.ts";
import type { Link, Workspace } from "./workspace.ts";

/** The connection that is being opened, which may wait for calls as long as an open one does; null: none is. */
export type Opening = { throttle: Throttle | null; isOver: boolean };

/** Nothing is opened any more, and who waits for a call to do so is sent home. */
export function endOpening(opening: Opening): void {
  opening.isOver = true;
  opening.throttle?.close();
}

/**
 * Opens every active connection that is not open yet, also one that was paused and installed again. One that was
 * installed again while it was open is opened anew, under the new grant; so is one that was switched to or from shadow,
 * and one of a policy that qualifies leads by another stage now, which is what they are read by. Nothing is routed before its reps are
 * known, and its accounts unless there are many: those go on being listed meanwhile.
 */
export async function openLinks(
  deps: Deps,
  workspace: Workspace,
  { links, opening }: { links: Map<string, Link>; opening: Opening },
): Promise<void> {
  for (const connection of await connectionsOf(deps.db.query, workspace.lease.workspaceId)) {
    if (connection.status !== "active") continue;
    const present = links.get(connection.id);
    if (present !== undefined) {
      const { policy } = await workspace.readPolicy(connection.crm);
      const isSameGrant = present.connection.grantNumber === connection.grantNumber;
      const isSameMode = present.connection.mode === connection.mode;
      if (isSameGrant && isSameMode && present.qualifyingStage === policy.qualifyingStage) continue;
      links.delete(connection.id);
      present.throttle.close();
      await drainLink(deps, present);
      deps.accountIndex.forget(connection.id);
    }
    const link = await open(deps, workspace, { connection, links, opening });
    links.set(connection.id, link);
    await takeUpOperations(deps, workspace, link);
    workspace.wake();
  }
}

/** Resolves when what the stations had begun has ended; they take nothing new on. */
export async function drainLink(deps: Deps, link: Link): Promise<void> {
  for (const station of [link.leads, link.updates, link.tasks, link.checks, link.notices, link.sla])
    await station.drain();
  await keepCount(deps, link.connection, link.pot);
}

async function open(
  deps: Deps,
  workspace: Workspace,
  { connection, links, opening }: { connection: Connection; links: Map<string, Link>; opening: Opening },
): Promise<Link> {
  const pause = async (because: string) => {
    links.get(connection.id)?.throttle.close();
    links.delete(connection.id);
    deps.accountIndex.forget(connection.id);
    await pauseLink(deps, connection, because);
  };
  const link = await createLink({ deps, workspace, connection, pause });
  opening.throttle = link.throttle;
  if (opening.isOver) link.throttle.close();
  try {
    await releaseClaims(deps.db.query, workspace.lease, { connectionId: connection.id });
    await adoptInflight(deps.db.query, workspace.lease);
    await setUp(deps, workspace, link);
  } catch (error) {
    link.throttle.close();
    throw error;
  } finally {
    opening.throttle = null;
  }
  return link;
}

/** First of all the schema, then who and what there is. What was done before a restart is not done again. */
async function setUp(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const isNew = await probeFirst(deps, link);
  // What waited through a pause must not go by the reps of before it.
  if (isNew || (await isRosterOld(deps, link))) await syncReps(deps, workspace, link);
  await listAll(deps, workspace, link, { lane: "sync", atMostPages: firstPages });
  await fillIndex(deps, link.connection, (await workspace.readPolicy()).policy, { atMost: fewAccounts });
  await findChanged(deps, link, 0);
  await catchUp(deps, link);
  await endPause(deps, link.connection);
}
