import type { Point } from "../snapshot.ts";
import { placeOfSign, type Sign, type Subject, signs } from "./signs.ts";

/** What was seen, and what it is worth (nats of odds, against when negative). */
export type Evidence = { sign: Sign; points: number };

/**
 * Evidence as a person reads it: one point for each subject (the domain, the name, the place …), worth all that was seen of
 * it, and named by what tells most among that which points the same way. They add up to the odds, but for rounding to
 * tenths; the weightiest comes first, what is worth nothing is left out.
 */
export function pointsIn(evidence: readonly Evidence[]): Point[] {
  const bySubject = new Map<Subject, Evidence[]>();
  for (const each of evidence) {
    const { subject } = placeOf(each.sign);
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), each]);
  }
  return [...bySubject.values()]
    .map((seen): Point => {
      const worth = Math.round(seen.reduce((sum, { points }) => sum + points, 0) * 10) / 10;
      return [namedBy(seen, worth), worth];
    })
    .filter(([, worth]) => worth !== 0)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
}

/** What speaks for is named by what was seen most exactly, what speaks against by the weightiest. */
function namedBy(seen: readonly Evidence[], worth: number): Sign {
  const alike = seen.filter(({ points }) => points * worth > 0);
  const [first] = alike.sort((a, b) => (worth > 0 ? placeOf(a.sign).rank - placeOf(b.sign).rank : a.points - b.points));
  return first?.sign ?? "size";
}

/** What all that was seen of a subject is worth. */
export const worthOf = (subject: Subject, evidence: readonly Evidence[]): number =>
  evidence.reduce((sum, { sign, points }) => (placeOf(sign).subject === subject ? sum + points : sum), 0);

const placeOf = (sign: Sign) => placeOfSign.get(sign) ?? { subject: "size" as const, rank: 0 };

/** "the whole name +3.1" */
export const pointInWords = ([sign, worth]: Point): string =>
  `${signs[sign]} ${worth < 0 ? "−" : "+"}${Math.abs(worth).toFixed(1)}`;
