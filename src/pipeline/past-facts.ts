import type { CrmClient, PastOpportunity } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import { matchAccount } from "../engine/match/match-domain.ts";
import { emailDomain, websiteDomain } from "../engine/normalise/domain.ts";
import type { LeadFacts } from "../engine/snapshot.ts";
import { valueAt } from "../engine/value-at.ts";
import type { Account, Opportunity } from "../model/account.ts";
import type { Connection } from "../model/connection.ts";
import type { Doubt, Past, PastLead } from "../model/past.ts";
import { accountsByDomain } from "../store/accounts.ts";

const opportunitiesPerLead = 10;

/** An account with its deals, over time. */
type Known = { past: Past<Account>; opportunities: PastOpportunity[] };

/** One lead's facts as they were when it qualified, with what of its account nobody can tell. */
export type FactsOfPast = { past: PastLead; facts: LeadFacts; doubts: readonly Doubt[] };

/** Accounts that were read are kept, so many at most: leads of one account come close together. */
const mostKnown = 10_000;

/** Gathers what leads of the past were decided by, had Baton been there; batched over the leads that it is given at once. */
export function createPastFacts(
  deps: Pick<Deps, "db" | "mailDomains">,
  { connection, client, crmFields }: { connection: Connection; client: CrmClient; crmFields: readonly string[] },
): (leads: readonly PastLead[]) => Promise<FactsOfPast[]> {
  const known = new Map<string, Known | null>();
  return async (leads) => {
    const domains = new Set(leads.flatMap(({ lead }) => domainsOf(lead)));
    const byDomain = await accountsByDomain(deps.db.query, connection.id, [...domains]);
    const named = leads.flatMap(({ lead }) => (lead.accountId === null ? [] : [lead.accountId]));
    const ids = new Set([...named, ...[...byDomain.values()].flat().map(({ id }) => id)]);
    await readUnknown(client, known, { ids: [...ids], crmFields });
    const facts = leads.map((past) => factsOf(deps, past, { known, byDomain }));
    for (const oldest of known.keys()) {
      if (known.size <= mostKnown) break;
      known.delete(oldest);
    }
    return facts;
  };
}

const domainsOf = ({ fields }: PastLead["lead"]): string[] =>
  [emailDomain(fields.email ?? null).domain, websiteDomain(fields.website ?? null).domain].filter(
    (domain) => domain !== null,
  );

type Accounts = {
  known: ReadonlyMap<string, Known | null>;
  /** As of today: which account bears a domain has no history. */
  byDomain: ReadonlyMap<string, readonly Account[]>;
};

function factsOf(
  { mailDomains }: Pick<Deps, "mailDomains">,
  past: PastLead,
  { known, byDomain }: Accounts,
): FactsOfPast {
  const { lead, before } = past;
  const at = lead.qualifiedAt ?? "";
  const accountThen = (id: string): Account[] => {
    const found = known.get(id) ?? null;
    return found === null ? [] : [valueAt(found.past, at)];
  };
  const found = matchAccount({
    email: lead.fields.email ?? null,
    website: lead.fields.website ?? null,
    crmAccount: lead.accountId === null ? null : (accountThen(lead.accountId)[0] ?? null),
    accountsByDomain: (domain) => (byDomain.get(domain) ?? []).flatMap(({ id }) => accountThen(id)),
    ...mailDomains,
  });
  const account = found.match === null ? null : (known.get(found.match.account.id) ?? null);
  const facts: LeadFacts = {
    trigger: { qualifiedAt: at, round: 0, cause: "qualified", breachedBy: [] },
    lead,
    ...found,
    opportunities: account === null ? [] : openThen(account.opportunities, at),
    ownerHistory: before,
    earlierAssignment: null,
  };
  const ofDeals = account?.opportunities.flatMap((deal) => deal.past.doubts) ?? [];
  return { past, facts, doubts: [...(account?.past.doubts ?? []), ...ofDeals] };
}

function openThen(all: readonly PastOpportunity[], at: string): Opportunity[] {
  const open = all
    .filter(({ createdAt }) => createdAt <= at)
    .map(({ past }) => valueAt(past, at))
    .filter(({ isOpen }) => isOpen);
  return open
    .sort((a, b) => ((a.lastActivityAt ?? "") < (b.lastActivityAt ?? "") ? 1 : -1))
    .slice(0, opportunitiesPerLead);
}

async function readUnknown(
  client: CrmClient,
  known: Map<string, Known | null>,
  { ids, crmFields }: { ids: readonly string[]; crmFields: readonly string[] },
): Promise<void> {
  const unknown = ids.filter((id) => !known.has(id));
  const size = client.maxHistoryBatch;
  for (let from = 0; from < unknown.length; from += size) {
    const page = unknown.slice(from, from + size);
    const accounts = await client.past.readAccounts(page, crmFields, { lane: "backfill" });
    for (const id of page) {
      const past = accounts.get(id);
      known.set(id, past === undefined ? null : { past, opportunities: [] });
    }
    for (const opportunity of await client.past.readOpportunities([...accounts.keys()], { lane: "backfill" }))
      for (const id of valueAt(opportunity.past, "").accountIds) known.get(id)?.opportunities.push(opportunity);
  }
}
