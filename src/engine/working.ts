import { type LedgerPick, type Outcome, picksOf, type Tier } from "./decision.ts";
import { standingOf } from "./duplicates/standing.ts";
import type { Leavers } from "./ledger.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import type { Assignment, LeadStanding, RecentWork, State } from "./snapshot.ts";
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
  accounts: Map<string, Assignment>;
  leads: Map<string, LeadStanding>;
};

/** `reps`: of the batch that is decided, in their places. */
export function toWorking(state: State, reps: Iterable<PreparedRep>): Working {
  const { credits, leavers = {}, load, accounts = {}, recent = {}, leads = {} } = state;
  const work = new Map<string, Work>();
  const workOf = (repId: string): Work => {
    const known = work.get(repId) ?? { load: undefined, recent: undefined };
    work.set(repId, known);
    return known;
  };
  for (const [repId, leads] of Object.entries(load)) workOf(repId).load = leads;
  for (const [repId, given] of Object.entries(recent)) workOf(repId).recent = given;
  return {
    ledgers: new Map(Object.entries(credits).map(([pool, of]) => [pool, toWorkingLedger(of)])),
    leavers: new Map(Object.entries(leavers)),
    work,
    workAt: Array.from(reps, ({ rep }) => workOf(rep.id)),
    accounts: new Map(Object.entries(accounts)),
    leads: new Map(Object.entries(leads)),
  };
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
    load: Object.fromEntries(load),
    accounts: Object.fromEntries(accounts),
    recent: Object.fromEntries(recent),
    leads: Object.fromEntries(leads),
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
  const { load = 0, recent } = working.work.get(repId) ?? {};
  const after = {
    lastAt: at,
    today: (recent?.today ?? 0) + 1,
    thisWeek: (recent?.thisWeek ?? 0) + 1,
    ...t1After(recent, tier === "T1" ? at : null),
  };
  giveWork(working, repId, { load: load + 1, recent: after });
  if (accountId !== null && outcome.stage !== stageWithoutLock) working.accounts.set(accountId, { repId, at });
}

/** In place: prepared reps have the same object. */
function giveWork({ work }: Working, repId: string, given: Work): void {
  const known = work.get(repId);
  if (known === undefined) work.set(repId, given);
  else Object.assign(known, given);
}

function t1After(recent: RecentWork | undefined, at: string | null): Pick<RecentWork, "t1ThisHour" | "t1OldestAt"> {
  const { t1ThisHour = 0, t1OldestAt = t1ThisHour === 0 ? at : null } = recent ?? {};
  return { t1ThisHour: t1ThisHour + (at === null ? 0 : 1), ...(t1OldestAt === null ? {} : { t1OldestAt }) };
}

/** Who takes what nobody else could has not been chosen for the account: its next lead is tried as its first was. */
export const stageWithoutLock = "catch-all";

/** As `moveWorking`, of a state that stays as it is. */
export function moveState(state: State, made: Made): State {
  const working = toWorking(state, []);
  moveWorking(working, made);
  return toState(working);
}
