import type { Base } from "../engine/match/base.ts";
import { buildBase } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import { type Matched, match } from "../engine/match/match.ts";
import type { Weights } from "../engine/match/weights.ts";

/** Accounts as they are now, and the ids of those that are gone. */
export type AccountChanges = { put: readonly AccountEntry[]; gone: readonly string[] };

/** How large a book is. `changed`: accounts that changed since its edition was made. */
export type BookSize = { accounts: number; bytes: number; changed: number };

/** The accounts of one connection, to be matched with leads. */
export type Book = {
  /** A new edition, which takes the place of the present one when it is sealed; one that was begun is forgotten. */
  begin(): void;
  add(entries: readonly AccountEntry[]): void;
  seal(): BookSize;
  /** What changed is found by the next match; it goes on to the next edition, too, if one is being made. */
  change(changes: AccountChanges): void;
  /** Null: there is no edition yet. */
  match(leads: readonly LeadEntry[]): Matched[] | null;
};

export function createBook({ classes, weights }: { classes: DomainClasses; weights: Weights }): Book {
  let coming: Map<string, AccountEntry> | null = null;
  let present: Map<string, AccountEntry> | null = null;
  let base: Base | null = null;
  let changed = new Set<string>();
  const late = new Map<string, AccountEntry | null>();

  const size = (): BookSize => {
    base ??= buildBase(present?.values() ?? [], classes);
    return { accounts: base.size, bytes: base.bytes, changed: changed.size };
  };
  return {
    begin() {
      coming = new Map();
      late.clear();
    },
    add(entries) {
      coming ??= new Map();
      for (const entry of entries) coming.set(entry.id, entry);
    },
    seal() {
      present = coming ?? new Map();
      for (const [id, entry] of late) {
        if (entry === null) present.delete(id);
        else present.set(id, entry);
      }
      coming = null;
      base = null;
      changed = new Set();
      late.clear();
      return size();
    },
    change({ put, gone }) {
      if (coming !== null) {
        for (const entry of put) late.set(entry.id, entry);
        for (const id of gone) late.set(id, null);
      }
      for (const entry of put) present?.set(entry.id, entry);
      for (const id of gone) present?.delete(id);
      for (const id of [...put.map((each) => each.id), ...gone]) changed.add(id);
      base = null;
    },
    match(leads) {
      if (present === null) return null;
      base ??= buildBase(present.values(), classes);
      const matcher = { base, classes, weights };
      return leads.map((lead) => match(lead, matcher));
    },
  };
}
