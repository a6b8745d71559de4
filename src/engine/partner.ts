import { type Cascade, type Placed, pass } from "./cascade.ts";
import { evaluate } from "./conditions.ts";
import type { ReasonCode } from "./decision.ts";
import { type Claim, ownershipClaimants } from "./ownership.ts";
import { pickInPool } from "./pick.ts";
import type { Condition, Policy } from "./policy.ts";

type Partner = NonNullable<Policy["partner"]>;

/**
 * A partner's lead whose deal is registered is theirs before any claim of our own reps; where one of those had a claim,
 * that is a channel conflict, of which both sides hear. Null: no such lead.
 */
export function placeRegistered(cascade: Cascade): Placed | null {
  const partner = partnerOf(cascade);
  if (partner === null || !isSo(cascade, partner.registered)) return null;
  const placed = placeWithPartners(cascade, partner, "registered-deal");
  const claim = otherClaim(cascade);
  const isTheirs = placed.outcome.kind === "assigned" && placed.outcome.repId === claim?.repId;
  if (claim !== null && !isTheirs)
    cascade.trace.push({ step: "channel-conflict", repId: claim.repId, stage: claim.stage, because: claim.because });
  return placed;
}

/** Stage 5: a partner sent the lead without registering a deal. */
export function placeReferral(cascade: Cascade): Placed | null {
  const partner = partnerOf(cascade);
  // A policy without partners has nothing to tell.
  if (partner === null) return null;
  if (!isSo(cascade, partner.referral)) return pass(cascade, "partner", "no-partner-lead");
  return placeWithPartners(cascade, partner, "partner-referral");
}

function partnerOf({ prepared, stages }: Cascade): Partner | null {
  return stages.includes("partner") ? prepared.shared.policy.partner : null;
}

const isSo = ({ facts, prepared }: Cascade, condition: Condition | null): boolean =>
  condition !== null && evaluate(condition, facts, prepared.shared.now);

/** A partner manager who is there and has room, by their pool's turn; else the queue, where only partner managers look. */
function placeWithPartners(cascade: Cascade, partner: Partner, because: ReasonCode): Placed {
  cascade.trace.push({ step: "stage-assigned", stage: "partner", because });
  const pool = cascade.prepared.pools.get(partner.poolId);
  const placed = pool === undefined ? null : pickInPool(cascade, pool, "partner");
  if (placed !== null) return placed;
  cascade.trace.push({ step: "waterfall-level", level: "queue", because: "no-partner-manager" });
  return { outcome: { kind: "queued", queueId: partner.queueId, because: "no-partner-manager" }, ledger: null };
}

const directStages = ["open-opportunity", "customer", "owned-account"] as const;

/** Who of our own reps would have had the lead as that of their deal or account; looking leaves no trace. */
function otherClaim(cascade: Cascade): Claim | null {
  const aside: Cascade = { ...cascade, trace: [], marks: new Set(), excluded: new Set() };
  for (const stage of directStages) {
    const claim = cascade.stages.includes(stage) ? ownershipClaimants[stage](aside) : null;
    if (claim !== null) return claim;
  }
  return null;
}
