import type { Deps } from "../deps.ts";
import { websiteDomain } from "../engine/normalise/domain.ts";
import type { Account } from "../model/account.ts";
import { upsertAccounts } from "../store/accounts.ts";
import type { Link } from "./workspace.ts";

/** Keeps accounts as the CRM has them now, each under the registrable domains of its hosts, and answers them so. */
export async function storeAccounts(
  deps: Deps,
  link: Pick<Link, "connection">,
  read: readonly Account[],
): Promise<readonly Account[]> {
  const accounts = asStored(read);
  await upsertAccounts(deps.db.query, {
    workspaceId: link.connection.workspaceId,
    connectionId: link.connection.id,
    accounts,
    at: deps.now().toISOString(),
  });
  return accounts;
}

/** Each under the registrable domains of its hosts. */
export const asStored = (read: readonly Account[]): Account[] =>
  read.map((account) => ({ ...account, domains: registrableDomains(account.domains) }));

function registrableDomains(hosts: readonly string[]): string[] {
  const domains = hosts.map((host) => websiteDomain(host).domain).filter((domain) => domain !== null);
  return [...new Set(domains)];
}
