import type { Base } from "../engine/match/base.ts";
import { createBaseBuilder } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry } from "../engine/match/entries.ts";
import { besideEachOther, without } from "../engine/match/layers.ts";
import { randomSeed } from "./random-seed.ts";
import { inSlices } from "./slices.ts";

/** How large a book is. `changed`: accounts that changed since its edition was made. */
export type BookSize = { accounts: number; bytes: number; changed: number };

/** By account id; null: it is gone. */
export type Changed = Map<string, AccountEntry | null>;

/** Accounts as they were when they were read, with what changed since. */
export type Edition = {
  /** `entry` null: it is gone. */
  change(id: string, entry: AccountEntry | null): void;
  size(): BookSize;
  /** To be matched with: all that has changed up to now is in it. */
  bases(): Promise<readonly Base[]>;
};

/** Those that changed last are read anew with each change: some 20 ms of so many. */
const mostFresh = 500;

/** What changed stands in two bases: what changed lately in one that is made anew all the time, the rest in another. */
export function createEdition(base: Base, classes: DomainClasses): Edition {
  const changed: Changed = new Map();
  /** Positions in the edition. */
  const replaced = new Set<number>();
  let settled: Base | null = null;
  let fresh: Changed = new Map();
  /** Of all that has changed; null: some of it is not in it. */
  let current: Promise<readonly Base[]> | null = Promise.resolve([base]);
  let underway: Promise<unknown> = Promise.resolve();
  let came = 0;
  let changedBytes = 0;

  async function baseOf(entries: Changed): Promise<Base> {
    const builder = createBaseBuilder(classes, randomSeed());
    await inSlices(entries.values(), (entry) => entry !== null && builder.add(entry));
    return builder.done();
  }
  async function settle(): Promise<void> {
    const all = new Map(changed);
    fresh = new Map();
    settled = await baseOf(all);
  }
  async function layers(): Promise<readonly Base[]> {
    if (fresh.size > mostFresh) await settle();
    // What changes while it is read goes into the next.
    const [now, gone] = [new Map(fresh), new Set(replaced)];
    const last = await baseOf(now);
    if (settled === null) return besideEachOther(without(base, gone), [last]);
    const again = [...now.keys()].map(settled.positionOf).filter((position) => position !== -1);
    return besideEachOther(without(base, gone), [without(settled, new Set(again)), last]);
  }
  return {
    change(id, entry) {
      const position = base.positionOf(id);
      // It was never here.
      if (entry === null && position === -1 && !changed.has(id)) return;
      const before = changed.get(id) ?? null;
      came += Number(entry !== null) - Number(before !== null);
      changedBytes += bytesOf(entry) - bytesOf(before);
      changed.set(id, entry);
      fresh.set(id, entry);
      if (position !== -1) replaced.add(position);
      current = null;
    },
    size: () => ({
      accounts: base.size - replaced.size + came,
      bytes: base.bytes + changedBytes,
      changed: changed.size,
    }),
    bases() {
      if (current === null) {
        // One after the other: what is under way has not seen all of it.
        current = underway.then(layers);
        underway = current.catch(() => undefined);
      }
      return current;
    },
  };
}

/** About what one takes that changed: as it came, and in the small base. */
const bytesOf = (entry: AccountEntry | null): number => (entry === null ? 0 : 400 + 3 * JSON.stringify(entry).length);
