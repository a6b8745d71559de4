import type { Pay } from "../crm/crm.ts";
import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { policyFields } from "../engine/policy-fields.ts";
import { isToDecide } from "../engine/qualify.ts";
import type { LeadFacts } from "../engine/snapshot.ts";
import type { Lead, OwnerChange } from "../model/lead.ts";
import { pagesOf } from "../pages-of.ts";
import { type Contacts, readContacts } from "../store/contacts.ts";
import type { LeadRow } from "../store/leads.ts";
import { sharedFacts } from "./contexts.ts";
import { crossOver } from "./cross-over.ts";
import type { Reading } from "./lead-accounts.ts";
import { matchInCrms } from "./match-in-crms.ts";
import type { Gathered, Head, Workspace } from "./workspace.ts";

/**
 * Reads everything that deciding these leads may use but the ledgers. Batched; holds no locks. Throws CrmError. A preview
 * keeps nothing of what it reads.
 */
export async function gatherFacts(
  deps: Deps,
  workspace: Pick<Workspace, "readPolicy"> & Partial<Pick<Workspace, "links">>,
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
  const { here, ...crossed } = await crossOver(deps, keep ? workspace : {}, link, {
    qualified: sorted.qualified,
    crmFields: fields.crm,
  });
  const { policy } = published;
  const of = { qualified: here, crmFields: fields.account, otherNames: policy.matching.otherNames, keep, policy };
  const [histories, { matches, opportunities }] = await Promise.all([
    readHistories(
      link,
      here.map(({ lead }) => lead),
    ),
    matchInCrms(deps, workspace, link, of),
  ]);
  const accountIds = [...matches.values()].flatMap(({ match }) => match?.account.id ?? []);
  const since = new Date(now.getTime() - published.policy.priorContactDays * 86_400_000).toISOString();
  const contacts = await readContacts(deps.db.query, {
    connectionId: link.connection.id,
    leadIds: here.map(({ lead }) => lead.id),
    accountIds: [...new Set(accountIds)],
    since,
  });

  const ready = here.map(({ head, lead }) => {
    const { match: account = null, noMatchBecause = null, suggested = null } = matches.get(lead.id) ?? {};
    const facts: LeadFacts = {
      trigger: triggerOf(head, lead, policy),
      lead,
      match: account,
      noMatchBecause,
      ...(suggested === null ? {} : { suggested }),
      opportunities: account === null ? [] : (opportunities.get(account.account.id) ?? []),
      ownerHistory: histories.get(lead.id) ?? [],
      earlierAssignment: earlierAssignment(head.known, triggerOf(head, lead, policy)),
      ...contactsOf(contacts, { leadId: lead.id, accountId: account?.account.id ?? null }),
    };
    return { head, facts };
  });
  return { shared: sharedFacts(deps, link, published, now), ready, ignored: sorted.ignored, crossed, readAtMs };
}

/** Why a lead is not decided: the CRM does not have it any more. */
export const leadGone = "lead-gone";

function sortHeads(heads: readonly Head[], leads: ReadonlyMap<string, Lead>, policy: Policy) {
  const qualified: { head: Head; lead: Lead }[] = [];
  const ignored: { head: Head; because: string }[] = [];
  for (const head of heads) {
    const lead = leads.get(head.leadId);
    if (lead === undefined) ignored.push({ head, because: leadGone });
    else if (!isToDecide(policy, { lead, trigger: stageTrigger(head, lead, policy) }))
      ignored.push({ head, because: "not-in-qualifying-stage" });
    else qualified.push({ head, lead });
  }
  return { qualified, ignored };
}

/** The record's own date names the qualification, so that an event and the reconciler mean the same one. */
function triggerOf(head: Head, lead: Lead, policy: Policy): LeadFacts["trigger"] {
  const qualifiedAt = head.round > 0 ? head.qualifiedAt : (lead.qualifiedAt ?? head.qualifiedAt);
  const { stage = null } = lead.fields;
  const isElsewhere = head.twin !== undefined && stage !== policy.qualifyingStage;
  const trigger = { qualifiedAt, round: head.round, cause: head.cause, breachedBy: head.breachedBy, ...head.history };
  return isElsewhere ? { ...trigger, elsewhere: { stage } } : trigger;
}

/** A lead that comes back may be in the stage that our assignment moved it on to, as after a round. */
function stageTrigger(head: Head, lead: Lead, policy: Policy): LeadFacts["trigger"] {
  const trigger = triggerOf(head, lead, policy);
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
