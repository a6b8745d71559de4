import type { AccountEntry } from "../engine/match/entries.ts";
import type { Sections } from "../engine/match/sections.ts";
import type { BookSize } from "./edition.ts";
import type { EditionPlace } from "./edition-file.ts";
import type { ShelfAnswer, ShelfRequest } from "./shelf.ts";
import type { ShelfThread } from "./shelf-thread.ts";

/** A new edition of a connection's accounts in the making. */
export type Filling = {
  /** Resolves when they are taken in: whoever waits for that never holds more than two pages. */
  add(entries: readonly AccountEntry[]): Promise<void>;
  /** From now on these accounts are the connection's, with what changed meanwhile. */
  seal(): Promise<void>;
};

/** An edition that was kept, to be brought up to date by `change` and then sealed. */
export type Restoring = {
  /** What changed since is not in it. */
  asOf: string;
  /** `expected`: as many accounts there are now; when it has another number of them, a new edition is due. */
  seal(expected: number): Promise<void>;
};

type Ask = (request: ShelfRequest) => Promise<ShelfAnswer>;

type Parts = {
  book: string;
  /** The shelf on which the book is to stand. */
  ask: Ask;
  sealed(size: BookSize): void;
};

/** Among what its own thread does: for few accounts. */
export function fillHere({ book, ask, sealed }: Parts): Filling {
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
      sealed(sizeIn(await ask({ kind: "seal", book })));
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
export function fillElsewhere({ book, ask, sealed, maker, keep, complain }: Elsewhere): Filling {
  const begun = ask({ kind: "begin", book });
  begun.catch(() => undefined);
  return {
    async add(entries) {
      await maker.ask({ kind: "make", entries });
    },
    async seal() {
      try {
        await begun;
        const made = await maker.ask({ kind: "hand-over", keep });
        if (made.kind !== "edition") throw new Error("The account index made no edition.");
        if (made.problem !== null) complain(made.problem);
        sealed(await install(ask, book, made.sections));
      } finally {
        await maker.close();
      }
    },
  };
}

type Kept = Parts & { maker: ShelfThread; place: EditionPlace; complain(problem: string): void };

/** Null: none was kept, or not one that can be used. */
export async function restore({ book, ask, sealed, maker, place, complain }: Kept): Promise<Restoring | null> {
  try {
    await ask({ kind: "begin", book });
    const read = await maker.ask({ kind: "read", place });
    if (read.kind === "refused" && read.because !== "none") complain(`the edition that was kept is ${read.because}`);
    if (read.kind !== "edition" || read.asOf === null) return null;
    const { asOf, sections } = read;
    return {
      asOf,
      async seal(expected) {
        const size = await install(ask, book, sections);
        sealed(size.accounts === expected ? size : { ...size, changed: Number.POSITIVE_INFINITY });
      },
    };
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
