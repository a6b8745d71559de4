import type { Deps } from "../deps.ts";
import { updateKeyOf } from "../engine/plan.ts";
import type { Tx } from "../store/db.ts";
import { asWork, moveLead } from "../store/open-work.ts";
import { endFollowUps } from "./end-follow-ups.ts";
import { underLease } from "./under-lease.ts";
import type { Link, Workspace } from "./workspace.ts";

/** Keeps the update of a decision and what goes with it from being sent, if it was not yet; the keys of all that are kept back. */
export type Recall = (decisionId: string) => readonly string[];

/** Under the lease. What was kept back goes out after all when it fails. */
export async function inTransaction<T>(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  run: (tx: Tx, recall: Recall) => Promise<T>,
): Promise<T> {
  const held = new Map<string, readonly string[]>();
  const recall: Recall = (decisionId) => {
    const key = updateKeyOf(decisionId);
    const recorded = link.unsent.get(key);
    if (recorded !== undefined) held.set(key, recorded);
    link.unsent.delete(key);
    return [...held.values()].flat();
  };
  const done = underLease(deps, { lease: workspace.lease, what: "follow-up" }, (tx) => run(tx, recall));
  return done.catch((error: unknown) => {
    for (const [key, recorded] of held) link.unsent.set(key, recorded);
    throw error;
  });
}

/** Ends clock, task and load of a lead that is not ours to watch any more. */
export async function endWork(
  tx: Tx,
  link: Link,
  end: { leadId: string; because: "handed-over" | "lead-gone" | "merged"; at: string; newOwnerId: string | null },
): Promise<void> {
  const { leadId, because, at, newOwnerId } = end;
  await endFollowUps(tx, link, { leadIds: [leadId], because, at, holderId: newOwnerId });
  await moveLead(tx, { workspaceId: link.connection.workspaceId, leadId, to: asWork(newOwnerId) });
}
