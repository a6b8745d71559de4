import { type Decision, type Outcome, ownerOf, picksOf, type Step } from "./decision.ts";
import type { Rerun } from "./rerun.ts";

/**
 * What became of a lead before anything was decided here, as far as its owner tells: beside a decision, in which it stands
 * for the tier as well. Nobody is nobody, whichever list a policy would have put it on.
 */
export function ownerAsDecision({ outcome, leadId, tier }: Decision, ownerId: string | null): Decision {
  return { leadId, tier, outcome: ownerAsOutcome(outcome, ownerId), trace: [], marks: [] };
}

function ownerAsOutcome(now: Outcome, ownerId: string | null): Outcome {
  if (ownerOf(now) === ownerId)
    return now.kind === "assigned" ? { kind: "assigned", repId: now.repId, stage: "" } : now;
  return ownerId === null
    ? { kind: "stopped", because: "without-owner" }
    : { kind: "assigned", repId: ownerId, stage: "" };
}

/** The step of a decision that sent the lead away from who really had it: what kept it from them, else what gave it. */
export function stepAwayFrom({ outcome, trace, pick }: Rerun, ownerId: string | null): Step | null {
  // What stops a lead is no step; the tier that is noted before has a say in nurture alone.
  if (outcome.kind === "stopped" && outcome.because !== "nurture") return null;
  const against = trace.find(
    (step) => (step.step === "rep-excluded" || step.step === "ghost-owner") && step.repId === ownerId,
  );
  if (against !== undefined) return against;
  const given =
    trace.find(({ step }) => step === "stage-assigned") ?? trace.findLast(({ step }) => step === "waterfall-level");
  if (given !== undefined) return given;
  const chosen = trace.findLast(({ step }) => step === "rep-chosen");
  // Who was among those to choose from had only to wait for their turn.
  const isLastStep = ownerId === null || picksOf(pick).some(({ repIds }) => repIds.includes(ownerId));
  if (isLastStep && chosen !== undefined) return chosen;
  return trace.findLast(({ step }) => step === "stage-narrowed") ?? chosen ?? trace.at(-1) ?? null;
}
