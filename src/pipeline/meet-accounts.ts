import type { Deps } from "../deps.ts";
import { businessDomain } from "../engine/match/lead-key.ts";
import { CrmError } from "../errors.ts";
import type { Lead } from "../model/lead.ts";
import { pagesOf } from "../pages-of.ts";
import { accountsByDomain } from "../store/accounts.ts";
import { toLeadEntry } from "./account-entries.ts";
import { storeAccounts } from "./store-accounts.ts";
import type { Link } from "./workspace.ts";

type Met = Pick<Link, "connection" | "client" | "missedDomains">;
type Wanted = { leads: readonly Lead[]; crmFields: readonly string[]; otherNames: readonly string[] };

/** Nobody had the domain: it is not asked for again for so long. */
const missedForMs = 10 * 60_000;
const mostMissed = 10_000;

/**
 * While the accounts of a CRM are still being listed, those that have the domain of a lead are asked for by search, within
 * its limit: a lead need not wait until its account's turn has come. When the CRM does not answer, it waits for nothing: it
 * is routed by what is known.
 */
export async function meetAccounts(deps: Deps, link: Met, { leads, crmFields, otherNames }: Wanted): Promise<void> {
  const unknown = await unknownDomains(deps, link, leads);
  if (unknown.length === 0) return;
  try {
    for (const domains of pagesOf(unknown, link.client.maxBatch)) {
      const found = await link.client.findAccountsByDomain(domains, { lane: "search" });
      const readAt = deps.now();
      // The search still has what was deleted a moment ago.
      const read = found.length === 0 ? [] : await link.client.readAccounts(found, crmFields, { lane: "live-read" });
      await storeAccounts(deps, link, { read, readAt, otherNames });
      noteMissed(deps, link, domains);
    }
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    const { id: connectionId } = link.connection;
    deps.log.warn(
      { connectionId, error },
      "the CRM's search did not tell whose domain a lead has: it is routed without",
    );
  }
}

/** Of leads that the CRM itself has no account for. */
async function unknownDomains(deps: Deps, link: Met, leads: readonly Lead[]): Promise<string[]> {
  const now = deps.monotonic();
  const wanted = new Set(
    leads.flatMap((lead) =>
      lead.accountId === null ? (businessDomain(toLeadEntry(lead), deps.mailDomains) ?? []) : [],
    ),
  );
  const asked = [...wanted].filter((domain) => (link.missedDomains.get(domain) ?? 0) <= now);
  const known = await accountsByDomain(deps.db.query, link.connection.id, asked);
  return asked.filter((domain) => !known.has(domain));
}

function noteMissed(deps: Deps, { missedDomains }: Met, domains: readonly string[]): void {
  for (const domain of domains) missedDomains.set(domain, deps.monotonic() + missedForMs);
  for (const oldest of missedDomains.keys()) {
    if (missedDomains.size <= mostMissed) break;
    missedDomains.delete(oldest);
  }
}
