import type { Cascade } from "./cascade.ts";
import type { Decision, LedgerPick, Outcome } from "./decision.ts";
import { type LedgerEntry, reconcileMembers } from "./ledger.ts";
import { place } from "./place.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { LeadFacts, Shared, State } from "./snapshot.ts";
import { startCascade } from "./start-cascade.ts";
import { moveWorking, toState, toWorking, type Working } from "./working.ts";
import { holdsJust, moveEntry, toCredits, toWorkingLedger } from "./working-ledger.ts";

/**
 * Decides a batch: `decide` folded over its leads in their order. `entries` bring the ledgers in line with who is in
 * the pools; they come before the `picks`, one for each decision that moved a ledger, else null. Pure: never throws,
 * and changes nothing it was given.
 */
export function decideAll(
  shared: Shared,
  leads: readonly LeadFacts[],
  state: State,
): Decided & { after: State; entries: readonly LedgerEntry[] } {
  const prepared = prepare(shared);
  const working = toWorking(state, [...prepared.reps.values()]);
  const entries = reconcile(prepared, working);
  const made = leads.map((lead) => decideOne(prepared, lead, working));
  const decisions = made.map(({ decision }) => decision);
  return { decisions, picks: made.map(({ pick }) => pick), after: toState(working), entries };
}

type Decided = { decisions: readonly Decision[]; picks: readonly (LedgerPick | null)[] };
type DecidedOne = { decision: Decision; pick: LedgerPick | null };

/** Decides one lead. A batch of one. */
export function decide(shared: Shared, lead: LeadFacts, state: State): DecidedOne & { state: State } {
  const prepared = prepare(shared);
  const working = toWorking(state, [...prepared.reps.values()]);
  reconcile(prepared, working);
  return { ...decideOne(prepared, lead, working), state: toState(working) };
}

function reconcile(prepared: Prepared, working: Working): LedgerEntry[] {
  const { policy, now } = prepared.shared;
  const entries: LedgerEntry[] = [];
  for (const { pool, strategy } of prepared.pools.values()) {
    if (strategy.weigh === null) continue;
    const ledger = working.ledgers.get(pool.name) ?? toWorkingLedger({});
    working.ledgers.set(pool.name, ledger);
    const members = prepared.turnTakers.get(pool.name) ?? [];
    const leavers = working.leavers.get(pool.name);
    // Nobody came or left, and of nobody who left before is the time over.
    if (leavers === undefined && holdsJust(ledger, members)) continue;
    const moved = reconcileMembers(
      { poolId: pool.name, credits: toCredits(ledger), leavers: leavers ?? {} },
      { members, now, keepDays: policy.keepCreditDays },
    );
    for (const entry of moved.entries) moveEntry(ledger, entry);
    if (Object.keys(moved.leavers).length > 0) working.leavers.set(pool.name, moved.leavers);
    else working.leavers.delete(pool.name);
    entries.push(...moved.entries);
  }
  return entries;
}

function decideOne(prepared: Prepared, given: LeadFacts, working: Working): DecidedOne {
  const { now } = prepared.shared;
  const cascade = startCascade(prepared, given, working);
  const { facts, tier } = cascade;
  const { outcome, ledger } = place(cascade);
  noteNearCapacity(cascade, outcome);
  const leadId = facts.lead.id;
  moveWorking(working, { leadId, outcome, ledger, tier, accountId: facts.match?.account.id ?? null, at: now });
  const decision = { leadId, outcome, tier, trace: cascade.trace, marks: [...cascade.marks] };
  return { decision, pick: ledger };
}

/** It keeps nobody from a lead: it is only told. Who is full has been told of already. */
function noteNearCapacity({ prepared, working, trace }: Cascade, outcome: Outcome): void {
  const { nearCapacity } = prepared.shared.policy;
  if (outcome.kind !== "assigned" || nearCapacity === null) return;
  const capacity = prepared.reps.get(outcome.repId)?.settings.capacity ?? 0;
  const load = working.work.get(outcome.repId)?.load ?? 0;
  if (load >= nearCapacity * capacity && load < capacity)
    trace.push({ step: "noted", because: "near-capacity", detail: outcome.repId });
}
