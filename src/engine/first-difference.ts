import type { Decision, Outcome, Step } from "./decision.ts";

/** Where a lead went, whatever rule said so: two decisions with the same place sent it to the same rep, queue or end. */
export function destinationOf(outcome: Outcome): string {
  if ("repId" in outcome) return `rep ${outcome.repId}`;
  if ("ownerId" in outcome) return `rep ${outcome.ownerId}`;
  if ("queueId" in outcome) return `queue ${outcome.queueId}`;
  if (outcome.kind === "followed") return `whoever gets lead ${outcome.leadId}`;
  return `nobody: ${outcome.because}`;
}

/** Null on a side: its trace ends there. */
export type Parting = { was: Step | null; now: Step | null };

/**
 * The first difference of two decisions on one lead that can have sent it elsewhere: notes, marks, codes of the same and
 * a tier that nothing hung on are none. Null: all that could is the same.
 */
export function decidingDifference(was: Decision, now: Decision): Parting | null {
  const before = was.trace.filter((step) => canDecide(step, now.trace));
  const after = now.trace.filter((step) => canDecide(step, was.trace));
  const first = parting(before, after);
  if (first === null || ![first.was, first.now].some((step) => step !== null && isTier(step))) return first;
  const next = parting(
    before.filter((step) => !isTier(step)),
    after.filter((step) => !isTier(step)),
  );
  return next === null || hangsOnTier(next, [was.outcome, now.outcome]) ? first : next;
}

function parting(was: readonly Step[], now: readonly Step[]): Parting | null {
  for (let at = 0; at < Math.max(was.length, now.length); at += 1) {
    const [before, after] = [was[at] ?? null, now[at] ?? null];
    if (effectOf(before) !== effectOf(after)) return { was: before, now: after };
  }
  return null;
}

/** A stage that both passed, and most of what is noted, sends no lead anywhere. */
function canDecide(step: Step, other: readonly Step[]): boolean {
  switch (step.step) {
    case "motion":
    case "scored":
    case "over-capacity":
    case "channel-conflict":
    case "ghost-owner":
      return false;
    case "stage-passed":
      return other.some(
        (each) => (each.step === "stage-assigned" || each.step === "stage-narrowed") && each.stage === step.stage,
      );
    case "noted":
      if (step.because === "override-over")
        return other.some((each) => each.step === "noted" && each.because === "override");
      return ["override", "owner-away", "no-backup", "overnight", "breached-again"].includes(step.because);
    default:
      return true;
  }
}

/** What a step does, without how that came about. */
function effectOf(step: Step | null): string {
  switch (step?.step) {
    case "tier":
      return `tier ${step.tier}`;
    case "rep-chosen":
      return `rep-chosen ${step.repId} ${step.poolId ?? ""}`;
    case "group-chosen":
      return `group-chosen ${step.group} ${step.poolId}`;
    default:
      return JSON.stringify(step);
  }
}

const isTier = ({ step }: Step): boolean => step === "tier" || step === "tier-capped";

/** Is what comes after a difference of tiers made by it? Nurture ends there; a stage, a cap and a time to wait ask for it. */
function hangsOnTier({ was, now }: Parting, outcomes: readonly Outcome[]): boolean {
  const isNurture = outcomes.some(
    (outcome) => outcome.kind === "stopped" && ["nurture", "not-mql"].includes(outcome.because),
  );
  const asksForTier = (step: Step | null): boolean =>
    step !== null &&
    (("stage" in step && step.stage === "tier") ||
      step.step === "waterfall-level" ||
      (step.step === "rep-excluded" && step.because === "hour-cap"));
  return isNurture || asksForTier(was) || asksForTier(now);
}

/** What a step is about, without whom and how many: steps of one kind count as one reason. Null: where its trace ended. */
export function kindOf(step: Step | null, outcome: Outcome): string {
  if (step === null) return "because" in outcome ? `${outcome.kind} ${outcome.because}` : outcome.kind;
  const {
    repId: _repId,
    left: _left,
    detail: _detail,
    load: _load,
    capacity: _capacity,
    ...about
  } = {
    repId: "",
    left: 0,
    detail: "",
    load: 0,
    capacity: 0,
    ...step,
  };
  return JSON.stringify(about);
}
