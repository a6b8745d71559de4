import type { AccountEntry } from "../engine/match/entries.ts";
import type { Sections } from "../engine/match/sections.ts";
import type { BookSize } from "./edition.ts";
import { dropEdition, type EditionPlace } from "./edition-file.ts";
import type { ShelfAnswer, ShelfRequest } from "./shelf.ts";
import type { ShelfThread } from "./shelf-thread.ts";

/** A new edition of a connection's accounts in the making. */
export type Filling = {
  /** Resolves when they are taken in: whoever waits for that never holds more than two pages. */
  add(entries: readonly AccountEntry[]): Promise<void>;
  /** From now on these accounts are the connection's, with what changed meanwhile. Rejects when it was lost or replaced. */
  seal(): Promise<void>;
  /** It comes to nothing. Does nothing after it was sealed. */
  abandon(): Promise<void>;
};

/** An edition that was kept, to be brought up to date by `change` and then sealed. */
export type Restoring = {
  /** What changed since is not in it. */
  asOf: string;
  /** `expected`: as many accounts there are now; when it has another number of them, a new edition is due. */
  seal(expected: number): Promise<void>;
  abandon(): void;
};

type Ask = (request: ShelfRequest) => Promise<ShelfAnswer>;

/** What a filling needs to know of the book that it makes. */
export type Parts = {
  book: string;
  /** The shelf on which the book is to stand. */
  ask: Ask;
  /** Throws when the book was lost, or another filling begun, since this one was. */
  check(): void;
  sealed(size: BookSize): void;
  abandoned(): void;
};

/** Among what its own thread does: for few accounts. */
export function fillHere({ book, ask, check, sealed, abandoned }: Parts): Filling {
  const begun = ask({ kind: "begin", book });
  // Whoever adds or seals is told.
  begun.catch(() => undefined);
  return {
    async add(entries) {
      await begun;
      await ask({ kind: "add", book, entries });
    },
    async seal() {
      await begun;
      check();
      sealed(sizeIn(await ask({ kind: "seal", book })));
    },
    async abandon() {
      abandoned();
    },
  };
}

type Elsewhere = Parts & {
  maker: ShelfThread;
  keep: { place: EditionPlace; asOf: string } | null;
  /** It could not be kept. */
  complain(problem: string): void;
};

/** In a thread that is there for nothing else: who asks the book meanwhile does not wait. */
export function fillElsewhere(parts: Elsewhere): Filling {
  const { book, ask, check, sealed, abandoned, maker, keep, complain } = parts;
  const begun = ask({ kind: "begin", book });
  begun.catch(() => undefined);
  /** What was lost or removed while it was being written is not kept either. */
  function checkKept(): void {
    try {
      check();
    } catch (error) {
      if (keep !== null) dropEdition(keep.place.directory, keep.place.connectionId);
      throw error;
    }
  }
  return {
    async add(entries) {
      await maker.ask({ kind: "make", entries });
    },
    async seal() {
      try {
        await begun;
        check();
        const made = await maker.ask({ kind: "hand-over", keep });
        if (made.kind !== "edition") throw new Error("The account index made no edition.");
        if (made.problem !== null) complain(made.problem);
        checkKept();
        sealed(await install(ask, book, made.sections));
      } finally {
        await maker.close();
      }
    },
    async abandon() {
      abandoned();
      await maker.close();
    },
  };
}

type Kept = Parts & { maker: ShelfThread; place: EditionPlace; complain(problem: string): void };

/** Null: none was kept, or not one that can be used or read. */
export async function restore(parts: Kept): Promise<Restoring | null> {
  const { book, ask, check, sealed, abandoned, maker, place, complain } = parts;
  try {
    await ask({ kind: "begin", book });
    const read = await maker.ask({ kind: "read", place });
    if (read.kind === "refused" && read.because !== "none") complain(`the edition that was kept is ${read.because}`);
    if (read.kind !== "edition" || read.asOf === null) {
      abandoned();
      return null;
    }
    const { asOf, sections } = read;
    return {
      asOf,
      async seal(expected) {
        check();
        const size = await install(ask, book, sections);
        sealed(size.accounts === expected ? size : { ...size, changed: Number.POSITIVE_INFINITY });
      },
      abandon: abandoned,
    };
  } catch (error) {
    abandoned();
    complain(error instanceof Error ? error.message : String(error));
    return null;
  } finally {
    await maker.close();
  }
}

const install = async (ask: Ask, book: string, sections: Sections): Promise<BookSize> =>
  sizeIn(await ask({ kind: "install", book, sections }));

function sizeIn(answer: ShelfAnswer): BookSize {
  if (answer.kind !== "size") throw new Error("The account index gave no size.");
  return answer.size;
}
