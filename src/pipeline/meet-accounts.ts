import type { Deps } from "../deps.ts";
import { businessDomain } from "../engine/match/lead-key.ts";
import type { Lead } from "../model/lead.ts";
import { accountsByDomain } from "../store/accounts.ts";
import { toLeadEntry } from "./account-entries.ts";
import { storeAccounts } from "./store-accounts.ts";
import type { Link } from "./workspace.ts";

/**
 * While the accounts of a CRM are still being listed, those that have the domain of a lead are asked for by search, within
 * its limit: a lead need not wait until its account's turn has come. One call for all. Throws CrmError.
 */
export async function meetAccounts(
  deps: Deps,
  link: Pick<Link, "connection" | "client">,
  {
    leads,
    crmFields,
    otherNames,
  }: { leads: readonly Lead[]; crmFields: readonly string[]; otherNames: readonly string[] },
): Promise<void> {
  const wanted = leads.flatMap((lead) => businessDomain(toLeadEntry(lead), deps.mailDomains) ?? []);
  const known = await accountsByDomain(deps.db.query, link.connection.id, [...new Set(wanted)]);
  const unknown = [...new Set(wanted)].filter((domain) => !known.has(domain)).slice(0, link.client.maxBatch);
  if (unknown.length === 0) return;
  const read = await link.client.findAccountsByDomain(unknown, crmFields, { lane: "search" });
  await storeAccounts(deps, link, { read, otherNames });
}
