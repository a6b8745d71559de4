import type { ReasonCode } from "../decision.ts";
import type { Candidate, Turn } from "./strategy.ts";

type Best = readonly [Candidate, ...Candidate[]];

const tolerance = 1e-9;

/** The candidates with the lowest value, within rounding. */
export const lowestBy = (candidates: Best, value: (candidate: Candidate) => number): Best =>
  lowestOf(candidates, candidates.map(value));

/** As `lowestBy`, of values that are worked out already, in the order of the candidates. */
export function lowestOf(candidates: Best, values: readonly number[]): Best {
  let best: [Candidate, ...Candidate[]] = [candidates[0]];
  let lowest = values[0] as number;
  for (let at = 1; at < candidates.length; at += 1) {
    const own = values[at] as number;
    if (own > lowest + tolerance) continue;
    const candidate = candidates[at] as Candidate;
    if (own < lowest - tolerance) {
      best = [candidate];
      lowest = own;
    } else best.push(candidate);
  }
  return best;
}

/** Its name, and of what the first of equals has the lowest. */
type TieBreaker = readonly [name: string, value: (candidate: Candidate, turn: Turn) => number];

const tieBreakers: readonly TieBreaker[] = [
  ["contact", ({ repId }, turn) => -turn.contactAt(repId)],
  ["load", (candidate) => loadRatio(candidate)],
  ["longest", ({ repId }, turn) => turn.givenAt(repId)],
  ["seniority", ({ seniority }) => -seniority],
  ["hash", ({ repId }, turn) => hash(`${turn.leadId} ${repId}`)],
];

/**
 * One of equals: the most recent contact, lowest load ratio, longest since the last lead, highest seniority, then a hash
 * of lead and rep; never chance.
 */
export function breakTie(equals: Best, turn: Turn, because: ReasonCode): { repId: string; because: ReasonCode } {
  if (equals.length === 1) return { repId: equals[0].repId, because };
  let left = equals;
  for (const [name, value] of tieBreakers) {
    left = lowestBy(left, (candidate) => value(candidate, turn));
    if (left.length === 1) return { repId: left[0].repId, because: `${because}-then-${name}` };
  }
  return { repId: left[0].repId, because: `${because}-then-hash` };
}

export const loadRatio = (candidate: Candidate): number => candidate.load / candidate.capacity;

/** FNV-1a, 32 bits, stirred: neighbouring ids must not give neighbouring values. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
