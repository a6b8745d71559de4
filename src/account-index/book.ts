import type { Base } from "../engine/match/base.ts";
import { type BaseBuilder, buildBase, createBaseBuilder } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import { besideEachOther, without } from "../engine/match/layers.ts";
import { type Matched, match } from "../engine/match/match.ts";
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
  /** A new edition, which takes the place of the present one when it is sealed; one that was begun is forgotten. */
  begin(): void;
  add(entries: readonly AccountEntry[]): void;
  seal(): BookSize;
  /** An edition that was made before, with what has changed since still to come. */
  open(base: Base): BookSize;
  /** What changed is found by the next match; it goes on to the next edition, too, if one is being made. */
  change(changes: AccountChanges): void;
  /** Null: there is no edition yet. */
  match(leads: readonly LeadEntry[]): Matched[] | null;
  /** The present edition, as it was sealed; null: there is none. */
  edition(): Base | null;
};

/** By account id; null: it is gone. */
type Changed = Map<string, AccountEntry | null>;

export function createBook({ classes, weights }: { classes: DomainClasses; weights: Weights }): Book {
  let coming: { builder: BaseBuilder; changed: Changed } | null = null;
  let present: { base: Base; changed: Changed } | null = null;
  /** Of the present edition and its changes; null: they changed. */
  let bases: readonly Base[] | null = null;

  function take(base: Base, changed: Changed): BookSize {
    present = { base, changed };
    bases = null;
    return { accounts: base.size, bytes: base.bytes, changed: changed.size };
  }
  return {
    begin() {
      coming = { builder: createBaseBuilder(classes, randomSeed()), changed: new Map() };
    },
    add(entries) {
      for (const entry of entries) coming?.builder.add(entry);
    },
    seal() {
      const { builder, changed } = coming ?? { builder: createBaseBuilder(classes, randomSeed()), changed: new Map() };
      coming = null;
      return take(builder.done(), changed);
    },
    open: (base) => take(base, new Map()),
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
    edition: () => present?.base ?? null,
  };
}

function layersOf({ base, changed }: { base: Base; changed: Changed }, classes: DomainClasses): Base[] {
  if (changed.size === 0) return [base];
  const gone = [...changed.keys()].map(base.positionOf).filter((position) => position !== -1);
  const put = [...changed.values()].filter((entry) => entry !== null);
  return besideEachOther(without(base, new Set(gone)), buildBase(put, classes, randomSeed()));
}
