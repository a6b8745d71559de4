import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import type { Matched } from "../engine/match/match.ts";
import type { Weights } from "../engine/match/weights.ts";
import type { Logger } from "../log.ts";
import { type AccountChanges, createBook } from "./book.ts";
import type { BookSize } from "./edition.ts";
import type { EditionPlace } from "./edition-file.ts";
import { type Filling, fillElsewhere, fillHere, type Restoring, restore } from "./fillings.ts";
import { createHomes, type Home } from "./homes.ts";
import { createInTheMaking, createOnce } from "./in-the-making.ts";
import { createResidents, type IndexState } from "./residents.ts";
import type { ShelfRequest } from "./shelf.ts";

/**
 * The accounts of the connections that this process works on, in memory, to be matched with leads. Made from our own
 * tables; a connection whose accounts are not in it (yet, or not any more) is cold.
 */
export type AccountIndex = {
  /** In the order of the leads; null: the connection is cold. */
  match(connectionId: string, leads: readonly LeadEntry[]): Promise<readonly Matched[] | null>;
  /** With these accounts and no others. */
  matchAmong(accounts: readonly AccountEntry[], leads: readonly LeadEntry[]): readonly Matched[];
  /** Found by whatever is asked after this. A cold connection has no use for it, one that is being filled has. */
  change(connectionId: string, changes: AccountChanges): void;
  /** Begins a new edition of a connection's accounts; what changes meanwhile goes into it, too. */
  fill(connectionId: string, options: FillOptions): Filling;
  /** The edition that was kept when it was last filled; null: there is none that can be used. */
  restore(connectionId: string, options: Pick<FillOptions, "readAs">): Promise<Restoring | null>;
  /** `readAs`: how accounts are to be read now: a book that was read otherwise is stale. */
  state(connectionId: string, readAs: string): IndexState;
  /** Runs it, unless it runs already for this connection: then resolves with that. */
  once(connectionId: string, run: () => Promise<void>): Promise<void>;
  /** Its accounts are not this process's business any more: another may change them from now on. */
  forget(connectionId: string): void;
  close(): Promise<void>;
};

export type FillOptions = {
  /** About how many accounts there are. */
  expected: number;
  /** Now: what changes from here on may not be among what is added. */
  asOf: string;
  /** What decides, beside the program itself, how accounts are read. */
  readAs: string;
};

export type AccountIndexOptions = {
  classes: DomainClasses;
  weights: Weights;
  log: Pick<Logger, "warn">;
  monotonic: () => number;
  /** All books together; past it those go that were asked longest ago. */
  mostBytes: number;
  /** Accounts from which on a book is kept in a thread of its own. */
  threadFrom: number;
  /** Where editions of that size are kept for a quick start; null: nowhere. */
  directory: string | null;
  /** Changes with the program and the runtime: an edition that was made by another one is not used. */
  madeBy: string;
};

export function createAccountIndex(options: AccountIndexOptions): AccountIndex {
  const { log, threadFrom } = options;
  const residents = createResidents(options);
  const making = createInTheMaking();
  const homes = createHomes({
    ...options,
    onLost(error) {
      log.warn({ error }, "the thread of the account index ended: it is filled again");
      residents.lose("thread");
      making.lose("thread");
    },
  });

  let isClosed = false;
  /** A book that cannot be told or asked is not to be trusted: it is made anew. */
  function giveUp(id: string, error: unknown): void {
    if (isClosed) return;
    log.warn({ error, connectionId: id }, "the account index failed for a connection: it is filled again");
    residents.forget(id);
    making.forget(id);
  }
  const tell = (home: Home, request: ShelfRequest & { book: string }): void =>
    void homes.ask(home, request).catch((error: unknown) => giveUp(request.book, error));

  /** From here on what changes is told to the book in the making, too. */
  function partsOf(id: string, home: Home, readAs: string) {
    const { check, end } = making.begin(id, home);
    const sealed = (size: BookSize): void => {
      end();
      for (const leaving of residents.put(id, { home, size, readAs }, making.has))
        tell(leaving.home, { kind: "drop", book: leaving.id });
    };
    return { book: id, ask: (request: ShelfRequest) => homes.ask(home, request), check, sealed, abandoned: end };
  }
  const complain = complainTo(log);

  return {
    async match(id, leads) {
      const resident = residents.use(id);
      if (resident === undefined) return null;
      try {
        const answer = await homes.ask(resident.home, { kind: "match", book: id, leads });
        return answer.kind === "matched" ? answer.matched : null;
      } catch (error) {
        giveUp(id, error);
        return null;
      }
    },
    matchAmong: (accounts, leads) => matchAmong(options, accounts, leads),
    change(id, changes) {
      const resident = residents.peek(id);
      const told = new Set([resident?.home, making.homeOf(id)].filter((home) => home !== undefined));
      for (const home of told) tell(home, { kind: "change", book: id, changes });
      if (resident !== undefined) resident.size.changed += changes.put.length + changes.gone.length;
    },
    fill(id, { expected, asOf, readAs }) {
      const home = expected >= threadFrom ? "thread" : "here";
      const parts = partsOf(id, home, readAs);
      if (home === "here") return fillHere(parts);
      const place = placeOf(options, id, readAs);
      return fillElsewhere({ ...parts, maker: homes.startMaker(), keep: place && { place, asOf }, complain });
    },
    async restore(id, { readAs }) {
      const place = placeOf(options, id, readAs);
      return place && restore({ ...partsOf(id, "thread", readAs), maker: homes.startMaker(), place, complain });
    },
    state: residents.state,
    once: createOnce(),
    forget(id) {
      making.forget(id);
      const resident = residents.forget(id);
      if (resident !== undefined) tell(resident.home, { kind: "drop", book: id });
    },
    async close() {
      isClosed = true;
      residents.clear();
      await homes.close();
    },
  };
}

const complainTo =
  (log: AccountIndexOptions["log"]) =>
  (because: string): void =>
    log.warn({ because }, "the account index could not be kept or read: it is made anew from the database");

/** Null: nothing is kept. */
function placeOf(
  { directory, madeBy }: AccountIndexOptions,
  connectionId: string,
  readAs: string,
): EditionPlace | null {
  return directory === null ? null : { directory, connectionId, madeBy: `${madeBy} ${readAs}` };
}

function matchAmong(
  options: AccountIndexOptions,
  accounts: readonly AccountEntry[],
  leads: readonly LeadEntry[],
): readonly Matched[] {
  const book = createBook(options);
  book.add(accounts);
  book.seal();
  return book.match(leads) ?? [];
}
