import { clockPosition, operationKey } from "../engine/plan.ts";
import type { Tx } from "../store/db.ts";
import { settleFollowUps, unclosedFollowUpsOf } from "../store/follow-ups.ts";
import { planOperations } from "../store/operations.ts";
import { cancelTimers } from "../store/timers.ts";
import type { Link } from "./workspace.ts";

type Ending = {
  leadIds: readonly string[];
  because: "handed-over" | "lead-gone" | "merged" | "reassigned";
  at: string;
  /** A task that this person holds stays open: it is theirs now. */
  holderId?: string | null;
};

/**
 * Ends the clocks of leads, and closes the tasks that are open for them with the reason: also of a rep who made the
 * first touch and kept the task. Tells how many closing writes are planned; `link.loadPlanned` after
 * the commit sends them.
 */
export async function endFollowUps(tx: Tx, link: Link, ending: Ending): Promise<number> {
  const { id: connectionId, workspaceId } = link.connection;
  const { leadIds, because, at } = ending;
  const followUps = await unclosedFollowUpsOf(tx, connectionId, leadIds);
  if (followUps.length === 0) return 0;
  await cancelTimers(tx, connectionId, { leadIds: followUps.map(({ leadId }) => leadId), at });
  await settleFollowUps(
    tx,
    followUps.map(({ decisionId }) => ({ decisionId, state: "closed", at, by: null })),
  );
  return planOperations(tx, {
    workspaceId,
    at,
    operations: followUps
      .filter(({ holderId }) => holderId !== ending.holderId)
      .map(({ decisionId, leadId, qualifiedAt, taskKey }) => ({
        key: operationKey(decisionId, "close-task", clockPosition(taskKey, because)),
        connectionId,
        decisionId,
        leadId,
        qualifiedAt,
        priority: 3,
        body: { kind: "close-task", taskKey, because },
      })),
  });
}
