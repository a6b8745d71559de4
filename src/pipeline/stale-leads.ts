import { accountName } from "../crm/account-name.ts";
import { isStale } from "../engine/qualify.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Query } from "../store/db.ts";
import type { DecisionContext, Link } from "./workspace.ts";

const kind = "stale-leads";

/** Leads that waited longer than the policy allows were routed: a person may want to look at them first. One alert for all. */
export async function alertStale(
  db: Query,
  { connection }: Pick<Link, "connection">,
  contexts: readonly Pick<DecisionContext, "decision" | "shared">[],
): Promise<void> {
  const first = contexts.find(({ decision }) => isStale(decision));
  if (first === undefined) return;
  const { id: connectionId, workspaceId } = connection;
  await raiseAlert(db, {
    workspaceId,
    connectionId,
    kind,
    subjectId: connectionId,
    message: `Leads of ${accountName(connection)} were decided more than ${first.shared.policy.staleAfterMinutes} minutes after they qualified, the first of them ${first.decision.leadId}.`,
    whatToDo:
      "Their tasks and decisions say so. Find out what kept them: a connection that was paused, an outage, a spent budget.",
    raisedAt: first.shared.now,
  });
}
