import type { Crm } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { raiseAlert, resolveAlert } from "../store/alerts.ts";
import { resolveStale } from "./stale-leads.ts";
import type { Link } from "./workspace.ts";

/** Raises and resolves what can be told of a connection by looking at it now and then. */
export async function refreshLinkAlerts(deps: Pick<Deps, "db" | "now">, link: WaitingLink): Promise<void> {
  await alertWaiting(deps, link);
  await resolveStale(deps.db.query, link, deps.now());
}

/** The CRM itself asked for a wait: its day's calls are spent, or the account is being moved. */
async function alertWaiting(deps: Pick<Deps, "db" | "now">, { connection, throttle, crm }: WaitingLink) {
  const now = deps.now();
  const { id: connectionId, workspaceId } = connection;
  const alert = { workspaceId, kind: "connection-waits", subjectId: connectionId };
  const until = throttle.state().pausedUntilMs;
  if (until === null) return void (await resolveAlert(deps.db.query, alert, now.toISOString()));
  const at = new Date(now.getTime() + until - throttle.now()).toISOString();
  await raiseAlert(deps.db.query, {
    ...alert,
    connectionId,
    message: `${crm.name} account ${connection.externalId} takes no calls before ${at}, so it says: its day's calls are spent, or it is being moved.`,
    whatToDo: "What comes in is kept and worked then. If the day's calls are spent, look which other app spends them.",
    raisedAt: now.toISOString(),
  });
}

type WaitingLink = Pick<Link, "throttle"> & { connection: Connection; crm: Pick<Crm, "name"> };
