import type { Deps } from "../deps.ts";
import type { SettledMatch } from "../engine/match/settle-match.ts";
import type { Policy } from "../engine/policy.ts";
import type { Account, Opportunity } from "../model/account.ts";
import type { Lead } from "../model/lead.ts";
import { pagesOf } from "../pages-of.ts";
import { accountsById } from "../store/accounts.ts";
import { openOpportunitiesOf } from "../store/opportunities.ts";
import { withNamedFields } from "./account-fields.ts";
import { findAccounts, withForebears } from "./match-leads.ts";
import { meetAccounts } from "./meet-accounts.ts";
import { meetOpportunities } from "./meet-opportunities.ts";
import { asStored, indexAccounts, storeAccounts } from "./store-accounts.ts";
import type { Link } from "./workspace.ts";

const opportunitiesPerLead = 10;

/** As much of a link as reading needs. */
export type Reading = Pick<Link, "connection" | "client" | "roster" | "people"> &
  Partial<Pick<Link, "listedWith" | "metOpportunities" | "missedDomains">>;

export type Wanted = {
  leads: readonly Lead[];
  crmFields: readonly string[];
  otherNames: readonly string[];
  keep: boolean;
};

/** By lead id, and by account id. */
export type LeadAccounts = {
  matches: ReadonlyMap<string, SettledMatch>;
  opportunities: ReadonlyMap<string, readonly Opportunity[]>;
};

/**
 * The account of each lead among those of one connection, with the fields that the policy names, and the open opportunities
 * of all accounts that could be one's. `isActive`: may the person be given a lead? Throws CrmError.
 */
export async function matchLeads(
  deps: Deps,
  link: Reading,
  wanted: Wanted & { policy: Policy; isActive: (personId: string) => boolean },
): Promise<LeadAccounts> {
  const { leads, policy, keep, isActive } = wanted;
  const { listedWith, metOpportunities = null, missedDomains } = link;
  if (listedWith === null && missedDomains !== undefined && keep)
    await meetAccounts(deps, { ...link, missedDomains }, wanted);
  const { ids, indexed, settle } = await findAccounts(deps, link.connection, wanted);
  const associated = leads.flatMap(({ accountId }) => accountId ?? []);
  const all = [...new Set([...associated, ...ids])];
  const accounts = await withForebears(
    all,
    (some) => readAccounts(deps, link, { ...wanted, ids: some, indexed }),
    policy,
  );
  const accountIds = [...accounts.keys()];
  if (metOpportunities !== null && keep)
    await meetOpportunities(deps, { ...link, metOpportunities }, { accountIds, policy });
  const opportunities = await findOpportunities(deps, link, accountIds);
  const known = { accounts, haveOpportunity: new Set(opportunities.keys()), isActive };
  const settled = leads.map((lead) => [lead.id, settle(lead, known)] as const);
  const matched = settled.flatMap(([, { match }]) => (match === null ? [] : [match.account]));
  const named = await withNamedFields(deps, link, { ...wanted, accounts: matched });
  const matches = settled.map(([id, one]): [string, SettledMatch] => {
    const account = one.match === null ? undefined : named.get(one.match.account.id);
    if (one.match === null || account === undefined) return [id, one];
    return [id, { ...one, match: { ...one.match, account: ownedByPerson(link, account) } }];
  });
  return { matches: new Map(matches), opportunities };
}

type ReadIds = { ids: readonly string[]; indexed: ReadonlySet<string> };

/** From our own tables; one that a lead names and that we never saw is asked from the CRM. */
async function readAccounts(
  deps: Deps,
  link: Reading,
  { ids, indexed, leads, crmFields, otherNames, keep }: Wanted & ReadIds,
): Promise<ReadonlyMap<string, Account>> {
  const { id: connectionId } = link.connection;
  const accounts = await accountsById(deps.db.query, connectionId, ids);
  const associated = new Set(leads.map(({ accountId }) => accountId));
  const unknown = ids.filter((id) => associated.has(id) && !accounts.has(id));
  if (unknown.length > 0) {
    const readAt = deps.now();
    const read: Account[] = [];
    for (const page of pagesOf(unknown, link.client.maxBatch))
      read.push(...(await link.client.readAccounts(page, crmFields, { lane: "live-read" })));
    const asKept = keep ? await storeAccounts(deps, link, { read, readAt, otherNames }) : asStored(read);
    for (const account of asKept) accounts.set(account.id, account);
  }
  // The index may have them from before they were deleted or merged.
  const gone = ids.filter((id) => indexed.has(id) && !accounts.has(id));
  await indexAccounts(deps, connectionId, { ids: gone, otherNames });
  return new Map([...accounts].map(([id, account]) => [id, ownedByPerson(link, account)]));
}

async function findOpportunities(
  deps: Deps,
  link: Reading,
  accountIds: readonly string[],
): Promise<Map<string, readonly Opportunity[]>> {
  const found = await openOpportunitiesOf(deps.db.query, link.connection.id, accountIds);
  return new Map(
    [...found].map(([id, list]) => [
      id,
      list.slice(0, opportunitiesPerLead).map((opportunity) => ownedByPerson(link, opportunity)),
    ]),
  );
}

/** Accounts and deals are kept as their CRM has them. */
function ownedByPerson<T extends { ownerId: string | null }>({ people, connection }: Reading, owned: T): T {
  if (people === null || owned.ownerId === null) return owned;
  return { ...owned, ownerId: people.personOf(connection.id, owned.ownerId) };
}
