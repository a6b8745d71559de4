import { reasonLine } from "../engine/claim.ts";
import { whyNotInWords } from "../engine/counterfactual/in-words.ts";
import { whyNot } from "../engine/counterfactual/why-not.ts";
import type { Names } from "../engine/names.ts";
import type { Policy } from "../engine/policy.ts";
import { type Beside, type Verdict, verdictOf } from "../engine/shadow-tally.ts";
import type { Connection } from "../model/connection.ts";
import type { Query } from "../store/db.ts";
import { type DecisionRow, readDecision } from "../store/decisions.ts";
import type { ShadowOutcome } from "../store/shadow.ts";
import { policyOf } from "./explain-decision.ts";
import { storedSnapshot } from "./stored-snapshot.ts";

/** One lead: whom we would have given it to, who has it, and of a difference why. */
export type Compared = Omit<Beside, "looked"> & {
  leadId: string;
  decisionId: string;
  verdict: Verdict;
  /** A sentence. */
  whyOurs: string;
  /** A sentence; empty unless they differ, or when it cannot be told any more. */
  whyNotTheirs: string;
};

export const besideOf = ({ decidedAt, repId, ownerId, settledAt }: ShadowOutcome): Beside => ({
  decidedAt,
  repId,
  ownerId,
  looked: settledAt !== null,
});

/** Explains outcomes one by one; a policy is parsed once per version. */
export function comparer(
  db: Query,
  { workspaceId }: Connection,
  names: Names,
): (outcome: ShadowOutcome) => Promise<Compared> {
  const policies = new Map<number, Policy | null>();
  return async (outcome) => {
    const { leadId, decisionId, decidedAt, repId, ownerId } = outcome;
    const verdict = verdictOf(besideOf(outcome));
    const row = await readDecision(db, workspaceId, decisionId);
    const whyOurs = row === null ? "" : reasonLine(row.decision, names);
    const whyNotTheirs = verdict === "differed" && row !== null ? await whyNotOf(row) : "";
    return { leadId, decisionId, decidedAt, repId, ownerId, verdict, whyOurs, whyNotTheirs };

    async function whyNotOf(decided: DecisionRow): Promise<string> {
      const version = decided.policyVersion;
      if (!policies.has(version)) policies.set(version, await policyOf(db, decided));
      const policy = policies.get(version) ?? null;
      const snapshot = policy === null ? null : await storedSnapshot(db, decided, policy);
      if (snapshot === null || ownerId === null) return "";
      return whyNotInWords(whyNot(snapshot, ownerId), snapshot.state, names);
    }
  };
}
