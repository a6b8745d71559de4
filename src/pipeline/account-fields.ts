import type { Deps } from "../deps.ts";
import type { Account } from "../model/account.ts";
import { asStored, storeAccounts } from "./store-accounts.ts";
import type { Link } from "./workspace.ts";

type Wanted = {
  accounts: readonly Account[];
  crmFields: readonly string[];
  otherNames: readonly string[];
  keep: boolean;
};

/**
 * These accounts, by id, with just the fields that the policy names. Those that were read before it named them are read
 * again, once: one call for a hundred. So a policy may start naming a field at any time, and nothing is listed anew.
 * `keep`: for the next time too. Throws CrmError.
 */
export async function withNamedFields(
  deps: Deps,
  link: Pick<Link, "connection" | "client">,
  { accounts, crmFields, otherNames, keep }: Wanted,
): Promise<ReadonlyMap<string, Account>> {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const ids = [...byId.values()].filter((account) => !hasBeenAsked(account, crmFields)).map(({ id }) => id);
  const size = link.client.maxBatch;
  for (let from = 0; from < ids.length; from += size) {
    const readAt = deps.now();
    const read = await link.client.readAccounts(ids.slice(from, from + size), crmFields, { lane: "live-read" });
    const asKept = keep ? await storeAccounts(deps, link, { read, readAt, otherNames }) : asStored(read);
    for (const account of asKept) byId.set(account.id, account);
  }
  return new Map([...byId].map(([id, account]) => [id, onlyNamed(account, crmFields)]));
}

const hasBeenAsked = ({ crm = {} }: Account, crmFields: readonly string[]): boolean =>
  crmFields.every((name) => Object.hasOwn(crm, name));

/** Fields of earlier policies have no place among the facts of this one. */
function onlyNamed({ crm = {}, ...account }: Account, crmFields: readonly string[]): Account {
  if (crmFields.length === 0) return account;
  return { ...account, crm: Object.fromEntries(crmFields.map((name) => [name, crm[name] ?? null])) };
}
