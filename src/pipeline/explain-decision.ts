import { crmTitles } from "../crm/account-name.ts";
import { otherNumberInWords, whyNotInWords } from "../engine/counterfactual/in-words.ts";
import { otherNumbers } from "../engine/counterfactual/other-numbers.ts";
import { whyNot } from "../engine/counterfactual/why-not.ts";
import { type ExplainInput, explain } from "../engine/explain.ts";
import { Invalid } from "../engine/invalid.ts";
import { applyMoves } from "../engine/ledger.ts";
import type { Names } from "../engine/names.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import type { Query } from "../store/db.ts";
import { type DecisionRow, readBatch } from "../store/decisions.ts";
import { matchReviews } from "../store/match-reviews.ts";
import { readPolicy } from "../store/policies.ts";
import { storedSnapshot } from "./stored-snapshot.ts";

/** How names and times are told; `askedFor` is a rep who wants to know why they have not got it. */
export type Reader = { names: Names; timeZone: string; askedFor: string | null };

/** One for each of the connections that know a lead by the same id. */
const mostAnswers = 100;

/** A stored decision as sentences, by the policy that it was made by: what would have changed it among them. */
export async function explainDecision(db: Query, row: DecisionRow, reader: Reader): Promise<string[]> {
  const { facts, decision } = row;
  if (facts === null) return ["The facts of this decision were erased."];
  const policy = await policyOf(db, row);
  const by = policy === null ? null : { policy, now: row.decidedAt };
  const { leadId, workspaceId } = row;
  const asked = await matchReviews(db, { workspaceId, leadIds: [leadId], isAnswered: true, limit: mostAnswers });
  const answer = asked.find(({ decisionId }) => decisionId === row.id)?.answer ?? undefined;
  const told = explain({
    facts,
    decision,
    ...reader,
    credit: await creditOf(db, row),
    by,
    answer,
    crmTitles: crmTitles(),
  });
  return policy === null ? told : [...told, ...(await otherwise(db, { row, policy }, reader))];
}

async function otherwise(
  db: Query,
  { row, policy }: { row: DecisionRow; policy: Policy },
  { names, askedFor }: Reader,
): Promise<string[]> {
  const snapshot = await storedSnapshot(db, row, policy);
  if (snapshot === null) return [];
  const others = otherNumbers(snapshot).map((other) => otherNumberInWords(other, row.decision, names));
  if (askedFor === null) return others;
  return [whyNotInWords(whyNot(snapshot, askedFor), snapshot.state, names), ...others];
}

/** The policy that a decision was made by; null when it was written for an earlier release, and is no policy any more. */
export async function policyOf(db: Query, { workspaceId, policyVersion }: DecisionRow): Promise<Policy | null> {
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
  return { pick, before: credits };
}
