import { type Learned, learnedFromContact } from "../engine/match/learned.ts";
import { saveHints } from "../store/account-hints.ts";
import type { Tx } from "../store/db.ts";
import type { LeadRow } from "../store/leads.ts";
import { askReviews, type Doubted } from "../store/match-reviews.ts";
import { noteShadowDecisions, type ShadowDecision } from "../store/shadow.ts";
import { toLeadEntry } from "./account-entries.ts";
import type { DecisionContext, Link } from "./workspace.ts";

type Made = { contexts: readonly DecisionContext[]; known: ReadonlyMap<string, LeadRow>; at: string };

/** For people: which accounts a reviewer is asked about, and in shadow what the CRM's own routing is compared with. */
export async function noteDecisions(tx: Tx, { connection }: Link, { contexts, known, at }: Made): Promise<void> {
  const { id: connectionId, workspaceId } = connection;
  // Of a lead that we never saw there is no earlier question.
  const leads = contexts.map(toDoubted).filter(({ leadId, accountId }) => accountId !== null || known.has(leadId));
  await askReviews(tx, { workspaceId, connectionId, leads, at });
  await saveHints(tx, {
    workspaceId,
    connectionId,
    hints: contexts.flatMap((each) => contactDomainOf(each, known)),
    leadId: null,
    by: "the CRM",
    at,
  });
  if (connection.mode === "shadow") await noteShadowDecisions(tx, connection, contexts.map(toCompare));
}

/** Of a lead that is decided for the first time, so that each counts once. */
function contactDomainOf({ facts: { lead, match } }: DecisionContext, known: Made["known"]): Learned[] {
  if (match?.by !== "crm-association" || match.crm !== undefined || (known.get(lead.id)?.decisionId ?? null) !== null)
    return [];
  return learnedFromContact(toLeadEntry(lead), match.account);
}

const toDoubted = ({ decisionId, facts }: DecisionContext): Doubted => ({
  leadId: facts.lead.id,
  decisionId,
  qualifiedAt: facts.trigger.qualifiedAt,
  accountId: facts.suggested?.accountId ?? null,
});

const toCompare = ({ decisionId, facts, decidedAt }: DecisionContext): ShadowDecision => ({
  leadId: facts.lead.id,
  qualifiedAt: facts.trigger.qualifiedAt,
  decisionId,
  decidedAt,
  ownerId: facts.lead.ownerId,
});
