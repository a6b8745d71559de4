import { recordGolden } from "../engine/golden/record-golden.ts";
import { NotExpressible } from "../engine/golden/scrub/scrub.ts";
import { Refused } from "../refused.ts";
import type { Query } from "../store/db.ts";
import { readDecision } from "../store/decisions.ts";
import type { NamedWorkspace } from "../store/workspaces.ts";
import { createPolicies } from "./stored-policies.ts";
import { storedSnapshot } from "./stored-snapshot.ts";

/** A stored decision as the text of a golden lead. Throws `Refused` where there is none, or none can be made of it. */
export async function recordDecision(db: Query, { id, name }: NamedWorkspace, decisionId: string): Promise<string> {
  const row = await readDecision(db, id, decisionId);
  if (row === null)
    throw new Refused(`${name} has no decision ${decisionId}: explain <lead id> tells the ids of a lead's decisions.`);
  const policy = await createPolicies(db, id).of(row.policyVersion);
  if (policy === null)
    throw new Refused(
      `Decision ${decisionId} was made by version ${row.policyVersion} of the policy, which this release cannot read: take a later decision.`,
    );
  const snapshot = await storedSnapshot(db, row, policy);
  if (snapshot === null)
    throw new Refused(`The facts of decision ${decisionId} were erased: take another decision of the same kind.`);
  try {
    return recordGolden(snapshot, row);
  } catch (error) {
    if (!(error instanceof NotExpressible)) throw error;
    throw new Refused(
      `Decision ${decisionId} cannot be a golden lead: ${error.message}. Take another decision, or write the golden lead by hand.`,
    );
  }
}
