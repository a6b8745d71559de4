/** Accounts with their scores while those of one lead are gathered, in arrays that are kept from lead to lead. */
export type Scores = {
  clear(): void;
  add(account: number, by: number): void;
  /** 0: there are none. */
  highest(): number;
  /** The best so many of those that have at least a score, the best first; equals by `compare`. */
  best(most: number, least: number, compare: (a: number, b: number) => number): number[];
};

const firstSlots = 4_096;

export function createScores(): Scores {
  // Open addressing, linear probing: an account + 1; 0: free. `taken`: the slots that are not, in the order of their taking.
  let accounts = new Uint32Array(firstSlots);
  let values = new Float64Array(firstSlots);
  let taken = new Uint32Array(firstSlots >> 1);
  let shift = 32 - Math.log2(firstSlots);
  let count = 0;

  function slotOf(account: number): number {
    const mask = accounts.length - 1;
    let slot = Math.imul(account + 1, 0x9e3779b1) >>> shift;
    while (accounts[slot] !== 0 && accounts[slot] !== account + 1) slot = (slot + 1) & mask;
    return slot;
  }

  function enlarge(): void {
    const [before, scores, places, length] = [accounts, values, taken, count];
    accounts = new Uint32Array(before.length * 2);
    values = new Float64Array(before.length * 2);
    taken = new Uint32Array(before.length);
    shift -= 1;
    count = 0;
    for (let at = 0; at < length; at += 1) {
      const place = places[at] as number;
      add((before[place] as number) - 1, scores[place] as number);
    }
  }

  function add(account: number, by: number): void {
    const slot = slotOf(account);
    if (accounts[slot] === 0) {
      accounts[slot] = account + 1;
      values[slot] = by;
      taken[count] = slot;
      count += 1;
      if (count === taken.length) enlarge();
    } else values[slot] = (values[slot] as number) + by;
  }

  return {
    add,
    clear() {
      for (let at = 0; at < count; at += 1) accounts[taken[at] as number] = 0;
      count = 0;
    },
    highest() {
      let highest = 0;
      for (let at = 0; at < count; at += 1) highest = Math.max(highest, values[taken[at] as number] as number);
      return highest;
    },
    best(most, least, compare) {
      const found: number[] = [];
      const scores: number[] = [];
      for (let at = 0; at < count; at += 1) {
        const score = values[taken[at] as number] as number;
        // Nearly all end here, when there are enough better ones.
        if (score < least || (found.length === most && score < (scores[most - 1] as number))) continue;
        const account = (accounts[taken[at] as number] as number) - 1;
        let place = found.length;
        while (place > 0 && isBefore(score, account, scores[place - 1] as number, found[place - 1] as number, compare))
          place -= 1;
        if (place === most) continue;
        found.splice(place, 0, account);
        scores.splice(place, 0, score);
        if (found.length > most) {
          found.pop();
          scores.pop();
        }
      }
      return found;
    },
  };
}

const isBefore = (
  score: number,
  account: number,
  otherScore: number,
  other: number,
  compare: (a: number, b: number) => number,
): boolean => score > otherScore || (score === otherScore && compare(account, other) < 0);
