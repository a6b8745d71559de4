import { type Cascade, loadOf, type Placed } from "./cascade.ts";
import { lastContacts } from "./contacts.ts";
import { type LedgerPick, picksOf, type ReasonCode } from "./decision.ts";
import { eligible, firstToStart, isOpen, remaining } from "./eligibility.ts";
import { holdForAnybody, isOver } from "./holding.ts";
import { sumOf } from "./ledger.ts";
import { type Filter, narrow } from "./narrowing.ts";
import type { StageName } from "./policy.ts";
import type { Base, PreparedPool } from "./prepare-pools.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import type { Candidate, Turn as StrategyTurn } from "./strategies/strategy.ts";
import { fillCredits } from "./working-ledger.ts";

/** `hopeful`: who could have had the lead but for their hours and loads. Of a lead that nobody got. */
export type Tried = { placed: Placed | null; hopeful: readonly PreparedRep[] };

/** Stages 6–12 in the pool of a territory: narrow, keep who is available, relax while nobody is, pick. */
export function pickNarrowed(cascade: Cascade, { pool, team }: Base): Tried {
  const filters = narrow(cascade, pool.members);
  const isTeamOpen = team !== null && isOpen(cascade, team.members);
  // At night nobody needs to be looked at one by one.
  const isNight = !isTeamOpen && !isOpen(cascade, pool.members);
  const found = (placed: Placed | null): Tried => ({
    placed,
    hopeful: placed === null ? widest(cascade, pool, filters) : [],
  });
  for (const { relaxed, reps } of relaxations(cascade, pool, filters)) {
    if (relaxed !== null) cascade.trace.push({ step: "relaxed", stage: relaxed, left: reps.length });
    const placed = isNight ? pickOvernight(cascade, pool, reps, "pick") : pickAble(cascade, pool, reps, "pick");
    if (placed !== null) return found(placed);
  }
  if (!isNight && !isTeamOpen) {
    // Nobody left could take it. Whom it was meant for may all be off shift, though others of the pool are not.
    const sets = [...relaxations(cascade, pool, filters)];
    const meant = sets.find(({ reps }) => remaining(cascade, reps).length > 0)?.reps ?? [];
    const placed = isOpen(cascade, meant) ? null : pickOvernight(cascade, pool, meant, "pick");
    if (placed !== null) return found(placed);
  }
  if (cascade.facts.trigger.breachedBy.length === 0) return found(null);
  const again = eligible(cascade, widest(cascade, pool, filters), true);
  if (!isNonEmpty(again)) return found(null);
  cascade.trace.push({ step: "noted", because: "breached-again" });
  return found(pick(cascade, pool, { able: again, absent: [] }, "pick"));
}

/** The candidates when all is relaxed that may be: nobody else is waited for, or given a lead that others were late with. */
function widest({ prepared }: Cascade, { members }: PreparedPool, filters: readonly Filter[]): readonly PreparedRep[] {
  const { relax } = prepared.shared.policy;
  const binding = filters.filter(({ stage }) => !relax.includes(stage));
  return members.filter((rep) => binding.every(({ keeps }) => keeps(rep)));
}

type Relaxation = { relaxed: StageName | null; reps: readonly PreparedRep[] };

/** The candidates with nothing relaxed, then relaxed cumulatively in the policy's order. Most leads need but the first. */
function* relaxations(
  cascade: Cascade,
  { members }: PreparedPool,
  filters: readonly Filter[],
): Generator<Relaxation, void> {
  const keptBy = (keeping: readonly Filter[]): readonly PreparedRep[] =>
    keeping.length === 0 ? members : members.filter((rep) => keeping.every((filter) => filter.keeps(rep)));
  let keeping = filters;
  yield { relaxed: null, reps: keptBy(keeping) };
  for (const stage of cascade.prepared.shared.policy.relax) {
    if (!keeping.some((filter) => filter.stage === stage)) continue;
    keeping = keeping.filter((filter) => filter.stage !== stage);
    yield { relaxed: stage, reps: keptBy(keeping) };
  }
}

/** In whose name a pool's turn decides. */
type Stage = "pick" | "waterfall" | "partner" | "override";

/** Somebody of a pool that nothing narrows: who may take the lead now, or while nobody there is on shift, who starts first. */
export const pickInPool = (cascade: Cascade, pool: PreparedPool, stage: Stage): Placed | null =>
  isOpen(cascade, pool.members)
    ? pickAble(cascade, pool, pool.members, stage)
    : pickOvernight(cascade, pool, pool.members, stage);

/** One of those of `reps` who may take the lead now. */
export function pickAble(
  cascade: Cascade,
  pool: PreparedPool,
  reps: readonly PreparedRep[],
  stage: Stage,
): Placed | null {
  const able = eligible(cascade, reps, false);
  return isNonEmpty(able) ? pick(cascade, pool, { able, absent: absentOf(cascade, reps) }, stage) : null;
}

/** Those who could have the lead but for their absence, where they catch up with what goes to others meanwhile. */
function absentOf(cascade: Cascade, reps: readonly PreparedRep[]): readonly PreparedRep[] {
  if (cascade.prepared.shared.policy.catchUp === "none") return [];
  return remaining(
    cascade,
    reps.filter(({ isAbsent }) => isAbsent),
  );
}

/**
 * Of `reps`, of whom nobody is on shift: who follows the sun, if the policy names such a pool and somebody there can take
 * it; else one of those who start first, and the clock runs from there.
 */
export function pickOvernight(
  cascade: Cascade,
  pool: PreparedPool,
  reps: readonly PreparedRep[],
  stage: Stage,
): Placed | null {
  const starters = firstToStart(cascade, reps);
  if (!isNonEmpty(starters)) return null;
  const turn = { able: starters, absent: absentOf(cascade, reps).filter((rep) => !starters.includes(rep)) };
  return followTheSun(cascade) ?? pickStarter(cascade, pool, turn, stage);
}

function followTheSun(cascade: Cascade): Placed | null {
  const { policy } = cascade.prepared.shared;
  const pool = policy.followTheSun === null ? undefined : cascade.prepared.pools.get(policy.followTheSun);
  if (pool === undefined) return null;
  const placed = pickAble(cascade, pool, pool.members, "waterfall");
  const because = placed === null ? "nobody-available" : "follow-the-sun";
  cascade.trace.push({ step: "waterfall-level", level: pool.pool.name, because });
  return placed;
}

function pickStarter(cascade: Cascade, pool: PreparedPool, turn: Present, stage: Stage): Placed | null {
  const opensAt = turn.able[0].opensAt ?? cascade.prepared.shared.now;
  cascade.trace.push({ step: "noted", because: "overnight", detail: opensAt });
  const placed = pick(cascade, pool, turn, stage);
  if (placed?.outcome.kind !== "assigned") return placed;
  return { ...placed, outcome: { ...placed.outcome, opensAt } };
}

/** Who may take the lead, and who is away and catches up with it. */
type Present = { able: readonly [PreparedRep, ...PreparedRep[]]; absent: readonly PreparedRep[] };

/** By the pool's strategy. Null: it only offers the lead to its members, and the time for that is over. */
function pick(cascade: Cascade, pool: PreparedPool, reps: Present, stage: Stage): Placed | null {
  if (pool.strategy.choose === null) return offer(cascade, pool, reps);
  return pool.groups.length === 0 ? pickRep(cascade, pool, reps, stage) : pickGroup(cascade, pool, reps, stage);
}

function offer(cascade: Cascade, { pool, members }: PreparedPool, { able }: Present): Placed | null {
  const list = { name: pool.name, allowed: pool.claimWithin, hours: members };
  return holdForAnybody(cascade, list, { because: "claim-list", reps: able });
}

function pickRep(cascade: Cascade, pool: PreparedPool, { able, absent }: Present, stage: Stage): Placed | null {
  const contenderOf = (prepared: PreparedRep): Candidate => {
    const candidate = cascade.working.candidateAt[prepared.at] as Candidate;
    candidate.load = loadOf(cascade, prepared);
    candidate.busy = candidate.load;
    candidate.credit = 0;
    return candidate;
  };
  const chosen = chooseOne(cascade, pool, able.map(contenderOf), absent.map(contenderOf));
  if (chosen === null) return null;
  const { id: repId, because, ledger } = chosen;
  const poolId = pool.pool.name;
  cascade.trace.push({ step: "rep-chosen", repId, because, poolId });
  return { outcome: { kind: "assigned", repId, stage, poolId }, ledger };
}

/** First whose turn it is of the groups in which somebody may take the lead, then inside; each has a ledger of its own. */
function pickGroup(cascade: Cascade, pool: PreparedPool, reps: Present, stage: Stage): Placed | null {
  const groups = pool.groups.flatMap(({ inner, weight, repIds }) => {
    const [able = [], absent = []] = [reps.able, reps.absent].map((all) => all.filter(({ rep }) => repIds.has(rep.id)));
    return isNonEmpty(able) && hasTaker(cascade, inner, able) ? [{ inner, weight, able, absent }] : [];
  });
  const holding = groups.find(({ inner }) => isHeldIn(cascade, inner));
  // It has had its turn, and paid for it, when it took the lead.
  if (holding !== undefined) return pick(cascade, holding.inner, holding, stage);
  const contenders = groups.map(({ inner, weight, able }) => ({
    repId: inner.pool.name,
    weight,
    share: 0,
    credit: 0,
    load: sumOf(able.map((rep) => loadOf(cascade, rep))),
    capacity: sumOf(able.map(({ settings }) => settings.capacity)),
    seniority: 0,
    // Between groups their weights alone count: how busy its reps are is what each group sees to inside.
    busy: 0,
  }));
  const chosen = chooseOne(cascade, pool, contenders, []);
  const group = groups.find(({ inner }) => inner.pool.name === chosen?.id);
  if (chosen === null || group === undefined) return null;
  const { id, because, ledger } = chosen;
  cascade.trace.push({ step: "group-chosen", group: id, because, poolId: pool.pool.name });
  const placed = pick(cascade, group.inner, group, stage);
  return placed === null ? null : { ...placed, ledger: after(ledger, placed.ledger) };
}

/** May somebody of it get the lead, or be offered it? Not of a list whose time is over. */
function hasTaker(cascade: Cascade, { pool, strategy, groups }: PreparedPool, able: readonly PreparedRep[]): boolean {
  if (strategy.choose === null) return able.length > 0 && !isOver(cascade, pool.name);
  if (groups.length === 0) return able.length > 0;
  return groups.some(({ inner, repIds }) =>
    hasTaker(
      cascade,
      inner,
      able.filter(({ rep }) => repIds.has(rep.id)),
    ),
  );
}

/** Does the list of this pool, or of one inside of it, hold the lead still? */
function isHeldIn(cascade: Cascade, { pool, strategy, groups }: PreparedPool): boolean {
  if (strategy.choose !== null) return groups.some(({ inner }) => isHeldIn(cascade, inner));
  const { trigger } = cascade.facts;
  const held = trigger.cause === "waited" ? trigger.waits?.at(-1) : undefined;
  return held?.level === pool.name && (held.until === null || held.until > cascade.prepared.shared.now);
}

/** A group that takes its turn pays for it also where nobody inside of it does. */
function after(groupPick: LedgerPick | null, inside: LedgerPick | null): LedgerPick | null {
  if (groupPick === null || inside === null) return inside ?? groupPick;
  const [outermost, ...others] = picksOf(inside);
  if (outermost === undefined) return groupPick;
  return others.reduce<LedgerPick>((outer, pick) => ({ ...pick, groupPick: outer }), { ...outermost, groupPick });
}

type Turn = { id: string; because: ReasonCode; ledger: LedgerPick | null };

/** `absent`: who gains in the ledger and is not chosen. */
function chooseOne(
  cascade: Cascade,
  { pool, strategy }: PreparedPool,
  contenders: readonly Candidate[],
  absent: readonly Candidate[],
): Turn | null {
  const { weigh, choose } = strategy;
  if (choose === null || !isNonEmpty(contenders)) return null;
  const owed = cascade.working.ledgers.get(pool.name);
  if (owed !== undefined) for (const some of [contenders, absent]) fillCredits(owed, some);
  const weightOf = weigh ?? (() => 1);
  const gaining = weigh === null ? [] : catchingUp(cascade, { contenders, absent, weightOf });
  const all = gaining.length === 0 ? contenders : [...contenders, ...gaining];
  const weights: number[] = [];
  for (const each of all) weights.push(weightOf(each));
  const total = sumOf(weights);
  for (let at = 0; at < contenders.length; at += 1)
    (contenders[at] as Candidate).share = (weights[at] as number) / total;
  const { repId: id, because } = choose(contenders, turnOf(cascade, pool.name));
  const ledger = { poolId: pool.name, paidBy: id, repIds: all.map(({ repId }) => repId), weights };
  return { id, because, ledger: weigh === null ? null : ledger };
}

type Gaining = {
  contenders: readonly Candidate[];
  absent: readonly Candidate[];
  weightOf: (contender: Candidate) => number;
};

/** Those of the absent who gain by this pick: all of them, or where catching up is capped, who is not yet owed a full round. */
function catchingUp({ prepared, trace }: Cascade, { contenders, absent, weightOf }: Gaining): readonly Candidate[] {
  if (absent.length === 0) return [];
  const total = sumOf([...contenders, ...absent].map(weightOf));
  const round = contenders.length + absent.length;
  const isOwedLess = (each: Candidate): boolean =>
    each.credit + weightOf(each) / total <= (round * weightOf(each)) / total;
  const gaining = prepared.shared.policy.catchUp === "full" ? absent : absent.filter(isOwedLess);
  if (gaining.length > 0)
    trace.push({ step: "noted", because: "catch-up", detail: gaining.map(({ repId }) => repId).join(", ") });
  return gaining;
}

/** Of groups neither is known. A contact counts here where no stage before has given the lead to who had it. */
function turnOf({ prepared: { shared }, facts, stages, working }: Cascade, poolId: string): StrategyTurn {
  const asksContacts = !stages.includes("prior-owner");
  let contacts: ReadonlyMap<string, number> | null = null;
  return {
    leadId: facts.lead.id,
    poolId,
    contactAt(repId) {
      if (!asksContacts) return 0;
      contacts ??= lastContacts(facts, shared);
      return contacts.get(repId) ?? 0;
    },
    givenAt: (repId) => Date.parse(working.work.get(repId)?.recent?.lastAt ?? "") || 0,
  };
}

const isNonEmpty = <T>(list: readonly T[]): list is readonly [T, ...T[]] => list.length > 0;
