import { decide, decideAll } from "../engine/decide.ts";
import type { Decision } from "../engine/decision.ts";
import { applyMoves } from "../engine/ledger.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import type { LeadFacts, Shared, State } from "../engine/snapshot.ts";
import type { Query } from "../store/db.ts";
import { type DecisionRow, readBatch } from "../store/decisions.ts";
import { readPolicy } from "../store/policies.ts";

/** How a batch comes out when it is decided again from what was stored with it (design.md I12). */
export type Replayed = {
  decisions: number;
  /** Tombstones: their facts were erased, so they cannot be decided again; what they moved counts as stored. */
  erased: number;
  /** Decisions that come out otherwise. */
  mismatches: readonly { decisionId: string; stored: Decision; replayed: Decision }[];
};

/**
 * Decides stored batches of a workspace again, each under the policy version that it names; a version is parsed once.
 * Exact within one engine version. Null when there is no such batch; throws when its policy version is not there.
 */
export function createReplay(db: Query, workspaceId: string): (batchId: string) => Promise<Replayed | null> {
  const policies = new Map<number, Policy>();

  async function policyOf(version: number): Promise<Policy> {
    const known = policies.get(version);
    if (known !== undefined) return known;
    const published = await readPolicy(db, workspaceId, version);
    if (published === null) throw new Error(`Workspace ${workspaceId} has no policy version ${version}.`);
    const policy = parsePolicy(published.text);
    policies.set(version, policy);
    return policy;
  }

  return async (batchId) => {
    const stored = await readBatch(db, workspaceId, batchId);
    if (stored === null) return null;
    const { batch, decisions } = stored;
    const [first] = decisions;
    if (first === undefined) return { decisions: 0, erased: 0, mismatches: [] };
    const shared = sharedOf(stored.shared, { policy: await policyOf(first.policyVersion), now: batch.decidedAt });
    return compare(decisions, replayAll(shared, decisions, batch.stateBefore));
  };
}

function compare(decisions: readonly DecisionRow[], again: readonly (Decision | null)[]): Replayed {
  const mismatches = decisions.flatMap(({ id, decision }, at) => {
    const replayed = again[at] ?? null;
    if (replayed === null || JSON.stringify(replayed) === JSON.stringify(decision)) return [];
    return [{ decisionId: id, stored: decision, replayed }];
  });
  return { decisions: decisions.length, erased: again.filter((each) => each === null).length, mismatches };
}

/** The inverse of what a recording stores of the facts that leads share. */
function sharedOf(body: string, rest: Pick<Shared, "policy" | "now">): Shared {
  return { ...(JSON.parse(body) as Omit<Shared, "policy" | "now">), ...rest };
}

/** Null for a decision whose facts are gone. */
function replayAll(shared: Shared, rows: readonly DecisionRow[], before: State): readonly (Decision | null)[] {
  const facts = rows.map((row) => row.facts);
  if (facts.every((each): each is LeadFacts => each !== null)) return decideAll(shared, facts, before).decisions;
  const decisions: (Decision | null)[] = [];
  let state = before;
  for (const row of rows) {
    if (row.facts === null) {
      state = afterStored(state, row.decision);
      decisions.push(null);
      continue;
    }
    const decided = decide(shared, row.facts, state);
    state = decided.state;
    decisions.push(decided.decision);
  }
  return decisions;
}

function afterStored(state: State, { ledger, outcome }: Decision): State {
  const credits = ledger === null ? state.credits : applyMoves(state.credits, ledger);
  if (outcome.kind !== "assigned") return { ...state, credits };
  return { credits, load: { ...state.load, [outcome.repId]: (state.load[outcome.repId] ?? 0) + 1 } };
}
