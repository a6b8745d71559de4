import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import type { Matched } from "../engine/match/match.ts";
import type { Weights } from "../engine/match/weights.ts";
import { type AccountChanges, type Book, type BookSize, createBook } from "./book.ts";

/** What is asked of a shelf of books, by the connection whose accounts a book holds. Plain data: it may come from another thread. */
export type ShelfRequest =
  | { kind: "begin"; book: string }
  | { kind: "add"; book: string; entries: readonly AccountEntry[] }
  | { kind: "seal"; book: string }
  | { kind: "change"; book: string; changes: AccountChanges }
  | { kind: "match"; book: string; leads: readonly LeadEntry[] }
  | { kind: "drop"; book: string };

export type ShelfAnswer =
  | { kind: "size"; size: BookSize }
  /** Null: the book has no edition yet. */
  | { kind: "matched"; matched: readonly Matched[] | null }
  | { kind: "done" };

export type Shelf = { answer(request: ShelfRequest): ShelfAnswer };

export function createShelf(matcher: { classes: DomainClasses; weights: Weights }): Shelf {
  const books = new Map<string, Book>();
  const bookOf = (id: string): Book => {
    const known = books.get(id) ?? createBook(matcher);
    books.set(id, known);
    return known;
  };
  return {
    answer(request) {
      const { book: id } = request;
      switch (request.kind) {
        case "begin":
          bookOf(id).begin();
          break;
        case "add":
          bookOf(id).add(request.entries);
          break;
        case "seal":
          return { kind: "size", size: bookOf(id).seal() };
        case "change":
          books.get(id)?.change(request.changes);
          break;
        case "match":
          return { kind: "matched", matched: books.get(id)?.match(request.leads) ?? null };
        case "drop":
          books.delete(id);
      }
      return { kind: "done" };
    },
  };
}
