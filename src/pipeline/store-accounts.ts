import type { Deps } from "../deps.ts";
import type { Matching } from "../engine/match/matching.ts";
import { websiteDomain } from "../engine/normalise/domain.ts";
import type { Account } from "../model/account.ts";
import { hintsOf } from "../store/account-hints.ts";
import { removeAccounts, upsertAccounts } from "../store/accounts.ts";
import { toAccountEntry } from "./account-entries.ts";
import type { Link } from "./workspace.ts";

type OfConnection = Pick<Link, "connection">;

/**
 * Keeps accounts as the CRM has them now, each under the registrable domains of its hosts, and answers them so. The next
 * lead is matched with them.
 */
export async function storeAccounts(
  { db, accountIndex, now }: Deps,
  { connection }: OfConnection,
  { read, otherNames }: { read: readonly Account[]; otherNames: Matching["otherNames"] },
): Promise<readonly Account[]> {
  const accounts = asStored(read);
  await upsertAccounts(db.query, {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    accounts,
    at: now().toISOString(),
  });
  await indexAccounts({ db, accountIndex }, connection.id, { accounts, otherNames });
  return accounts;
}

/** Tells the index of accounts as they are stored now. */
export async function indexAccounts(
  { db, accountIndex }: Pick<Deps, "db" | "accountIndex">,
  connectionId: string,
  { accounts, otherNames }: { accounts: readonly Account[]; otherNames: Matching["otherNames"] },
): Promise<void> {
  if (accounts.length === 0) return;
  const ids = accounts.map(({ id }) => id);
  const hints = await hintsOf(db.query, connectionId, ids);
  const put = accounts.map((account) => toAccountEntry(account, { hints: hints.get(account.id) ?? [], otherNames }));
  accountIndex.change(connectionId, { put, gone: [] });
}

/** Accounts that the CRM has no more are nobody's match from now on. */
export async function dropAccounts(
  { db, accountIndex }: Pick<Deps, "db" | "accountIndex">,
  { connection }: OfConnection,
  gone: readonly string[],
): Promise<void> {
  if (gone.length === 0) return;
  await removeAccounts(db.query, connection.id, gone);
  accountIndex.change(connection.id, { put: [], gone });
}

/** Each under the registrable domains of its hosts. */
export const asStored = (read: readonly Account[]): Account[] =>
  read.map((account) => ({ ...account, domains: registrableDomains(account.domains) }));

function registrableDomains(hosts: readonly string[]): string[] {
  const domains = hosts.map((host) => websiteDomain(host).domain).filter((domain) => domain !== null);
  return [...new Set(domains)];
}
