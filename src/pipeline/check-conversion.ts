import { accountName } from "../crm/account-name.ts";
import type { Deps } from "../deps.ts";
import { raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Link, Workspace } from "./workspace.ts";

/** A policy that converts leads, for a CRM that does not tell them from contacts, does nothing there, and nothing else would say so. */
export async function checkConversion(
  { db, now }: Pick<Deps, "db" | "now">,
  workspace: Pick<Workspace, "readPolicy">,
  { client, connection }: Pick<Link, "client" | "connection">,
): Promise<void> {
  const { policy } = await workspace.readPolicy();
  const { id: connectionId, workspaceId } = connection;
  const alert = { workspaceId, kind: "feature-off", subjectId: `convert ${connectionId}` } as const;
  const at = now().toISOString();
  if (!policy.matching.convert || client.convertLeads !== undefined) await resolveAlert(db.query, alert, at);
  else
    await raiseAlert(db.query, {
      ...{ ...alert, connectionId, raisedAt: at },
      message: `${accountName(connection)} does not tell leads from contacts: \`convert\` in the section matching of the policy does nothing there.`,
      whatToDo: "Nothing is wrong with its leads. Take `convert` out of the policy if no other CRM is linked.",
    });
}
