import type { LedgerPick, Outcome, ReasonCode, Step, Tier } from "./decision.ts";
import type { Condition, Motion, StageName } from "./policy.ts";
import type { Prepared } from "./prepare.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import type { LeadFacts } from "./snapshot.ts";
import { type Place, placeOf } from "./territory.ts";
import type { Working } from "./working.ts";

/** One lead on its way through the stages, collecting its trace. */
export type Cascade = {
  prepared: Prepared;
  /** As the policy reads them. */
  facts: LeadFacts;
  motion: Motion | null;
  /** The policy's, but for those that the motion switches off. */
  stages: readonly StageName[];
  /** Those who alone may have the lead; null: anybody may. */
  residents: ReadonlySet<string> | null;
  /** Moves while a batch is decided; owned by `decideAll` alone. */
  working: Working;
  tier: Tier;
  trace: Step[];
  marks: Set<ReasonCode>;
  /** Reps whose exclusion the trace names already. */
  excluded: Set<string>;
  /** Where the lead is, once a stage has asked. */
  place: Place | null;
  /** Which `never` of reps the lead meets, as far as it was asked. */
  exceptions: Map<Condition, boolean>;
};

/** How a stage ends the cascade; null from a stage means: on to the next. */
export type Placed = { outcome: Outcome; ledger: LedgerPick | null };

/** Records that a stage did not apply, and why. */
export function pass(cascade: Cascade, stage: string, because: ReasonCode): null {
  cascade.trace.push({ step: "stage-passed", stage, because });
  return null;
}

export function whereabouts(cascade: Cascade): Place {
  cascade.place ??= placeOf(cascade.facts, cascade.prepared.shared.policy.location);
  return cascade.place;
}

export const loadOf = ({ working }: Cascade, { at }: PreparedRep): number => working.workAt[at]?.load ?? 0;

export const hasBreached = (cascade: Cascade, repId: string): boolean =>
  cascade.facts.trigger.breachedBy.includes(repId);
