import type { ReasonCode } from "../decision.ts";
import type { Candidate, Turn } from "./strategy.ts";

type Best = readonly [Candidate, ...Candidate[]];

const tolerance = 1e-9;

/** The candidates with the lowest value, within rounding. */
export function lowestBy(candidates: Best, value: (candidate: Candidate) => number): Best {
  let best: [Candidate, ...Candidate[]] = [candidates[0]];
  let lowest = value(candidates[0]);
  for (const candidate of candidates) {
    if (candidate === candidates[0]) continue;
    const own = value(candidate);
    if (own < lowest - tolerance) {
      best = [candidate];
      lowest = own;
    } else if (own <= lowest + tolerance) best.push(candidate);
  }
  return best;
}

/** One of equals: lowest load ratio, then highest seniority, then a hash of lead and rep; never chance. */
export function breakTie(equals: Best, turn: Turn, because: ReasonCode): { repId: string; because: ReasonCode } {
  if (equals.length === 1) return { repId: equals[0].repId, because };
  const light = lowestBy(equals, loadRatio);
  if (light.length === 1) return { repId: light[0].repId, because: `${because}-then-load` };
  const senior = lowestBy(light, (candidate) => -candidate.seniority);
  if (senior.length === 1) return { repId: senior[0].repId, because: `${because}-then-seniority` };
  const [drawn] = lowestBy(senior, (candidate) => hash(`${turn.leadId} ${candidate.repId}`));
  return { repId: drawn.repId, because: `${because}-then-hash` };
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
