import { decide } from "../engine/decide.ts";
import type { Policy } from "../engine/policy.ts";
import { withPolicy } from "../engine/policy-in-crm.ts";
import type { Shared, Snapshot, State } from "../engine/snapshot.ts";
import { moveState } from "../engine/working.ts";
import type { Query } from "../store/db.ts";
import { type DecisionRow, readBatch, type StoredBatch } from "../store/decisions.ts";

/** What a stored decision was made from, its state as the decisions before it in its batch had left it; null: erased. */
export async function storedSnapshot(db: Query, row: DecisionRow, policy: Policy): Promise<Snapshot | null> {
  const stored = await readBatch(db, row.workspaceId, row.batchId);
  if (stored === null || row.facts === null) return null;
  const shared = sharedOf(stored, policy);
  return { shared, facts: row.facts, state: stateAt(stored, shared, row.position) };
}

/** The inverse of what a recording stores of the facts that leads share. */
export function sharedOf({ shared, batch }: StoredBatch, policy: Policy): Shared {
  const stored = JSON.parse(shared) as Omit<Shared, "policy" | "now">;
  return { ...withPolicy(stored, policy), now: batch.decidedAt };
}

/** The state that the decision at this position of its batch was made in. */
function stateAt({ batch, decisions, picks }: StoredBatch, shared: Shared, position: number): State {
  let state = batch.stateBefore;
  for (const { facts, decision, accountId, position: at } of decisions) {
    if (at >= position) break;
    const ledger = picks[at] ?? null;
    state =
      facts === null
        ? moveState(state, { ...decision, ledger, accountId, at: shared.now })
        : decide(shared, facts, state).state;
  }
  return state;
}
