import { decide, decideAll } from "../engine/decide.ts";
import { type Decision, engineVersion, type LedgerPick } from "../engine/decision.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import { withPolicy } from "../engine/policy-in-crm.ts";
import type { LeadFacts, Shared } from "../engine/snapshot.ts";
import { moveState } from "../engine/working.ts";
import type { Query } from "../store/db.ts";
import { readBatch, type StoredBatch } from "../store/decisions.ts";
import { readPolicy } from "../store/policies.ts";

/** How a batch comes out when it is decided again from what was stored with it (design.md I12). */
export type Replayed = {
  decisions: number;
  /** Tombstones: their facts were erased, so they cannot be decided again; what they moved counts as stored. */
  erased: number;
  /** Made by another engine version: they are not decided again, for they may well come out otherwise. */
  otherEngine: number;
  /** Decisions that come out otherwise, or that move their ledger otherwise. */
  mismatches: readonly { decisionId: string; stored: Made; replayed: Made }[];
};

type Made = Decision & { pick: LedgerPick | null };

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
    if (first === undefined) return { decisions: 0, erased: 0, otherEngine: 0, mismatches: [] };
    if (first.engineVersion !== engineVersion)
      return { decisions: decisions.length, erased: 0, otherEngine: decisions.length, mismatches: [] };
    const shared = sharedOf(stored.shared, { policy: await policyOf(first.policyVersion), now: batch.decidedAt });
    return compare(stored, replayAll(shared, stored));
  };
}

function compare({ decisions, picks }: StoredBatch, again: readonly (Made | null)[]): Replayed {
  const mismatches = decisions.flatMap(({ id, decision }, at) => {
    const replayed = again[at] ?? null;
    const stored = { ...decision, pick: picks[at] ?? null };
    if (replayed === null || JSON.stringify(replayed) === JSON.stringify(stored)) return [];
    return [{ decisionId: id, stored, replayed }];
  });
  const erased = again.filter((each) => each === null).length;
  return { decisions: decisions.length, erased, otherEngine: 0, mismatches };
}

/** The inverse of what a recording stores of the facts that leads share. */
function sharedOf(body: string, { policy, now }: Pick<Shared, "policy" | "now">): Shared {
  return { ...withPolicy(JSON.parse(body) as Omit<Shared, "policy" | "now">, policy), now };
}

/** Null for a decision whose facts are gone. */
function replayAll(shared: Shared, { batch, decisions: rows, picks }: StoredBatch): readonly (Made | null)[] {
  const facts = rows.map((row) => row.facts);
  if (facts.every((each): each is LeadFacts => each !== null)) {
    const again = decideAll(shared, facts, batch.stateBefore);
    return again.decisions.map((decision, at) => ({ ...decision, pick: again.picks[at] ?? null }));
  }
  const made: (Made | null)[] = [];
  // Who came to a pool or left it stands in its ledger before the first decision, which may be an erased one.
  let state = decideAll(shared, [], batch.stateBefore).after;
  for (const [at, row] of rows.entries()) {
    if (row.facts === null) {
      const { leadId, outcome, tier } = row.decision;
      const { accountId } = row;
      state = moveState(state, { leadId, outcome, tier, ledger: picks[at] ?? null, accountId, at: shared.now });
      made.push(null);
      continue;
    }
    const decided = decide(shared, row.facts, state);
    state = decided.state;
    made.push({ ...decided.decision, pick: decided.pick });
  }
  return made;
}
