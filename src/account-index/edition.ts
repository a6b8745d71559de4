import type { Base } from "../engine/match/base.ts";
import { buildBase } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry } from "../engine/match/entries.ts";
import { besideEachOther, without } from "../engine/match/layers.ts";
import { randomSeed } from "./random-seed.ts";

/** How large a book is. `changed`: accounts that changed since its edition was made. */
export type BookSize = { accounts: number; bytes: number; changed: number };

/** By account id; null: it is gone. */
export type Changed = Map<string, AccountEntry | null>;

/** Accounts as they were when they were read, with what changed since. */
export type Edition = {
  /** `entry` null: it is gone. */
  change(id: string, entry: AccountEntry | null): void;
  size(): BookSize;
  /** To be matched with: all that changed is in it. */
  bases(): readonly Base[];
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
  let bases: readonly Base[] | null = [base];
  const baseOf = (entries: Changed): Base =>
    buildBase(
      [...entries.values()].filter((entry) => entry !== null),
      classes,
      randomSeed(),
    );

  function settle(): void {
    settled = baseOf(changed);
    fresh = new Map();
  }
  function layers(): Base[] {
    if (changed.size === 0) return [base];
    const smalls = [baseOf(fresh)];
    if (settled !== null) {
      const again = [...fresh.keys()].map(settled.positionOf).filter((position) => position !== -1);
      smalls.unshift(without(settled, new Set(again)));
    }
    return besideEachOther(without(base, replaced), smalls);
  }
  return {
    change(id, entry) {
      const position = base.positionOf(id);
      // It was never here.
      if (entry === null && position === -1 && !changed.has(id)) return;
      changed.set(id, entry);
      fresh.set(id, entry);
      if (position !== -1) replaced.add(position);
      bases = null;
    },
    size() {
      let accounts = base.size - replaced.size;
      for (const entry of changed.values()) if (entry !== null) accounts += 1;
      return { accounts, bytes: base.bytes, changed: changed.size };
    },
    bases() {
      if (fresh.size > mostFresh) settle();
      bases ??= layers();
      return bases;
    },
  };
}
