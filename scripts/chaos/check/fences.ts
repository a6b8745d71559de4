import type { Evidence, Violation } from "./violation.ts";

/** A lease that was taken over fences its earlier holders off: they record nothing any more (design.md 4). */
export function staleHoldersRecordNothing({ claim, leasesSeen }: Evidence): Violation[] {
  return leasesSeen.flatMap(({ workspaceId, token, staleBatches }) => {
    const now = claim.batches.filter((batch) => batch.workspaceId === workspaceId && batch.fencingToken < token).length;
    if (now <= staleBatches) return [];
    const what = `${now - staleBatches} batches of workspace ${workspaceId} were recorded under a lease older than ${token}, which was held by then`;
    return [{ promise: "fencing", what, lead: null }];
  });
}

/** I12: what is stored gives the stored decision again. */
export function batchesReplay({ claim }: Evidence): Violation[] {
  return claim.replayMismatches.map(({ workspaceId, decisionId }) => {
    const decision = claim.decisions.find(({ id }) => id === decisionId);
    const lead = decision === undefined ? null : { accountId: decision.accountId, leadId: decision.leadId };
    return { promise: "I12", what: `decision ${decisionId} of workspace ${workspaceId} replays to another one`, lead };
  });
}
