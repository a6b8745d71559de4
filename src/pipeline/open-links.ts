import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import { connectionsOf } from "../store/connections.ts";
import { releaseClaims } from "../store/inbox.ts";
import { adoptInflight } from "../store/operations.ts";
import { createLink } from "./create-link.ts";
import { followAuthority } from "./follow-authority.ts";
import { keepCount } from "./open-throttle.ts";
import type { Openings } from "./openings.ts";
import { pauseLink } from "./pause-link.ts";
import { takeUpOperations } from "./repair.ts";
import { setUpLink } from "./set-up-link.ts";
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
      await followAuthority(deps, workspace);
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
    await setUpLink(deps, workspace, link);
  } catch (error) {
    link.throttle.close();
    throw error;
  }
  return link;
}
