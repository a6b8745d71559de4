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
  // Open addressing, linear probing, at most half full: the place of an account in `accounts` + 1; 0: free.
  let slots = new Uint32Array(firstSlots);
  let shift = 32 - Math.log2(firstSlots);
  let accounts = new Uint32Array(firstSlots >> 1);
  let values = new Float64Array(firstSlots >> 1);
  let count = 0;
  let highest = 0;

  function slotOf(account: number): number {
    const mask = slots.length - 1;
    let slot = Math.imul(account + 1, 0x9e3779b1) >>> shift;
    for (
      let place = slots[slot] as number;
      place !== 0 && accounts[place - 1] !== account;
      place = slots[slot] as number
    )
      slot = (slot + 1) & mask;
    return slot;
  }

  function enlarge(): void {
    const [before, scores] = [accounts, values];
    slots = new Uint32Array(slots.length * 2);
    shift -= 1;
    accounts = new Uint32Array(before.length * 2);
    accounts.set(before);
    values = new Float64Array(before.length * 2);
    values.set(scores);
    for (let at = 0; at < count; at += 1) slots[slotOf(before[at] as number)] = at + 1;
  }

  return {
    add(account, by) {
      const slot = slotOf(account);
      let place = (slots[slot] as number) - 1;
      if (place === -1) {
        place = count;
        count += 1;
        slots[slot] = count;
        accounts[place] = account;
        values[place] = 0;
      }
      const score = (values[place] as number) + by;
      values[place] = score;
      if (score > highest) highest = score;
      if (count === accounts.length) enlarge();
    },
    clear() {
      slots.fill(0);
      count = 0;
      highest = 0;
    },
    highest: () => highest,
    best(most, least, compare) {
      const found: number[] = [];
      const scores: number[] = [];
      for (let at = 0; at < count; at += 1) {
        const score = values[at] as number;
        // Nearly all end here, when there are enough better ones.
        if (score < least || (found.length === most && score < (scores[most - 1] as number))) continue;
        const account = accounts[at] as number;
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
