/** The known word that was probably meant; null when none is near. */
export function suggest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const [given, other] = withoutSharedEnd(fold(word), fold(candidate));
    const distance = editDistance(given, other);
    if (distance >= nearest || distance > allowedDistance(given, other)) continue;
    nearest = distance;
    best = candidate;
  }
  return best;
}

/** The words in which two names end alike tell nothing of what was meant: most teams are called "… Sales". */
function withoutSharedEnd(a: string, b: string): [string, string] {
  if (a === b) return [a, b];
  const [ofA, ofB] = [a.split("_"), b.split("_")];
  while (ofA.length > 0 && ofB.length > 0 && ofA.at(-1) === ofB.at(-1)) {
    ofA.pop();
    ofB.pop();
  }
  return [ofA.join("_"), ofB.join("_")];
}

/** A third of the letters may differ; more when the words begin alike. */
function allowedDistance(given: string, candidate: string): number {
  let alike = 0;
  while (alike < given.length && given[alike] === candidate[alike]) alike += 1;
  return Math.max(1, Math.floor(given.length / 3), alike >= 4 ? Math.ceil(given.length / 2) : 0);
}

/** ` — did you mean …?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = suggest(word, known);
  return meant === null ? "" : ` — did you mean "${meant}"?`;
}

const fold = (word: string): string => word.toLowerCase().replace(/[\s_-]+/g, "_");

/** Letters to insert, delete or replace; two neighbours swapped count as one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      let cost = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? cost) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
