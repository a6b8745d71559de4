import type { Deps } from "../deps.ts";
import type { EventChange } from "../model/event.ts";
import type { EventRow } from "./event-row.ts";
import { leadGone, leadMerged, ownerChanged } from "./lead-events.ts";
import { forgetAccount, forgetOpportunity, mergeAccount } from "./sync-accounts.ts";
import type { Link, Workspace } from "./workspace.ts";

/** Accounts and opportunities that events named: they are read again in batches. */
export type Refresh = { accountIds: Set<string>; opportunityIds: Set<string> };

/** What an event that qualifies no lead asks for: a record to read again, clocks to end. True when it was acted on. */
export async function follow(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { row, refresh }: { row: EventRow; refresh: Refresh },
): Promise<boolean> {
  const { change, subjectId } = row;
  switch (change.kind) {
    case "lead-changed":
      if (change.field !== "owner") return false;
      return ownerChanged(deps, workspace, link, { leadId: subjectId, ownerId: change.value, at: row.occurredAt });
    case "lead-deleted":
      return leadGone(deps, workspace, link, { leadId: subjectId, erase: false });
    case "lead-erased":
      return leadGone(deps, workspace, link, { leadId: subjectId, erase: true });
    case "lead-merged":
      return leadMerged(deps, workspace, link, { into: change.into, from: change.from });
    case "account-changed":
      refresh.accountIds.add(subjectId);
      return true;
    case "account-deleted":
      return forgetAccount(deps, link, subjectId);
    case "account-merged":
      refresh.accountIds.add(change.into);
      return mergeAccount(deps, link, change);
    case "opportunity-changed":
      refresh.opportunityIds.add(subjectId);
      return true;
    case "opportunity-deleted":
      return forgetOpportunity(deps, link, subjectId);
    default:
      return false;
  }
}

/** Why nobody follows such an event: its reason code. */
export function ignoredBecause(change: EventChange): string {
  if (change.kind === "lead-changed") return change.field === "stage" ? "other-stage" : "not-a-trigger";
  return change.kind === "lead-created" ? "waits-for-stage" : "not-a-trigger";
}
