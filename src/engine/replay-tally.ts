import { type Decision, type LedgerPick, type Outcome, picksOf, type Tier } from "./decision.ts";
import { decidingDifference, destinationOf, kindOf, type Parting } from "./first-difference.ts";
import type { LimitsOf } from "./first-touch.ts";
import { sumOf } from "./ledger.ts";
import type { Policy } from "./policy.ts";
import type { Shared, State } from "./snapshot.ts";

/** A decision with what it moved, and by what its first touch is due. */
export type Counted = { decision: Decision; pick: LedgerPick | null; by: { shared: Shared; limitsOf: LimitsOf } };

/** A lead that goes elsewhere, and the steps that made the difference. */
export type Difference = {
  leadId: string;
  was: Decision;
  now: Decision;
  step: Parting;
};

/** Leads of one tier with a rep: how long until their first touch is late, and how many have all that time in hours of work. */
type Limits = { leads: number; withinHours: number; minutes: number };

/** What one set of decisions did, with ids for names. */
export type Side = {
  reps: Record<string, number>;
  pools: Record<string, number>;
  /** Queues, and reasons for which a lead is for nobody. */
  queues: Record<string, number>;
  stops: Record<string, number>;
  /** Leads that no primary rule could place. */
  fallbacks: number;
  /** Pools that rotate between pools: who has credit and shares in them are those pools. */
  poolsOfPools: string[];
  /** The furthest that anybody's credit went from 0; null: no pool has a ledger. */
  mostCredit: { poolId: string; repId: string; credit: number } | null;
  /** Pool → rep → picks that they were given, and those that were due to them by their weights. */
  shares: Record<string, Record<string, { given: number; due: number }>>;
  limits: Partial<Record<Tier, Limits>>;
};

export type Reason = { count: number; example: Difference };

export type Tally = {
  /** What is known of before: whole decisions, or only who had each lead. */
  before: "decisions" | "owners";
  decisions: number;
  erased: number;
  moot: number;
  elsewhere: number;
  /** Of those: a list would hold the lead, and nobody knows who would have it in the end. */
  held: number;
  /** Same rep or end, another tier. */
  otherTier: number;
  was: Side;
  now: Side;
  /** By what the decisions part over. */
  reasons: Map<string, Reason>;
};

/** Reasons beyond so many count as "others": a report is read by people. */
const mostReasons = 500;

const emptySide = (): Side => ({
  reps: {},
  pools: {},
  queues: {},
  stops: {},
  fallbacks: 0,
  poolsOfPools: [],
  mostCredit: null,
  shares: {},
  limits: {},
});

export function createTally(before: Tally["before"] = "decisions"): Tally {
  return {
    before,
    decisions: 0,
    erased: 0,
    moot: 0,
    elsewhere: 0,
    held: 0,
    otherTier: 0,
    was: emptySide(),
    now: emptySide(),
    reasons: new Map(),
  };
}

/**
 * Counts one decision beside what became of its lead before. True when the two send it to different places: what they
 * part over is then counted by `countReason`, for which the whole traces are needed.
 */
export function count(tally: Tally, was: Counted, now: Counted): boolean {
  tally.decisions += 1;
  countSide(tally.was, was);
  countSide(tally.now, now);
  const isElsewhere = destinationOf(was.decision.outcome) !== destinationOf(now.decision.outcome);
  if (isElsewhere && isHeld(now.decision.outcome)) tally.held += 1;
  if (isElsewhere) tally.elsewhere += 1;
  else if (was.decision.tier !== now.decision.tier) tally.otherTier += 1;
  return isElsewhere;
}

const isHeld = (outcome: Outcome): boolean => outcome.kind === "queued" && outcome.held !== undefined;

/** Counts what two decisions on one lead part over, and answers it. `step`: where that is not what decided. */
export function countReason(
  tally: Tally,
  was: Decision,
  now: Decision,
  step: Difference["step"] = decidingDifference(was, now) ?? { was: null, now: null },
): Difference {
  const difference = { leadId: now.leadId, was, now, step };
  const key = `${kindOf(step.was, was.outcome)} → ${kindOf(step.now, now.outcome)}`;
  const known = tally.reasons.get(key);
  if (known !== undefined) known.count += 1;
  else if (tally.reasons.size < mostReasons) tally.reasons.set(key, { count: 1, example: difference });
  return difference;
}

/** Credits as they stood at some moment, under the policy of that moment. */
export function countCredits(side: Side, credits: State["credits"], { pools }: Pick<Policy, "pools">): void {
  for (const { name, groups } of pools)
    if (groups.length > 0 && !side.poolsOfPools.includes(name)) side.poolsOfPools.push(name);
  for (const [poolId, pool] of Object.entries(credits)) {
    for (const [repId, credit] of Object.entries(pool)) {
      if (side.mostCredit === null || Math.abs(credit) > Math.abs(side.mostCredit.credit))
        side.mostCredit = { poolId, repId, credit };
    }
  }
}

function countSide(side: Side, { decision, pick, by }: Counted): void {
  const { outcome, tier } = decision;
  if (isFallback(decision)) side.fallbacks += 1;
  for (const each of picksOf(pick)) countPick(side, each);
  if (outcome.kind === "queued") side.queues[outcome.queueId] = (side.queues[outcome.queueId] ?? 0) + 1;
  if (outcome.kind === "stopped") side.stops[outcome.because] = (side.stops[outcome.because] ?? 0) + 1;
  if (outcome.kind !== "assigned") return;
  side.reps[outcome.repId] = (side.reps[outcome.repId] ?? 0) + 1;
  if (outcome.poolId !== undefined) side.pools[outcome.poolId] = (side.pools[outcome.poolId] ?? 0) + 1;
  const { shared, limitsOf } = by;
  const minutes = (Date.parse(limitsOf(decision, outcome.repId).breachAt) - Date.parse(shared.now)) / 60_000;
  const limits = side.limits[tier] ?? { leads: 0, withinHours: 0, minutes: 0 };
  side.limits[tier] = limits;
  limits.leads += 1;
  limits.minutes += minutes;
  if (minutes <= shared.policy.firstTouch[tier === "nurture" ? "T3" : tier].breachMinutes) limits.withinHours += 1;
}

/** Did no rule place it, so that the waterfall did? */
export const isFallback = ({ trace }: Pick<Decision, "trace">): boolean =>
  trace.some(({ step }) => step === "waterfall-level");

function countPick(side: Side, { poolId, paidBy, repIds, weights }: LedgerPick): void {
  const pool = side.shares[poolId] ?? {};
  side.shares[poolId] = pool;
  const total = sumOf(weights);
  for (const [at, repId] of repIds.entries()) {
    const share = pool[repId] ?? { given: 0, due: 0 };
    pool[repId] = share;
    share.due += (weights[at] ?? 0) / total;
    if (repId === paidBy) share.given += 1;
  }
}
