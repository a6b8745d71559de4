import { type Base, openBase } from "../engine/match/base.ts";
import { type BaseBuilder, createBaseBuilder } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import { type Matched, match } from "../engine/match/match.ts";
import type { Sections } from "../engine/match/sections.ts";
import type { Weights } from "../engine/match/weights.ts";
import { type BookSize, type Changed, createEdition, type Edition } from "./edition.ts";
import { randomSeed } from "./random-seed.ts";
import { inSlices } from "./slices.ts";

/** Accounts as they are now, and the ids of those that are gone. */
export type AccountChanges = { put: readonly AccountEntry[]; gone: readonly string[] };

/**
 * The accounts of one connection, to be matched with leads: an edition of all of them in flat arrays, which does not
 * change, and beside it what has changed since.
 */
export type Book = {
  /** From here on changes go into the next edition, too. One that was begun before is forgotten. */
  begin(): void;
  add(entries: readonly AccountEntry[]): Promise<void>;
  /** What was added takes the place of the present edition. */
  seal(): BookSize;
  /** An edition that was made elsewhere does. */
  install(sections: Sections): BookSize;
  /** What changed is found by the next match. Null: there is no edition that grows by it. */
  change(changes: AccountChanges): BookSize | null;
  /** Forgets the present edition; `filling`: another is in the making. */
  drop(): "filling" | "empty";
  /** Null: there is no edition yet. */
  match(leads: readonly LeadEntry[]): Promise<Matched[] | null>;
};

export function createBook({ classes, weights }: { classes: DomainClasses; weights: Weights }): Book {
  let coming: { builder: BaseBuilder; changed: Changed } | null = null;
  let present: Edition | null = null;

  const begin = () => {
    coming = { builder: createBaseBuilder(classes, randomSeed()), changed: new Map() };
    return coming;
  };
  function take(base: Base): BookSize {
    present = createEdition(base, classes);
    for (const [id, entry] of coming?.changed ?? []) present.change(id, entry);
    coming = null;
    return present.size();
  }
  return {
    begin: () => void begin(),
    add: (entries) => inSlices(entries, (coming ?? begin()).builder.add),
    seal: () => take((coming ?? begin()).builder.done()),
    install: (sections) => take(openBase(sections)),
    change({ put, gone }) {
      for (const entry of put) {
        coming?.changed.set(entry.id, entry);
        present?.change(entry.id, entry);
      }
      for (const id of gone) {
        coming?.changed.set(id, null);
        present?.change(id, null);
      }
      return present?.size() ?? null;
    },
    drop() {
      present = null;
      return coming === null ? "empty" : "filling";
    },
    async match(leads) {
      if (present === null) return null;
      const matcher = { bases: await present.bases(), classes, weights };
      return leads.map((lead) => match(lead, matcher));
    },
  };
}
