import { type Cascade, hasBreached, type Placed } from "./cascade.ts";
import { claimants, isClaimStage } from "./claimants.ts";
import { consentOf } from "./consent.ts";
import type { ReasonCode } from "./decision.ts";
import { claimBy, give } from "./ownership.ts";
import { personCountry } from "./person-country.ts";
import { isFirstTurn, isToDecide } from "./qualify.ts";

const dayMs = 86_400_000;

/** Stage 0: what stops or keeps a lead before any stage; null lets it in. */
export function passGates(cascade: Cascade): Placed | null {
  const { facts, prepared } = cascade;
  const { policy, now } = prepared.shared;
  if (!isToDecide(policy, facts)) return stop("no-longer-qualified");
  const gate = policy.gates[prepared.rules.gates.first(facts, now)];
  if (gate !== undefined) return stop(gate.because);
  const refusal = consentRefusal(cascade);
  if (refusal !== null) return stop(refusal);
  const kept = keepHumanOwner(cascade);
  if (kept !== null) return kept;
  // A reassignment goes on with the tier it has: nobody takes a running promise back because a score moved.
  if (cascade.tier === "nurture" && isFirstTurn(facts.trigger)) return stop(isNoMql(cascade) ? "not-mql" : "nurture");
  return null;
}

const isNoMql = ({ trace }: Cascade): boolean =>
  trace.some((step) => step.step === "tier" && step.because === "not-mql");

/** Why the person may not be contacted; null: they may, or nobody says that they may not. */
function consentRefusal({ facts, prepared, marks }: Cascade): ReasonCode | null {
  const { consent } = prepared.shared.policy;
  if (consent === null) return null;
  const state = consentOf(consent, facts);
  if (state === "refused") return "consent-refused";
  if (state === "granted") return null;
  marks.add("consent-unknown");
  return consent.optInCountries.includes(personCountry(facts) ?? "") ? "consent-required" : null;
}

const stop = (because: string): Placed => ({ outcome: { kind: "stopped", because }, ledger: null });

/** The claim of a stage that counts more than a person's choice of owner; null: none does, or nobody has one. */
function overriding(cascade: Cascade): Placed | null {
  const { overrideHumanOwner } = cascade.prepared.shared.policy;
  for (const stage of cascade.stages) {
    const claim = overrideHumanOwner.includes(stage) && isClaimStage(stage) ? claimants[stage](cascade) : null;
    if (claim !== null) return give(cascade, claim);
  }
  return null;
}

function keepHumanOwner(cascade: Cascade): Placed | null {
  const { facts, prepared } = cascade;
  const { policy, now } = prepared.shared;
  const ownerId = facts.lead.ownerId;
  if (ownerId === null) return null;
  const owner = prepared.reps.get(ownerId)?.rep;
  // It made the lead, or brought it from elsewhere: nobody has it yet.
  if (owner?.software) return null;
  if (owner?.active !== true) {
    cascade.trace.push({ step: "ghost-owner", repId: ownerId, stage: "human-owner" });
    return null;
  }
  const last = facts.ownerHistory[0];
  if (last?.by !== "person" || last.ownerId !== ownerId || hasBreached(cascade, ownerId)) return null;
  const age = Date.parse(now) - Date.parse(last.at);
  if (!(age <= policy.keepHumanOwnerDays * dayMs)) return null;
  // A merge brought a lead that waits for its rep: who has the survivor is to hear of it.
  if (facts.trigger.cause === "merged") return give(cascade, claimBy("prior-owner", ownerId, `rep ${ownerId}`));
  return overriding(cascade) ?? { outcome: { kind: "kept", ownerId, because: "human-owner" }, ledger: null };
}
