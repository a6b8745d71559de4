import { type Base, openBase } from "../engine/match/base.ts";
import { type BaseBuilder, buildBase, createBaseBuilder } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import { besideEachOther, without } from "../engine/match/layers.ts";
import { type Matched, match } from "../engine/match/match.ts";
import type { Sections } from "../engine/match/sections.ts";
import type { Weights } from "../engine/match/weights.ts";
import { randomSeed } from "./random-seed.ts";

/** Accounts as they are now, and the ids of those that are gone. */
export type AccountChanges = { put: readonly AccountEntry[]; gone: readonly string[] };

/** How large a book is. `changed`: accounts that changed since its edition was made. */
export type BookSize = { accounts: number; bytes: number; changed: number };

/**
 * The accounts of one connection, to be matched with leads: an edition of all of them in flat arrays, which does not
 * change, and beside it those that have changed since, in a small one that is made anew when it is needed.
 */
export type Book = {
  /** From here on changes go into the next edition, too. One that was begun before is forgotten. */
  begin(): void;
  add(entries: readonly AccountEntry[]): void;
  /** What was added takes the place of the present edition. */
  seal(): BookSize;
  /** An edition that was made elsewhere does. */
  install(sections: Sections): BookSize;
  /** What changed is found by the next match. */
  change(changes: AccountChanges): void;
  /** Null: there is no edition yet. */
  match(leads: readonly LeadEntry[]): Matched[] | null;
};

/** By account id; null: it is gone. */
type Changed = Map<string, AccountEntry | null>;

export function createBook({ classes, weights }: { classes: DomainClasses; weights: Weights }): Book {
  let coming: { builder: BaseBuilder; changed: Changed } | null = null;
  let present: { base: Base; changed: Changed } | null = null;
  /** Of the present edition and its changes; null: they changed. */
  let bases: readonly Base[] | null = null;

  const begin = () => {
    coming = { builder: createBaseBuilder(classes, randomSeed()), changed: new Map() };
    return coming;
  };
  function take(base: Base): BookSize {
    present = { base, changed: coming?.changed ?? new Map() };
    coming = null;
    bases = null;
    return sizeOf(present);
  }
  return {
    begin: () => void begin(),
    add(entries) {
      const { builder } = coming ?? begin();
      for (const entry of entries) builder.add(entry);
    },
    seal: () => take((coming ?? begin()).builder.done()),
    install: (sections) => take(openBase(sections)),
    change({ put, gone }) {
      for (const changed of [coming?.changed, present?.changed]) {
        for (const entry of put) changed?.set(entry.id, entry);
        for (const id of gone) changed?.set(id, null);
      }
      bases = null;
    },
    match(leads) {
      if (present === null) return null;
      bases ??= layersOf(present, classes);
      const matcher = { bases, classes, weights };
      return leads.map((lead) => match(lead, matcher));
    },
  };
}

type Edition = { base: Base; changed: Changed };

function sizeOf({ base, changed }: Edition): BookSize {
  let accounts = base.size;
  for (const [id, entry] of changed) {
    const isThere = base.positionOf(id) !== -1;
    if (entry === null && isThere) accounts -= 1;
    if (entry !== null && !isThere) accounts += 1;
  }
  return { accounts, bytes: base.bytes, changed: changed.size };
}

function layersOf({ base, changed }: Edition, classes: DomainClasses): Base[] {
  if (changed.size === 0) return [base];
  const gone = [...changed.keys()].map(base.positionOf).filter((position) => position !== -1);
  const put = [...changed.values()].filter((entry) => entry !== null);
  return besideEachOther(without(base, new Set(gone)), buildBase(put, classes, randomSeed()));
}
