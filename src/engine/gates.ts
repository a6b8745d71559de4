import { type Cascade, hasBreached, type Placed } from "./cascade.ts";
import { claimBy, give } from "./ownership.ts";
import { isFirstTurn, isToDecide } from "./qualify.ts";

const dayMs = 86_400_000;

/** Stage 0: what stops or keeps a lead before any stage; null lets it in. */
export function passGates(cascade: Cascade): Placed | null {
  const { facts, prepared } = cascade;
  const { policy, now } = prepared.shared;
  if (!isToDecide(policy, facts)) return stop("no-longer-qualified");
  const gate = policy.gates[prepared.rules.gates.first(facts, now)];
  if (gate !== undefined) return stop(gate.because);
  const kept = keepHumanOwner(cascade);
  if (kept !== null) return kept;
  // A reassignment goes on with the tier it has: nobody takes a running promise back because a score moved.
  if (cascade.tier === "nurture" && isFirstTurn(facts.trigger)) return stop("nurture");
  return null;
}

const stop = (because: string): Placed => ({ outcome: { kind: "stopped", because }, ledger: null });

function keepHumanOwner(cascade: Cascade): Placed | null {
  const { facts, prepared } = cascade;
  const { policy, now } = prepared.shared;
  const ownerId = facts.lead.ownerId;
  if (ownerId === null) return null;
  if (prepared.reps.get(ownerId)?.rep.active !== true) {
    cascade.trace.push({ step: "ghost-owner", repId: ownerId, stage: "human-owner" });
    return null;
  }
  const last = facts.ownerHistory[0];
  if (last?.by !== "person" || last.ownerId !== ownerId || hasBreached(cascade, ownerId)) return null;
  const age = Date.parse(now) - Date.parse(last.at);
  if (!(age <= policy.keepHumanOwnerDays * dayMs)) return null;
  // A merge brought a lead that waits for its rep: who has the survivor is to hear of it.
  if (facts.trigger.cause === "merged") return give(cascade, claimBy("prior-owner", ownerId, `rep ${ownerId}`));
  return { outcome: { kind: "kept", ownerId, because: "human-owner" }, ledger: null };
}
