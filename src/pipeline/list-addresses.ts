import { accountName } from "../crm/account-name.ts";
import type { Deps } from "../deps.ts";
import { allConnections } from "../store/connections.ts";

/**
 * Where each linked account sends what it tells by itself, for whoever sets it up in the CRM. An address that is another one
 * for each account is a secret between the two.
 */
export async function listAddresses({ db, crms, settings }: Pick<Deps, "db" | "crms" | "settings">): Promise<string[]> {
  const linked = (await allConnections(db.query)).filter(({ status }) => status !== "removed");
  const lines = linked.flatMap((connection) => {
    const webhooks = crms[connection.crm]?.webhooks ?? null;
    const address = webhooks === null ? null : `${settings.publicUrl}${webhooks.pathOf(connection.externalId)}`;
    return address === null ? [] : [`${accountName(connection)}: ${address}`];
  });
  return lines.length === 0 ? ["No CRM account that could send anything is connected."] : lines;
}
