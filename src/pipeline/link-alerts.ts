import { accountName } from "../crm/account-name.ts";
import type { Deps } from "../deps.ts";
import type { AlertKind } from "../model/alert.ts";
import type { Connection } from "../model/connection.ts";
import { raiseAlert, resolveAlert, resolveOlder } from "../store/alerts.ts";
import { alertSpentRequests } from "./spent-requests.ts";
import type { Link } from "./workspace.ts";

/** Raises and resolves what can be told of a connection by looking at it now and then. */
export async function refreshLinkAlerts(deps: Pick<Deps, "db" | "now">, link: WaitingLink): Promise<void> {
  await alertWaiting(deps, link);
  await alertSpentRequests(deps, link);
  await endMoments(deps, link);
}

/** Alerts about a moment that passed, not about a state that lasts: they are shown for a day. */
const moments: readonly AlertKind[] = ["stale-leads", "owner-fought"];
const shownMs = 24 * 3_600_000;

async function endMoments(deps: Pick<Deps, "db" | "now">, { connection }: WaitingLink): Promise<void> {
  const { id: subjectId, workspaceId } = connection;
  const now = deps.now();
  const [before, at] = [new Date(now.getTime() - shownMs).toISOString(), now.toISOString()];
  for (const kind of moments) await resolveOlder(deps.db.query, { workspaceId, kind, subjectId }, { before, at });
}

/** The CRM itself asked for a wait: its day's calls are spent, or the account is being moved. */
async function alertWaiting(deps: Pick<Deps, "db" | "now">, { connection, throttle }: WaitingLink) {
  const now = deps.now();
  const { id: connectionId, workspaceId } = connection;
  const alert = { workspaceId, kind: "connection-waits" as const, subjectId: connectionId };
  const until = throttle.state().pausedUntilMs;
  if (until === null) return void (await resolveAlert(deps.db.query, alert, now.toISOString()));
  const at = new Date(now.getTime() + until - throttle.now()).toISOString();
  await raiseAlert(deps.db.query, {
    ...alert,
    connectionId,
    message: `${accountName(connection)} takes no calls before ${at}, so it says: its day's calls are spent, or it is being moved.`,
    whatToDo: "What comes in is kept and worked then. If the day's calls are spent, look which other app spends them.",
    raisedAt: now.toISOString(),
  });
}

type WaitingLink = Pick<Link, "throttle"> & { connection: Connection };
