/** A stable code for why; `explain` has a sentence for each. */
export type ReasonCode = string;

export type Tier = "T1" | "T2" | "T3" | "nurture";

/** One line of a decision trace: codes and ids, no personal data. Sentences are made on demand. */
export type Step =
  | { step: "noted"; because: ReasonCode; detail?: string }
  | { step: "motion"; motion: string }
  /** The policy's own score, by the version of its qualification; `parts` are points by rule. */
  | {
      step: "scored";
      version: string;
      score: number;
      fit: number;
      engagement: number;
      parts: Readonly<Record<string, number>>;
    }
  | { step: "tier"; tier: Tier; because: ReasonCode }
  /** No lead of the motion is hotter than this. */
  | { step: "tier-capped"; tier: Tier; motion: string }
  | { step: "stage-passed"; stage: string; because: ReasonCode }
  | { step: "stage-narrowed"; stage: string; to: string; left: number }
  | { step: "stage-assigned"; stage: string; because: ReasonCode }
  | { step: "relaxed"; stage: string; left: number }
  | {
      step: "rep-excluded";
      repId: string;
      because:
        | "inactive"
        | "no-user"
        | "software"
        | "residency"
        | "away"
        | "off-shift"
        | "at-capacity"
        | "day-cap"
        | "week-cap"
        | "hour-cap"
        | "breached"
        | "exception";
    }
  | { step: "group-chosen"; group: string; because: ReasonCode; poolId: string }
  | { step: "rep-chosen"; repId: string; because: ReasonCode; poolId?: string }
  | { step: "ghost-owner"; repId: string; stage: string }
  | { step: "channel-conflict"; repId: string; stage: string; because: ReasonCode }
  | { step: "backup-chosen"; repId: string; backupFor: string }
  | { step: "over-capacity"; repId: string; load: number; capacity: number }
  | { step: "waterfall-level"; level: string; because: ReasonCode };

export type Outcome =
  /** `backupFor`: who has the claim and is away. */
  | { kind: "assigned"; repId: string; stage: string; poolId?: string; opensAt?: string; backupFor?: string }
  | { kind: "queued"; queueId: string; because: ReasonCode; held?: Held }
  | { kind: "kept"; ownerId: string; because: ReasonCode }
  | { kind: "stopped"; because: ReasonCode }
  /** It is the same person's as that lead, which has no owner yet, and gets the one that that lead gets. */
  | { kind: "followed"; leadId: string };

/** Who has a lead by its decision; null: nobody. */
export function ownerOf(outcome: Outcome): string | null {
  if (outcome.kind === "assigned") return outcome.repId;
  return outcome.kind === "kept" ? outcome.ownerId : null;
}

/**
 * A queue that holds the lead until somebody can take it, at most `until` (null: as long as it takes); then it is decided
 * anew. `opensAt`: when somebody will probably be able to; null: nobody can say. A queue without it is the end.
 */
export type Held = { until: string | null; opensAt: string | null };

/**
 * What one pick moves in its pool: each candidate gains a share of one lead in proportion to its weight at that moment
 * (`weights` are in the order of `repIds`), and who got the lead pays one. The moves sum to 0.
 */
export type LedgerPick = {
  poolId: string;
  paidBy: string;
  repIds: readonly string[];
  weights: readonly number[];
  /** In a pool of pools: the turn of its groups, which came before this one. Its `repIds` are names of pools. */
  groupPick?: LedgerPick;
};

/** All that one decision moved, in order: the turns of groups come before those inside of them. */
export function picksOf(pick: LedgerPick | null): LedgerPick[] {
  return pick === null ? [] : [...picksOf(pick.groupPick ?? null), pick];
}

export type Decision = {
  leadId: string;
  outcome: Outcome;
  tier: Tier;
  trace: readonly Step[];
  /** Codes of what was missing or odd in the data; never a reason to stop. */
  marks: readonly ReasonCode[];
};

/** Raised whenever a golden outcome changes; replay is exact within one. */
export const engineVersion = 5;
