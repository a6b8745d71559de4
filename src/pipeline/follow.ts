import type { Deps } from "../deps.ts";
import type { EventChange } from "../model/event.ts";
import type { LeadRow } from "../store/leads.ts";
import type { EventRow } from "./event-row.ts";
import { leadConverted } from "./lead-converted.ts";
import { leadGone, leadMerged } from "./lead-events.ts";
import { endsWork, leadClosed } from "./open-leads.ts";
import { type Followed, ownerChanged } from "./owner-changed.ts";
import { dropAccounts } from "./store-accounts.ts";
import { dropOpportunities, mergeAccount } from "./sync-accounts.ts";
import type { Link, Workspace } from "./workspace.ts";

/** Accounts and opportunities that events named: they are read again in batches. */
export type Refresh = { accountIds: Set<string>; opportunityIds: Set<string> };

/** What an event that qualifies no lead asks for: a record to read again, a clock to end. */
export async function follow(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { row, lead, refresh }: { row: EventRow; lead: LeadRow | null; refresh: Refresh },
): Promise<Followed> {
  const { change, subjectId } = row;
  // What is being decided was read before: its decision is recorded first, and then followed like any other.
  if (leadsOf(row).some((leadId) => link.heads.has(leadId))) return "later";
  switch (change.kind) {
    case "lead-changed":
      if (change.field !== "owner") {
        const { policy } = await workspace.readPolicy(link.connection.crm);
        return endsWork(policy, change) ? leadClosed(deps, link, { lead, at: row.occurredAt }) : "ignored";
      }
      return ownerChanged(deps, workspace, link, {
        leadId: subjectId,
        ownerId: change.value,
        at: row.occurredAt,
        automated: change.automated === true,
      });
    case "lead-deleted":
      await leadGone(deps, workspace, link, { leadId: subjectId, erase: false });
      return "done";
    case "lead-erased":
      await leadGone(deps, workspace, link, { leadId: subjectId, erase: true });
      return "done";
    case "lead-converted":
      return leadConverted(deps, workspace, link, { lead, at: row.occurredAt });
    case "lead-merged":
      await leadMerged(deps, workspace, link, { into: change.into, from: change.from });
      return "done";
    case "account-changed":
      refresh.accountIds.add(subjectId);
      return "done";
    case "account-deleted":
      await dropAccounts(deps, link, { gone: [subjectId], readAt: deps.now(), toRead: true });
      // The event may be late, and the account restored since.
      refresh.accountIds.add(subjectId);
      return "done";
    case "account-merged":
      refresh.accountIds.add(change.into);
      await mergeAccount(deps, link, change);
      return "done";
    case "opportunity-changed":
      refresh.opportunityIds.add(subjectId);
      return "done";
    case "opportunity-deleted":
      await dropOpportunities(deps, link, { gone: [subjectId], readAt: deps.now(), toRead: true });
      refresh.opportunityIds.add(subjectId);
      return "done";
    default:
      return "ignored";
  }
}

/** The leads whose story the event changes. A stage or status from before a decision says nothing after it. */
function leadsOf({ change, subjectId }: EventRow): readonly string[] {
  switch (change.kind) {
    case "lead-changed":
      return change.field === "owner" ? [subjectId] : [];
    case "lead-deleted":
    case "lead-erased":
    case "lead-converted":
      return [subjectId];
    case "lead-merged":
      return [change.into, ...change.from];
    default:
      return [];
  }
}

/** Why nobody follows such an event: its reason code. */
export function ignoredBecause(change: EventChange): string {
  if (change.kind === "lead-changed") return change.field === "stage" ? "other-stage" : "not-a-trigger";
  return change.kind === "lead-created" ? "waits-for-stage" : "not-a-trigger";
}
