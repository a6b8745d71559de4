import { accountName } from "../crm/account-name.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { raiseAlert, resolveAlert } from "../store/alerts.ts";
import { pauseConnection } from "../store/connections.ts";

/**
 * The grant is gone: nothing is called any more, what comes in is kept, and a person is told what to do.
 * Where the app was installed again meanwhile, that one stands, and the connection is opened under it.
 */
export async function pauseLink(deps: Deps, connection: Connection, because: string): Promise<void> {
  const at = deps.now().toISOString();
  if (!(await pauseConnection(deps.db.query, connection, because))) return;
  deps.accountIndex.remove(connection.id);
  deps.log.warn({ connectionId: connection.id }, "the connection is paused until the app is installed again");
  await raiseAlert(deps.db.query, {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    kind: "connection-paused",
    subjectId: connection.id,
    message: `The connection to ${accountName(connection)} is paused: ${because}`,
    whatToDo: "If the app was not uninstalled on purpose, install it again; what came in meanwhile is then routed.",
    raisedAt: at,
  });
}

/** It was opened again. */
export async function endPause(deps: Pick<Deps, "db" | "now">, { id, workspaceId }: Connection): Promise<void> {
  const alert = { workspaceId, kind: "connection-paused" as const, subjectId: id };
  await resolveAlert(deps.db.query, alert, deps.now().toISOString());
}
