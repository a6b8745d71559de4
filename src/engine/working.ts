import { type LedgerPick, type Outcome, picksOf, type Tier } from "./decision.ts";
import { standingOf } from "./duplicates/standing.ts";
import { addMoves, type Leavers } from "./ledger.ts";
import type { Assignment, LeadStanding, RecentWork, State } from "./snapshot.ts";

/** The state while a batch is decided: what a decision moves, in maps of our own. */
export type Working = {
  credits: Map<string, Map<string, number>>;
  leavers: Map<string, Leavers>;
  load: Map<string, number>;
  accounts: Map<string, Assignment>;
  recent: Map<string, RecentWork>;
  leads: Map<string, LeadStanding>;
};

export const toWorking = ({ credits, leavers = {}, load, accounts = {}, recent = {}, leads = {} }: State): Working => ({
  credits: new Map(Object.entries(credits).map(([pool, of]) => [pool, new Map(Object.entries(of))] as const)),
  leavers: new Map(Object.entries(leavers)),
  load: new Map(Object.entries(load)),
  accounts: new Map(Object.entries(accounts)),
  recent: new Map(Object.entries(recent)),
  leads: new Map(Object.entries(leads)),
});

export const toState = ({ credits, leavers, load, accounts, recent, leads }: Working): Required<State> => ({
  credits: Object.fromEntries([...credits].map(([pool, of]) => [pool, Object.fromEntries(of)])),
  leavers: Object.fromEntries(leavers),
  load: Object.fromEntries(load),
  accounts: Object.fromEntries(accounts),
  recent: Object.fromEntries(recent),
  leads: Object.fromEntries(leads),
});

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
  for (const pick of picksOf(ledger)) addMoves(working.credits.get(pick.poolId) ?? new Map(), pick);
  working.leads.set(leadId, standingOf(outcome));
  if (outcome.kind !== "assigned") return;
  const { repId } = outcome;
  working.load.set(repId, (working.load.get(repId) ?? 0) + 1);
  const recent = working.recent.get(repId);
  working.recent.set(repId, {
    lastAt: at,
    today: (recent?.today ?? 0) + 1,
    thisWeek: (recent?.thisWeek ?? 0) + 1,
    ...t1After(recent, tier === "T1" ? at : null),
  });
  if (accountId !== null && outcome.stage !== stageWithoutLock) working.accounts.set(accountId, { repId, at });
}

function t1After(recent: RecentWork | undefined, at: string | null): Pick<RecentWork, "t1ThisHour" | "t1OldestAt"> {
  const { t1ThisHour = 0, t1OldestAt = t1ThisHour === 0 ? at : null } = recent ?? {};
  return { t1ThisHour: t1ThisHour + (at === null ? 0 : 1), ...(t1OldestAt === null ? {} : { t1OldestAt }) };
}

/** Who takes what nobody else could has not been chosen for the account: its next lead is tried as its first was. */
export const stageWithoutLock = "catch-all";

/** As `moveWorking`, of a state that stays as it is. */
export function moveState(state: State, made: Made): State {
  const working = toWorking(state);
  moveWorking(working, made);
  return toState(working);
}
