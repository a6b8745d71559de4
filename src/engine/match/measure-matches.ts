/** What was found for a labelled lead. `right`, `found`: account ids, null: none. */
export type Judged = { slice: string; right: string | null; found: string | null; confidence: number };

/** Shares from 0 to 1; NaN never: a share of nothing is 0. */
export type Measures = {
  leads: number;
  /** Leads that have an account, leads that were given one, and those of them that were given theirs. */
  withAccount: number;
  given: number;
  right: number;
  precision: number;
  recall: number;
  f1: number;
  /** Of the leads without an account, those that were given one. */
  falseMatches: number;
};

const share = (part: number, of: number): number => (of === 0 ? 0 : part / of);

export function measure(judged: readonly Judged[]): Measures {
  const withAccount = judged.filter(({ right }) => right !== null).length;
  const given = judged.filter(({ found }) => found !== null).length;
  const right = judged.filter(({ right, found }) => found !== null && found === right).length;
  const spurious = judged.filter(({ right, found }) => right === null && found !== null).length;
  const precision = share(right, given);
  const recall = share(right, withAccount);
  return {
    leads: judged.length,
    withAccount,
    given,
    right,
    precision,
    recall,
    f1: share(2 * precision * recall, precision + recall),
    falseMatches: share(spurious, judged.length - withAccount),
  };
}

/** By slice, in the order of their names. */
export const measureSlices = (judged: readonly Judged[]): ReadonlyMap<string, Measures> =>
  new Map(
    [...Map.groupBy(judged, ({ slice }) => slice)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([slice, of]) => [slice, measure(of)]),
  );

const bins = 10;

/** Expected calibration error: by how much confidence and the share of right ones differ, over ten bins of equal width. */
export function calibrationError(judged: readonly Judged[]): number {
  const given = judged.filter(({ found }) => found !== null);
  const byBin = Map.groupBy(given, ({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)));
  const off = [...byBin.values()].reduce((sum, of) => {
    const confidence = of.reduce((all, each) => all + each.confidence, 0);
    return sum + Math.abs(confidence - of.filter(({ right, found }) => right === found).length);
  }, 0);
  return share(off, given.length);
}

/** The largest share of the leads with an account that are found by one threshold at which so many of those found are right. */
export function recallAtPrecision(judged: readonly Judged[], wanted: number): number {
  const given = judged.filter(({ found }) => found !== null).sort((a, b) => b.confidence - a.confidence);
  const withAccount = judged.filter(({ right }) => right !== null).length;
  let right = 0;
  let best = 0;
  for (const [at, each] of given.entries()) {
    if (each.right === each.found) right += 1;
    const isLastOfEquals = given[at + 1]?.confidence !== each.confidence;
    if (isLastOfEquals && right / (at + 1) >= wanted) best = Math.max(best, share(right, withAccount));
  }
  return best;
}
