import type { CrmClient, PastOpportunity } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { decidingFields } from "../engine/policy-fields.ts";
import type { LeadFacts } from "../engine/snapshot.ts";
import { valueAt } from "../engine/value-at.ts";
import type { Account, Opportunity } from "../model/account.ts";
import type { Connection } from "../model/connection.ts";
import type { Doubt, Past, PastLead } from "../model/past.ts";
import { fillIndex } from "./fill-index.ts";
import { type FoundLeads, findAccounts, withForebears } from "./match-leads.ts";

const opportunitiesPerLead = 10;

/** An account with its deals, over time. */
type Known = { past: Past<Account>; opportunities: PastOpportunity[] };

/** One lead's facts as they were when it qualified, with what of its account nobody can tell. */
export type FactsOfPast = { past: PastLead; facts: LeadFacts; doubts: readonly Doubt[] };

/** Accounts that were read are kept, so many at most: leads of one account come close together. */
const mostKnown = 10_000;

type Of = { connection: Connection; client: CrmClient; policy: Policy; isActive: (ownerId: string) => boolean };

/** Gathers what leads of the past were decided by, had Baton been there; batched over the leads that it is given at once. */
export function createPastFacts(
  deps: Pick<Deps, "db" | "mailDomains" | "accountIndex" | "now">,
  { connection, client, policy, isActive }: Of,
): (leads: readonly PastLead[]) => Promise<FactsOfPast[]> {
  const known = new Map<string, Known | null>();
  const { account: crmFields } = decidingFields(policy);
  return async (pasts) => {
    const leads = pasts.map(({ lead }) => lead);
    await fillIndex(deps, connection, policy);
    const { ids, settle } = await findAccounts(deps, connection, { leads, policy });
    const named = leads.flatMap(({ accountId }) => accountId ?? []);
    await withForebears(
      [...new Set([...named, ...ids])],
      async (some) => {
        await readUnknown(client, known, { ids: some, crmFields });
        return newestOf(known);
      },
      policy,
    );
    const facts = pasts.map((past) => factsOf(past, { known, settle, isActive }));
    for (const oldest of known.keys()) {
      if (known.size <= mostKnown) break;
      known.delete(oldest);
    }
    return facts;
  };
}

const newestOf = (known: ReadonlyMap<string, Known | null>): Map<string, Account> =>
  new Map([...known].flatMap(([id, found]) => (found === null ? [] : [[id, found.past.versions[0].value] as const])));

type Settling = {
  known: ReadonlyMap<string, Known | null>;
  settle: FoundLeads["settle"];
  isActive: (ownerId: string) => boolean;
};

/** Which names and domains accounts had has no history; what was known of them has. */
function factsOf(past: PastLead, { known, settle, isActive }: Settling): FactsOfPast {
  const { lead, before } = past;
  const at = lead.qualifiedAt ?? "";
  const accountThen = (id: string): Account | undefined => {
    const found = known.get(id) ?? null;
    return found === null ? undefined : valueAt(found.past, at);
  };
  const { match, noMatchBecause, suggested } = settle(lead, {
    accounts: { has: (id) => accountThen(id) !== undefined, get: accountThen },
    haveOpportunity: { has: (id) => openThen(known.get(id)?.opportunities ?? [], at).length > 0 },
    isActive,
  });
  const account = match === null ? null : (known.get(match.account.id) ?? null);
  const facts: LeadFacts = {
    trigger: { qualifiedAt: at, round: 0, cause: "qualified", breachedBy: [] },
    lead,
    match,
    noMatchBecause,
    ...(suggested === null ? {} : { suggested }),
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
