import type { Deps } from "../deps.ts";
import { namesOf, repWithId } from "../engine/names.ts";
import type { LeadFacts } from "../engine/snapshot.ts";
import type { Rep } from "../model/rep.ts";
import { accountsById } from "../store/accounts.ts";
import { openAlerts, raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Query } from "../store/db.ts";
import { openOpportunitiesOf } from "../store/opportunities.ts";
import type { DecisionContext, Link, Workspace } from "./workspace.ts";

const kind = "ghost-owner";
const atMost = 1_000;

/** A rep who is not active and still owns an account or an open deal of it. */
type Ghost = { accountId: string; repId: string; owns: string };

/** The leads of such an account go on as if nobody owned it; an alert tells it and proposes who got the first. */
export async function alertGhostOwners(tx: Query, link: Link, contexts: readonly DecisionContext[]): Promise<void> {
  const { workspaceId, id: connectionId } = link.connection;
  const told = new Set<string>();
  for (const context of contexts) {
    for (const ghost of ghostsOf(context)) {
      const subjectId = subjectOf(ghost);
      if (told.has(subjectId)) continue;
      told.add(subjectId);
      const { leadId, outcome } = context.decision;
      const names = namesOf(context.shared.reps);
      const holder = outcome.kind === "assigned" ? repWithId(names, outcome.repId) : null;
      await raiseAlert(tx, {
        workspaceId,
        connectionId,
        kind,
        subjectId,
        message: `${ghost.owns} belongs to ${repWithId(names, ghost.repId)}, who is not active any more; lead ${leadId} ${holder === null ? "has found nobody" : `went to ${holder}`}.`,
        whatToDo: `Give it a new owner in the CRM${holder === null ? "" : `; ${holder} is proposed`}.`,
        raisedAt: context.shared.now,
      });
    }
  }
}

const subjectOf = ({ accountId, repId }: Pick<Ghost, "accountId" | "repId">): string => `${accountId} ${repId}`;

function ghostsOf({ decision, facts }: DecisionContext): Ghost[] {
  const ids = decision.trace.flatMap((step) => (step.step === "ghost-owner" ? [step.repId] : []));
  const account = facts.match?.account;
  if (account === undefined) return [];
  return ids.flatMap((repId): Ghost[] => {
    const owns = ownsWhat(facts, repId);
    return owns === null ? [] : [{ accountId: account.id, repId, owns }];
  });
}

/** Null: nothing of the account; the rep has had the person once, or is named by another field of the account. */
function ownsWhat({ match, opportunities }: LeadFacts, repId: string): string | null {
  const account = match?.account;
  if (account?.ownerId === repId) return `Account ${account.id}`;
  const deal = opportunities.find(({ isOpen, ownerId }) => isOpen && ownerId === repId);
  return deal === undefined ? null : `Open deal ${deal.id} of account ${account?.id}`;
}

/** Resolves the alerts of accounts that have another owner now, or whose owner is back. */
export async function resolveGhostOwners(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const { query } = deps.db;
  const open = await openAlerts(query, workspace.lease.workspaceId, atMost);
  const mine = open.filter((alert) => alert.kind === kind && alert.connectionId === link.connection.id);
  if (mine.length === 0) return;
  const ids = mine.map(({ subjectId }) => accountOf(subjectId));
  const accounts = await accountsById(query, link.connection.id, ids);
  const deals = await openOpportunitiesOf(query, link.connection.id, ids);
  for (const alert of mine) {
    const accountId = accountOf(alert.subjectId);
    const owners = [accounts.get(accountId)?.ownerId, ...(deals.get(accountId) ?? []).map(({ ownerId }) => ownerId)];
    const isGhost = owners.some(
      (id) => typeof id === "string" && subjectOf({ accountId, repId: id }) === alert.subjectId,
    );
    if (!isGhost || isActive(link.roster.reps, alert.subjectId))
      await resolveAlert(query, { ...alert, kind }, deps.now().toISOString());
  }
}

const accountOf = (subjectId: string): string => subjectId.split(" ")[0] ?? "";

const isActive = (reps: readonly Rep[], subjectId: string): boolean =>
  reps.some(({ id, active }) => active && id === subjectId.split(" ")[1]);
