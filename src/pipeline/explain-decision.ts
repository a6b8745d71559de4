import { type ExplainInput, explain } from "../engine/explain.ts";
import { Invalid } from "../engine/invalid.ts";
import { applyMoves } from "../engine/ledger.ts";
import type { Names } from "../engine/names.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import type { Query } from "../store/db.ts";
import { type DecisionRow, readBatch } from "../store/decisions.ts";
import { readPolicy } from "../store/policies.ts";

/** How names and times are told. */
export type Reader = { names: Names; timeZone: string };

/** A stored decision as sentences, by the policy that it was made by. */
export async function explainDecision(db: Query, row: DecisionRow, reader: Reader): Promise<string[]> {
  const { facts, decision } = row;
  if (facts === null) return ["The facts of this decision were erased."];
  const policy = await policyOf(db, row);
  const by = policy === null ? null : { policy, now: row.decidedAt };
  return explain({ facts, decision, ...reader, credit: await creditOf(db, row), by });
}

/** Null when it was written for an earlier release, and is no policy any more. */
async function policyOf(db: Query, { workspaceId, policyVersion }: DecisionRow): Promise<Policy | null> {
  const published = await readPolicy(db, workspaceId, policyVersion);
  try {
    return published === null ? null : parsePolicy(published.text);
  } catch (error) {
    if (error instanceof Invalid) return null;
    throw error;
  }
}

/** What the decision moved, and the credits of that pool as the decisions before it in its batch had left them. */
async function creditOf(db: Query, { workspaceId, batchId, position }: DecisionRow): Promise<ExplainInput["credit"]> {
  const stored = await readBatch(db, workspaceId, batchId);
  const pick = stored?.picks[position] ?? null;
  if (stored === null || pick === null) return null;
  let credits = stored.batch.stateBefore.credits;
  for (const moved of [...stored.entries, ...stored.picks.slice(0, position)])
    if (moved !== null) credits = applyMoves(credits, moved);
  return { pick, before: credits[pick.poolId] ?? {} };
}
