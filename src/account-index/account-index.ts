import { buildBase } from "../engine/match/build-base.ts";
import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import { type Matched, match } from "../engine/match/match.ts";
import type { Weights } from "../engine/match/weights.ts";
import type { Logger } from "../log.ts";
import type { AccountChanges } from "./book.ts";
import { createBooks } from "./books.ts";
import { dropEdition, dropOtherEditions, type EditionPlace } from "./edition-file.ts";
import { type Filling, fillElsewhere, fillHere, type Restoring, restore } from "./fillings.ts";
import { randomSeed } from "./random-seed.ts";
import type { IndexState } from "./residents.ts";
import { createOnce, createTurns } from "./turns.ts";

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
  /** One after the other for a connection: who reads or stores accounts and then tells of them tells last what is newest. */
  inTurn<T>(connectionId: string, run: () => Promise<T>): Promise<T>;
  /** Its accounts are not this process's business any more: another may change them from now on. */
  forget(connectionId: string): void;
  /** As `forget`; what was kept of it for the next start is deleted. */
  remove(connectionId: string): void;
  /** Deletes what was kept of all other connections. */
  keepOnly(connectionIds: readonly string[]): void;
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
  /** All books together, with what changed beside them; past it those go that were asked longest ago. */
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
  const books = createBooks(options);
  const complain = (because: string): void =>
    log.warn({ because }, "the account index could not be kept or read: it is made anew from the database");
  return {
    match: books.match,
    matchAmong: (accounts, leads) => matchAmong(options, accounts, leads),
    change: books.change,
    fill(id, { expected, asOf, readAs }) {
      if (expected < threadFrom) return fillHere(books.begin(id, "here", readAs));
      const place = placeOf(options, id, readAs);
      const keep = place && { place, asOf };
      return fillElsewhere({ ...books.begin(id, "thread", readAs), maker: books.startMaker(), keep, complain });
    },
    async restore(id, { readAs }) {
      const place = placeOf(options, id, readAs);
      if (place === null) return null;
      return restore({ ...books.begin(id, "thread", readAs), maker: books.startMaker(), place, complain });
    },
    state: books.state,
    once: createOnce(),
    inTurn: createTurns(),
    forget: books.forget,
    remove(id) {
      books.forget(id);
      deleteKept(options, (directory) => dropEdition(directory, id));
    },
    keepOnly: (ids) => deleteKept(options, (directory) => dropOtherEditions(directory, ids)),
    close: books.close,
  };
}

function deleteKept({ directory, log }: AccountIndexOptions, run: (directory: string) => void): void {
  try {
    if (directory !== null) run(directory);
  } catch (error) {
    log.warn(
      { error },
      "kept accounts of a CRM that is not connected cannot be deleted: empty BATON_ACCOUNT_INDEX_DIR",
    );
  }
}

/** Null: nothing is kept. */
function placeOf(
  { directory, madeBy }: AccountIndexOptions,
  connectionId: string,
  readAs: string,
): EditionPlace | null {
  return directory === null ? null : { directory, connectionId, madeBy: `${madeBy} ${readAs}` };
}

function matchAmong(
  { classes, weights }: AccountIndexOptions,
  accounts: readonly AccountEntry[],
  leads: readonly LeadEntry[],
): readonly Matched[] {
  const matcher = { bases: [buildBase(accounts, classes, randomSeed())], classes, weights };
  return leads.map((lead) => match(lead, matcher));
}
