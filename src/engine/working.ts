import { type LedgerPick, type Outcome, picksOf, type Tier } from "./decision.ts";
import { standingOf } from "./duplicates/standing.ts";
import type { Leavers } from "./ledger.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import type { Assignment, LeadStanding, RecentWork, State } from "./snapshot.ts";
import type { Candidate } from "./strategies/strategy.ts";
import { toRecord } from "./to-record.ts";
import { movePick, toCredits, toWorkingLedger, type WorkingLedger } from "./working-ledger.ts";

/** What a rep has and was given lately; undefined: the state says nothing of it. */
export type Work = { load: number | undefined; recent: RecentWork | undefined };

/** The state while a batch is decided: what a decision moves, of our own. */
export type Working = {
  ledgers: Map<string, WorkingLedger>;
  leavers: Map<string, Leavers>;
  /** By owner id. */
  work: Map<string, Work>;
  /** The work of each prepared rep, at their place: it is asked for with every lead, of everybody in a pool. */
  workAt: readonly Work[];
  /** Each as a candidate, filled anew for each pick: nothing of it is handed out. */
  candidateAt: readonly Candidate[];
  accounts: Map<string, Assignment>;
  leads: Map<string, LeadStanding>;
};

/** `reps`: of the batch that is decided, in their places. */
export function toWorking(state: State, reps: readonly PreparedRep[]): Working {
  const { credits, leavers = {}, load, accounts = {}, recent = {}, leads = {} } = state;
  const work = new Map<string, Work>();
  for (const [repId, leads] of Object.entries(load)) workOf(work, repId).load = leads;
  for (const [repId, given] of Object.entries(recent)) workOf(work, repId).recent = given;
  return {
    ledgers: new Map(Object.entries(credits).map(([pool, of]) => [pool, toWorkingLedger(of)])),
    leavers: new Map(Object.entries(leavers)),
    work,
    workAt: Array.from(reps, ({ rep }) => workOf(work, rep.id)),
    candidateAt: Array.from(reps, toCandidate),
    accounts: new Map(Object.entries(accounts)),
    leads: new Map(Object.entries(leads)),
  };
}

const toCandidate = ({ rep, weight, settings: { capacity, seniority } }: PreparedRep): Candidate => ({
  repId: rep.id,
  weight,
  share: 0,
  credit: 0,
  load: 0,
  busy: 0,
  capacity,
  seniority,
});

function workOf(work: Map<string, Work>, repId: string): Work {
  const known = work.get(repId);
  if (known !== undefined) return known;
  const none: Work = { load: undefined, recent: undefined };
  work.set(repId, none);
  return none;
}

export function toState({ ledgers, leavers, work, accounts, leads }: Working): Required<State> {
  const load: [repId: string, leads: number][] = [];
  const recent: [repId: string, given: RecentWork][] = [];
  for (const [repId, of] of work) {
    if (of.load !== undefined) load.push([repId, of.load]);
    if (of.recent !== undefined) recent.push([repId, of.recent]);
  }
  return {
    credits: Object.fromEntries([...ledgers].map(([pool, ledger]) => [pool, toCredits(ledger)])),
    leavers: Object.fromEntries(leavers),
    load: toRecord(load),
    accounts: toRecord(accounts),
    recent: toRecord(recent),
    leads: toRecord(leads),
  };
}

/** A decision as the leads after it see it. `accountId`: of the account that its lead belongs to. */
export type Made = {
  leadId: string;
  outcome: Outcome;
  ledger: LedgerPick | null;
  tier: Tier;
  accountId: string | null;
  /** The `now` of its batch. */
  at: string;
};

/** What one decision changes for the leads after it. */
export function moveWorking(working: Working, { leadId, outcome, ledger, tier, accountId, at }: Made): void {
  for (const pick of picksOf(ledger)) {
    const moved = working.ledgers.get(pick.poolId);
    if (moved !== undefined) movePick(moved, pick);
  }
  working.leads.set(leadId, standingOf(outcome));
  if (outcome.kind !== "assigned") return;
  const { repId } = outcome;
  const work = workOf(working.work, repId);
  work.load = (work.load ?? 0) + 1;
  work.recent = recentAfter(work.recent, at, tier);
  if (accountId !== null && outcome.stage !== stageWithoutLock) working.accounts.set(accountId, { repId, at });
}

/** One more lead of this tier at `at`. */
function recentAfter(recent: RecentWork | undefined, at: string, tier: Tier): RecentWork {
  const { today = 0, thisWeek = 0, t1ThisHour = 0, t1OldestAt } = recent ?? {};
  const isT1 = tier === "T1";
  const after = { lastAt: at, today: today + 1, thisWeek: thisWeek + 1, t1ThisHour: t1ThisHour + (isT1 ? 1 : 0) };
  const oldestAt = t1OldestAt ?? (isT1 && t1ThisHour === 0 ? at : undefined);
  return oldestAt === undefined ? after : { ...after, t1OldestAt: oldestAt };
}

/** Who takes what nobody else could has not been chosen for the account: its next lead is tried as its first was. */
export const stageWithoutLock = "catch-all";

/** As `moveWorking`, of a state that stays as it is. */
export function moveState(state: State, made: Made): State {
  const working = toWorking(state, []);
  moveWorking(working, made);
  return toState(working);
}
