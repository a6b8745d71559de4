import { type BaseBuilder, createBaseBuilder } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import type { Matched } from "../engine/match/match.ts";
import type { Sections } from "../engine/match/sections.ts";
import type { Weights } from "../engine/match/weights.ts";
import { type AccountChanges, type Book, createBook } from "./book.ts";
import type { BookSize } from "./edition.ts";
import { type EditionPlace, keepEdition, readEdition } from "./edition-file.ts";
import { randomSeed } from "./random-seed.ts";

/** What is asked of a shelf of books, by the connection whose accounts a book holds. Plain data: it may come from another thread. */
export type ShelfRequest =
  | { kind: "begin"; book: string }
  | { kind: "add"; book: string; entries: readonly AccountEntry[] }
  | { kind: "seal"; book: string }
  | { kind: "install"; book: string; sections: Sections }
  | { kind: "change"; book: string; changes: AccountChanges }
  | { kind: "match"; book: string; leads: readonly LeadEntry[] }
  | { kind: "drop"; book: string }
  /** An edition for another shelf: of entries, one page after the other, or as it was kept. */
  | { kind: "make"; entries: readonly AccountEntry[] }
  /** `keep`: for the next start, where there is a place. */
  | { kind: "hand-over"; keep: { place: EditionPlace; asOf: string } | null }
  | { kind: "read"; place: EditionPlace };

export type ShelfAnswer =
  | { kind: "size"; size: BookSize }
  /** Null: the book has no edition yet. */
  | { kind: "matched"; matched: readonly Matched[] | null }
  /** `asOf` null: as of now. `problem`: why it could not be kept. */
  | { kind: "edition"; sections: Sections; asOf: string | null; problem: string | null }
  | { kind: "refused"; because: string }
  | { kind: "done" };

/** Requests begin in the order in which they come; a long one lets others pass. */
export type Shelf = { answer(request: ShelfRequest): Promise<ShelfAnswer> };

export function createShelf(matcher: { classes: DomainClasses; weights: Weights }): Shelf {
  const books = new Map<string, Book>();
  let making: BaseBuilder | null = null;

  const bookOf = (id: string): Book => {
    const known = books.get(id) ?? createBook(matcher);
    books.set(id, known);
    return known;
  };
  const take = (): BaseBuilder => {
    making ??= createBaseBuilder(matcher.classes, randomSeed());
    return making;
  };

  return {
    async answer(request) {
      switch (request.kind) {
        case "begin":
          bookOf(request.book).begin();
          return { kind: "done" };
        case "add":
          await bookOf(request.book).add(request.entries);
          return { kind: "done" };
        case "seal":
          return { kind: "size", size: bookOf(request.book).seal() };
        case "install":
          return { kind: "size", size: bookOf(request.book).install(request.sections) };
        case "change": {
          const size = books.get(request.book)?.change(request.changes) ?? null;
          return size === null ? { kind: "done" } : { kind: "size", size };
        }
        case "match":
          return { kind: "matched", matched: (await books.get(request.book)?.match(request.leads)) ?? null };
        case "drop":
          // One that is being filled again has its next edition before it.
          if (books.get(request.book)?.drop() !== "filling") books.delete(request.book);
          return { kind: "done" };
        case "make":
          for (const entry of request.entries) take().add(entry);
          return { kind: "done" };
        case "hand-over": {
          const base = take().done();
          making = null;
          const { keep } = request;
          const problem = keep === null ? null : problemOf(() => keepEdition(keep.place, base, keep.asOf));
          return { kind: "edition", sections: base.sections, asOf: null, problem };
        }
        case "read":
          return editionOf(readEdition(request.place));
      }
    },
  };
}

/** That an edition could not be kept costs time at the next start, and no lead. */
function problemOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function editionOf(kept: ReturnType<typeof readEdition>): ShelfAnswer {
  if (kept === null) return { kind: "refused", because: "none" };
  if ("refusedBecause" in kept) return { kind: "refused", because: kept.refusedBecause };
  return { kind: "edition", sections: kept.base.sections, asOf: kept.asOf, problem: null };
}
