import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import { connectionsOf } from "../store/connections.ts";
import { releaseClaims } from "../store/inbox.ts";
import { adoptInflight } from "../store/operations.ts";
import { catchUp } from "./catch-up.ts";
import { createLink } from "./create-link.ts";
import { fewAccounts, fillIndex } from "./fill-index.ts";
import { keepCount } from "./open-throttle.ts";
import type { Openings } from "./openings.ts";
import { endPause, pauseLink } from "./pause-link.ts";
import { probeFirst } from "./probe-features.ts";
import { takeUpOperations } from "./repair.ts";
import { findChanged, firstPages, listAll } from "./sync-accounts.ts";
import { isRosterOld, syncReps } from "./sync-reps.ts";
import type { Link, Workspace } from "./workspace.ts";

/**
 * Begins to open every active connection that is not open yet, also one that was paused and installed again. One that was
 * installed again while it was open is opened anew, under the new grant; so is one that was switched to or from shadow,
 * and one of a policy that qualifies leads by another stage now, which is what they are read by.
 */
export async function openLinks(
  deps: Deps,
  workspace: Workspace,
  { links, openings }: { links: Map<string, Link>; openings: Openings },
): Promise<void> {
  for (const connection of await connectionsOf(deps.db.query, workspace.lease.workspaceId)) {
    if (connection.status !== "active") continue;
    const present = links.get(connection.id);
    const { policy } = await workspace.readPolicy(connection.crm);
    if (present !== undefined && isAsOpened(present, connection, policy)) continue;
    openings.begin(connection.id, async (waitsIn) => {
      if (present !== undefined) await close(deps, links, present);
      const link = await open(deps, workspace, { connection, links, waitsIn });
      links.set(connection.id, link);
      await takeUpOperations(deps, workspace, link);
      workspace.wake();
    });
  }
}

const isAsOpened = (link: Link, { grantNumber, mode }: Connection, { qualifyingStage }: Policy): boolean =>
  link.connection.grantNumber === grantNumber &&
  link.connection.mode === mode &&
  link.qualifyingStage === qualifyingStage;

async function close(deps: Deps, links: Map<string, Link>, link: Link): Promise<void> {
  const { id } = link.connection;
  links.delete(id);
  link.throttle.close();
  await drainLink(deps, link);
  deps.accountIndex.forget(id);
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
  {
    connection,
    links,
    waitsIn,
  }: { connection: Connection; links: Map<string, Link>; waitsIn: (throttle: Throttle) => void },
): Promise<Link> {
  const pause = async (because: string) => {
    links.get(connection.id)?.throttle.close();
    links.delete(connection.id);
    deps.accountIndex.forget(connection.id);
    await pauseLink(deps, connection, because);
  };
  const link = await createLink({ deps, workspace, connection, pause });
  waitsIn(link.throttle);
  try {
    await releaseClaims(deps.db.query, workspace.lease, { connectionId: connection.id });
    await adoptInflight(deps.db.query, workspace.lease);
    await setUp(deps, workspace, link);
  } catch (error) {
    link.throttle.close();
    throw error;
  }
  return link;
}

/**
 * First of all the schema, then who and what there is. What was done before a restart is not done again. Nothing is routed
 * before its reps are known, and its accounts unless there are many: those go on being listed meanwhile.
 */
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
