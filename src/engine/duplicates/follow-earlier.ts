import { type Cascade, type Placed, pass } from "../cascade.ts";
import { claimBy, give, refuse } from "../ownership.ts";
import { signCodes } from "./signs.ts";

/**
 * A lead of a person who has one already goes to whoever has that, and follows it while nobody has; null: it is decided
 * on its own. An earlier lead that was stopped, is gone, or whose owner cannot have this one says nothing; the next counts.
 */
export function followEarlier(cascade: Cascade): Placed | null {
  const { match } = cascade.prepared.shared.policy.duplicates;
  for (const { leadId, by } of cascade.facts.earlierLeads ?? []) {
    if (!match.includes(by)) continue;
    cascade.trace.push({ step: "noted", because: signCodes[by], detail: leadId });
    const placed = follow(cascade, leadId);
    if (placed !== null) return placed;
  }
  return null;
}

function follow(cascade: Cascade, leadId: string): Placed | null {
  const earlier = cascade.working.leads.get(leadId);
  if (earlier === undefined) return pass(cascade, "duplicate", "first-gone");
  if (earlier.state === "stopped") return pass(cascade, "duplicate", "first-stopped");
  const { ownerId } = earlier;
  if (ownerId === null) return { outcome: { kind: "followed", leadId }, ledger: null };
  const refusal = refuse(cascade, ownerId, "duplicate");
  if (refusal !== null) return pass(cascade, "duplicate", refusal);
  return give(cascade, claimBy("duplicate", ownerId, `lead ${leadId}`));
}
