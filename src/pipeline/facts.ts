import type { Pay } from "../crm/crm.ts";
import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { policyFields } from "../engine/policy-fields.ts";
import { isToDecide } from "../engine/qualify.ts";
import type { LeadFacts } from "../engine/snapshot.ts";
import type { Account, Opportunity } from "../model/account.ts";
import type { Lead, OwnerChange } from "../model/lead.ts";
import { pagesOf } from "../pages-of.ts";
import { accountsById } from "../store/accounts.ts";
import { type Contacts, readContacts } from "../store/contacts.ts";
import type { LeadRow } from "../store/leads.ts";
import { openOpportunitiesOf } from "../store/opportunities.ts";
import { withNamedFields } from "./account-fields.ts";
import { sharedFacts } from "./contexts.ts";
import { findAccounts, withForebears } from "./match-leads.ts";
import { meetAccounts } from "./meet-accounts.ts";
import { meetOpportunities } from "./meet-opportunities.ts";
import { asStored, indexAccounts, storeAccounts } from "./store-accounts.ts";
import type { Gathered, Head, Link, Workspace } from "./workspace.ts";

const opportunitiesPerLead = 10;

/** As much of a link as reading needs. */
type Reading = Pick<Link, "connection" | "client" | "roster" | "people"> &
  Partial<Pick<Link, "listedWith" | "metOpportunities" | "missedDomains">>;

/**
 * Reads everything that deciding these leads may use but the ledgers. Batched; holds no locks. Throws CrmError. A preview
 * keeps nothing of what it reads.
 */
export async function gatherFacts(
  deps: Deps,
  workspace: Pick<Workspace, "readPolicy">,
  link: Reading,
  work: { heads: readonly Head[]; permit?: Permit; isPreview?: boolean },
): Promise<Gathered> {
  const published = await workspace.readPolicy(link.connection.crm);
  const keep = work.isPreview !== true;
  const readAtMs = deps.monotonic();
  const now = deps.now();
  const ids = work.heads.map((head) => head.leadId);
  const pay: Pay = { lane: "live-read", ...(work.permit === undefined ? {} : { permit: work.permit }) };
  const leads = new Map<string, Lead>();
  const fields = policyFields(published.policy);
  for (const lead of await link.client.readLeads(ids, fields.crm, pay)) leads.set(lead.id, lead);

  const sorted = sortHeads(work.heads, leads, published.policy);
  const wanted = sorted.qualified.map(({ lead }) => lead);
  const { otherNames } = published.policy.matching;
  const of = { leads: wanted, crmFields: fields.account, otherNames, keep };
  const [histories, { matches, opportunities }] = await Promise.all([
    readHistories(link, wanted),
    matchLeads(deps, link, { ...of, policy: published.policy }),
  ]);
  const matched = [...matches.values()].flatMap((found) => (found.match === null ? [] : [found.match.account]));
  const named = await withNamedFields(deps, link, { ...of, accounts: matched });
  const accounts = new Map([...named].map(([id, account]) => [id, ownedByPerson(link, account)]));
  const accountIds = [...accounts.keys()];
  const since = new Date(now.getTime() - published.policy.priorContactDays * 86_400_000).toISOString();
  const contacts = await readContacts(deps.db.query, {
    connectionId: link.connection.id,
    leadIds: [...matches.keys()],
    accountIds,
    since,
  });

  const ready = sorted.qualified.map(({ head, lead }) => {
    const { match: found = null, noMatchBecause = null, suggested = null } = matches.get(lead.id) ?? {};
    const account = found && { ...found, account: accounts.get(found.account.id) ?? found.account };
    const facts: LeadFacts = {
      trigger: triggerOf(head, lead),
      lead,
      match: account,
      noMatchBecause,
      ...(suggested === null ? {} : { suggested }),
      opportunities: account === null ? [] : (opportunities.get(account.account.id) ?? []),
      ownerHistory: histories.get(lead.id) ?? [],
      earlierAssignment: earlierAssignment(head.known, triggerOf(head, lead)),
      ...contactsOf(contacts, { leadId: lead.id, accountId: account?.account.id ?? null }),
    };
    return { head, facts };
  });
  return { shared: sharedFacts(deps, link, published, now), ready, ignored: sorted.ignored, readAtMs };
}

function sortHeads(heads: readonly Head[], leads: ReadonlyMap<string, Lead>, policy: Policy) {
  const qualified: { head: Head; lead: Lead }[] = [];
  const ignored: { head: Head; because: string }[] = [];
  for (const head of heads) {
    const lead = leads.get(head.leadId);
    if (lead === undefined) ignored.push({ head, because: "lead-gone" });
    else if (!isToDecide(policy, { lead, trigger: stageTrigger(head, lead) }))
      ignored.push({ head, because: "not-in-qualifying-stage" });
    else qualified.push({ head, lead });
  }
  return { qualified, ignored };
}

/** The record's own date names the qualification, so that an event and the reconciler mean the same one. */
function triggerOf(head: Head, lead: Lead): LeadFacts["trigger"] {
  const qualifiedAt = head.round > 0 ? head.qualifiedAt : (lead.qualifiedAt ?? head.qualifiedAt);
  return { qualifiedAt, round: head.round, cause: head.cause, breachedBy: head.breachedBy, ...head.history };
}

/** A lead that comes back may be in the stage that our assignment moved it on to, as after a round. */
function stageTrigger(head: Head, lead: Lead): LeadFacts["trigger"] {
  const trigger = triggerOf(head, lead);
  return head.isRestored ? { ...trigger, round: Math.max(1, trigger.round) } : trigger;
}

function contactsOf(
  { ofLeads, ofAccounts }: Contacts,
  { leadId, accountId }: { leadId: string; accountId: string | null },
): Pick<LeadFacts, "contacts"> {
  const ofAccount = accountId === null ? [] : (ofAccounts.get(accountId) ?? []);
  const contacts = [...(ofLeads.get(leadId) ?? []), ...ofAccount];
  return contacts.length === 0 ? {} : { contacts };
}

function earlierAssignment(row: LeadRow | null, trigger: LeadFacts["trigger"]): LeadFacts["earlierAssignment"] {
  if (row === null) return null;
  const isSameQualification = row.qualifiedAt === trigger.qualifiedAt;
  const repId = isSameQualification ? row.earlierRepId : row.ownerId;
  const at = isSameQualification ? row.earlierAt : row.decidedAt;
  return repId === null || at === null ? null : { repId, at };
}

async function readHistories(link: Reading, leads: readonly Lead[]): Promise<Map<string, readonly OwnerChange[]>> {
  const owned = leads.filter((lead) => lead.ownerId !== null).map((lead) => lead.id);
  const histories = new Map<string, readonly OwnerChange[]>();
  for (const page of pagesOf(owned, link.client.maxHistoryBatch))
    for (const [leadId, history] of await link.client.readOwnerHistory(page, { lane: "live-read" }))
      histories.set(leadId, history);
  return histories;
}

type Wanted = { leads: readonly Lead[]; crmFields: readonly string[]; otherNames: readonly string[]; keep: boolean };

/** The account of each lead, by lead id, and the open opportunities of all accounts that could be one's. */
async function matchLeads(deps: Deps, link: Reading, wanted: Wanted & { policy: Policy }) {
  const { leads, policy, keep } = wanted;
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
  const active = new Set(link.roster.reps.filter((rep) => rep.active).map(({ id }) => id));
  const haveOpportunity = new Set(opportunities.keys());
  const known = { accounts, haveOpportunity, isActive: (ownerId: string) => active.has(ownerId) };
  return { matches: new Map(leads.map((lead) => [lead.id, settle(lead, known)])), opportunities };
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
