import type { LedgerPick } from "./decision.ts";
import { type Credits, type LedgerEntry, sumOf } from "./ledger.ts";
import { toRecord } from "./to-record.ts";

/**
 * One pool's credits while a batch is decided, by position. Nearly every pick moves those of the same members in the same
 * order, so that the next position is tried before anything is looked up.
 */
export type WorkingLedger = { repIds: string[]; credits: number[]; positions: Map<string, number> };

export function toWorkingLedger(credits: Credits): WorkingLedger {
  const repIds = Object.keys(credits);
  return {
    repIds,
    credits: repIds.map((repId) => credits[repId] ?? 0),
    positions: new Map(repIds.map((repId, at) => [repId, at])),
  };
}

export const toCredits = ({ repIds, credits }: WorkingLedger): Record<string, number> =>
  toRecord(repIds.map((repId, at) => [repId, credits[at] ?? 0]));

/** Are these and nobody else in it, in whatever order? */
export function holdsJust(ledger: WorkingLedger, members: readonly string[]): boolean {
  return members.length === ledger.repIds.length && members.every((repId, at) => positionOf(ledger, repId, at) !== -1);
}

/** Tells each of these what they are owed; 0 where the ledger does not know them. */
export function fillCredits(ledger: WorkingLedger, candidates: readonly { repId: string; credit: number }[]): void {
  let next = 0;
  for (const candidate of candidates) {
    const at = positionOf(ledger, candidate.repId, next);
    candidate.credit = ledger.credits[at] ?? 0;
    next = at + 1;
  }
}

/** As `applyMoves` does, on the ledger of one pool: each candidate gains their share, and who got the lead pays one. */
export function movePick(ledger: WorkingLedger, { repIds, weights, paidBy }: LedgerPick): void {
  const total = sumOf(weights);
  let next = 0;
  for (let k = 0; k < repIds.length; k += 1) {
    const repId = repIds[k] as string;
    const share = (weights[k] ?? 0) / total;
    const at = placeFor(ledger, repId, next);
    ledger.credits[at] = (ledger.credits[at] as number) + (repId === paidBy ? share - 1 : share);
    next = at + 1;
  }
}

export function moveEntry(ledger: WorkingLedger, { moves, because, repIds }: LedgerEntry): void {
  for (const [repId, move] of Object.entries(moves)) {
    const at = placeFor(ledger, repId, 0);
    ledger.credits[at] = (ledger.credits[at] as number) + move;
  }
  if (because === "left") for (const repId of repIds) remove(ledger, repId);
}

/** -1: not in it. `hint`: where they probably are. */
function positionOf({ repIds, positions }: WorkingLedger, repId: string, hint: number): number {
  return repIds[hint] === repId ? hint : (positions.get(repId) ?? -1);
}

/** Their position, at the end for one who was not in it. */
function placeFor(ledger: WorkingLedger, repId: string, hint: number): number {
  const known = positionOf(ledger, repId, hint);
  if (known !== -1) return known;
  ledger.positions.set(repId, ledger.repIds.length);
  ledger.credits.push(0);
  return ledger.repIds.push(repId) - 1;
}

function remove(ledger: WorkingLedger, repId: string): void {
  const at = ledger.positions.get(repId);
  if (at === undefined) return;
  ledger.repIds.splice(at, 1);
  ledger.credits.splice(at, 1);
  ledger.positions = new Map(ledger.repIds.map((each, position) => [each, position]));
}
