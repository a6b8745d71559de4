import { type Cascade, loadOf, type Placed } from "./cascade.ts";
import { eligible, firstToStart, isOpen } from "./eligibility.ts";
import { sumOf } from "./ledger.ts";
import { type Filter, narrow } from "./narrowing.ts";
import type { StageName } from "./policy.ts";
import type { PreparedPool, PreparedRep } from "./prepare.ts";
import type { Candidate } from "./strategies/strategy.ts";

/** Stages 6–12 in one pool: narrow, keep who is available, relax while nobody is, pick; null: nobody left. */
export function pickNarrowed(cascade: Cascade, pool: PreparedPool): Placed | null {
  const sets = relaxations(cascade, pool, narrow(cascade, pool.members));
  const open = isOpen(cascade, pool);
  for (const { relaxed, reps } of sets) {
    if (relaxed !== null) cascade.trace.push({ step: "relaxed", stage: relaxed, left: reps.length });
    const placed = open ? pickAble(cascade, pool, reps, "pick") : pickOvernight(cascade, pool, reps, "pick");
    if (placed !== null) return placed;
  }
  if (cascade.facts.trigger.breachedBy.length === 0) return null;
  const again = eligible(cascade, pool.members, true);
  if (!isNonEmpty(again)) return null;
  cascade.trace.push({ step: "noted", because: "breached-again" });
  return pick(cascade, pool, again, "pick");
}

/** The candidates with nothing relaxed, then relaxed cumulatively in the policy's order. */
function relaxations(
  cascade: Cascade,
  pool: PreparedPool,
  filters: readonly Filter[],
): { relaxed: StageName | null; reps: readonly PreparedRep[] }[] {
  const keptBy = (keeping: readonly Filter[]): PreparedRep[] =>
    pool.members.filter((rep) => keeping.every((filter) => filter.keeps(rep)));
  let keeping = filters;
  const sets: { relaxed: StageName | null; reps: readonly PreparedRep[] }[] = [
    { relaxed: null, reps: keptBy(keeping) },
  ];
  for (const stage of cascade.prepared.shared.policy.relax) {
    if (!keeping.some((filter) => filter.stage === stage)) continue;
    keeping = keeping.filter((filter) => filter.stage !== stage);
    sets.push({ relaxed: stage, reps: keptBy(keeping) });
  }
  return sets;
}

/** One of those of `reps` who may take the lead now. */
export function pickAble(
  cascade: Cascade,
  pool: PreparedPool,
  reps: readonly PreparedRep[],
  stage: "pick" | "waterfall",
): Placed | null {
  const able = eligible(cascade, reps, false);
  return isNonEmpty(able) ? pick(cascade, pool, able, stage) : null;
}

/** When the whole pool is off shift: one of those of `reps` who start first; the clock runs from there. */
export function pickOvernight(
  cascade: Cascade,
  pool: PreparedPool,
  reps: readonly PreparedRep[],
  stage: "pick" | "waterfall",
): Placed | null {
  const starters = isOpen(cascade, pool) ? [] : firstToStart(cascade, reps);
  if (!isNonEmpty(starters)) return null;
  const opensAt = starters[0].opensAt ?? cascade.prepared.shared.now;
  cascade.trace.push({ step: "noted", because: "overnight", detail: opensAt });
  const { outcome, ledger } = pick(cascade, pool, starters, stage);
  return { outcome: { ...outcome, opensAt }, ledger };
}

type Picked = { outcome: Extract<Placed["outcome"], { kind: "assigned" }>; ledger: Placed["ledger"] };

function pick(
  cascade: Cascade,
  { pool, strategy }: PreparedPool,
  reps: readonly [PreparedRep, ...PreparedRep[]],
  stage: "pick" | "waterfall",
): Picked {
  const credits = cascade.working.credits.get(pool.name);
  const { weigh } = strategy;
  const weightOf = ({ rep, settings, weight }: PreparedRep): number =>
    weigh?.({ weight, load: loadOf(cascade, rep.id), capacity: settings.capacity }) ?? 1;
  const weights = reps.map(weightOf);
  const total = sumOf(weights);
  const toCandidate = ({ rep, settings, weight }: PreparedRep, at: number): Candidate => ({
    repId: rep.id,
    weight,
    share: (weights[at] ?? 0) / total,
    credit: credits?.get(rep.id) ?? 0,
    load: loadOf(cascade, rep.id),
    capacity: settings.capacity,
    seniority: settings.seniority,
  });
  const [first, ...others] = reps;
  const candidates: [Candidate, ...Candidate[]] = [
    toCandidate(first, 0),
    ...others.map((rep, at) => toCandidate(rep, at + 1)),
  ];
  const { repId, because } = strategy.choose(candidates, { leadId: cascade.facts.lead.id, poolId: pool.name });
  cascade.trace.push({ step: "rep-chosen", repId, because, poolId: pool.name });
  return {
    outcome: { kind: "assigned", repId, stage, poolId: pool.name },
    ledger:
      weigh === null ? null : { poolId: pool.name, paidBy: repId, repIds: reps.map(({ rep }) => rep.id), weights },
  };
}

const isNonEmpty = <T>(list: readonly T[]): list is readonly [T, ...T[]] => list.length > 0;
