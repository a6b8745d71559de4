import type { Deps } from "../deps.ts";
import type { AccountEntry } from "../engine/match/entries.ts";
import type { Matching } from "../engine/match/matching.ts";
import { websiteDomain } from "../engine/normalise/domain.ts";
import type { Account } from "../model/account.ts";
import { hintsOf } from "../store/account-hints.ts";
import { accountsById, removeAccounts, upsertAccounts } from "../store/accounts.ts";
import { toAccountEntry } from "./account-entries.ts";
import type { Link } from "./workspace.ts";

type OfConnection = Pick<Link, "connection">;
type OtherNames = Matching["otherNames"];

/** Accounts as the CRM gave them. `readAt`: when it was asked, by our clock; what it says later takes their place. */
export type ReadAccounts = { read: readonly Account[]; readAt: Date };

/** Records that the CRM has no more. `toRead`: an event told so, which may be late: the CRM has to be asked once more. */
export type Gone = { gone: readonly string[]; readAt: Date; toRead: boolean };

/**
 * Keeps accounts, each under the registrable domains of its hosts. The next lead is matched with them. Those of which
 * something newer is known are left as they are. Answers them as they are stored then; those that are gone are missing.
 */
export async function storeAccounts(
  deps: Deps,
  { connection: { workspaceId, id: connectionId } }: OfConnection,
  { read, readAt, otherNames }: ReadAccounts & { otherNames: OtherNames },
): Promise<readonly Account[]> {
  if (read.length === 0) return [];
  const accounts = asStored(read);
  return deps.accountIndex.inTurn(connectionId, async () => {
    const times = { readAt: readAt.toISOString(), at: deps.now().toISOString() };
    const stored = await deps.db.transaction((tx) =>
      upsertAccounts(tx, { workspaceId, connectionId, accounts, ...times }),
    );
    const newest = accounts.filter(({ id }) => stored.has(id));
    deps.accountIndex.change(connectionId, { put: await toEntries(deps, connectionId, newest, otherNames), gone: [] });
    const older = accounts.filter(({ id }) => !stored.has(id)).map(({ id }) => id);
    return [...newest, ...(await accountsById(deps.db.query, connectionId, older)).values()];
  });
}

/** Accounts that the CRM has no more are nobody's match from now on. `readAt`: when it was asked, or told us. */
export async function dropAccounts(
  deps: Pick<Deps, "db" | "accountIndex" | "now">,
  { connection: { workspaceId, id: connectionId } }: OfConnection,
  { gone, readAt, toRead }: Gone,
): Promise<void> {
  if (gone.length === 0) return;
  await deps.accountIndex.inTurn(connectionId, async () => {
    const times = { readAt: readAt.toISOString(), at: deps.now().toISOString() };
    await deps.db.transaction((tx) => removeAccounts(tx, { workspaceId, connectionId, ids: gone, toRead, ...times }));
    const present = await accountsById(deps.db.query, connectionId, gone);
    deps.accountIndex.change(connectionId, { put: [], gone: gone.filter((id) => !present.has(id)) });
  });
}

/** Tells the index of these accounts as they are stored now; of those that are not, that they are gone. */
export async function indexAccounts(
  deps: Pick<Deps, "db" | "accountIndex">,
  connectionId: string,
  { ids, otherNames }: { ids: readonly string[]; otherNames: OtherNames },
): Promise<void> {
  if (ids.length === 0) return;
  await deps.accountIndex.inTurn(connectionId, async () => {
    const present = await accountsById(deps.db.query, connectionId, ids);
    const put = await toEntries(deps, connectionId, [...present.values()], otherNames);
    deps.accountIndex.change(connectionId, { put, gone: ids.filter((id) => !present.has(id)) });
  });
}

/** With what reviewers taught of them. */
export async function toEntries(
  { db }: Pick<Deps, "db">,
  connectionId: string,
  accounts: readonly Account[],
  otherNames: OtherNames,
): Promise<AccountEntry[]> {
  const ids = accounts.map(({ id }) => id);
  const hints = await hintsOf(db.query, connectionId, ids);
  return accounts.map((account) => toAccountEntry(account, { hints: hints.get(account.id) ?? [], otherNames }));
}

/** Each under the registrable domains of its hosts. */
export const asStored = (read: readonly Account[]): Account[] =>
  read.map((account) => ({ ...account, domains: registrableDomains(account.domains) }));

function registrableDomains(hosts: readonly string[]): string[] {
  const domains = hosts.map((host) => websiteDomain(host).domain).filter((domain) => domain !== null);
  return [...new Set(domains)];
}
