import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { LeadEntry } from "../engine/match/entries.ts";
import type { Matched } from "../engine/match/match.ts";
import type { Weights } from "../engine/match/weights.ts";
import type { Logger } from "../log.ts";
import type { AccountChanges } from "./book.ts";
import type { BookSize } from "./edition.ts";
import type { Parts } from "./fillings.ts";
import { createHomes, type Home } from "./homes.ts";
import { createInTheMaking } from "./in-the-making.ts";
import { createResidents, type IndexState } from "./residents.ts";
import type { ShelfAnswer, ShelfRequest } from "./shelf.ts";
import type { ShelfThread } from "./shelf-thread.ts";

/** The books of all connections, wherever each stands. */
export type Books = {
  /** In the order of the leads; null: there is no book of this connection. */
  match(id: string, leads: readonly LeadEntry[]): Promise<readonly Matched[] | null>;
  /** Told to the book, and to the one in the making. */
  change(id: string, changes: AccountChanges): void;
  /** What a filling needs. From here on what changes is told to the book in the making, too. */
  begin(id: string, home: Home, readAs: string): Parts;
  /** A thread that makes one edition. */
  startMaker(): ShelfThread;
  state(id: string, readAs: string): IndexState;
  forget(id: string): void;
  close(): Promise<void>;
};

type Options = {
  classes: DomainClasses;
  weights: Weights;
  log: Pick<Logger, "warn">;
  monotonic: () => number;
  mostBytes: number;
};

export function createBooks(options: Options): Books {
  const { log } = options;
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
  const tell = (home: Home, request: ShelfRequest & { book: string }): Promise<ShelfAnswer | null> =>
    homes.ask(home, request).catch((error: unknown) => {
      giveUp(request.book, error);
      return null;
    });
  const drop = (leaving: readonly { id: string; home: Home }[]): void => {
    for (const { id, home } of leaving) void tell(home, { kind: "drop", book: id });
  };

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
    change(id, changes) {
      const resident = residents.peek(id);
      const told = new Set([resident?.home, making.homeOf(id)].filter((home) => home !== undefined));
      for (const home of told)
        void tell(home, { kind: "change", book: id, changes }).then((answer) => {
          // It may be another one by now.
          if (answer?.kind === "size" && resident !== undefined && home === resident.home)
            drop(residents.weigh(id, resident, { bytes: answer.size.bytes, isBusy: making.has }));
        });
      if (resident !== undefined) resident.size.changed += changes.put.length + changes.gone.length;
    },
    begin(id, home, readAs) {
      const { check, end } = making.begin(id, home);
      const sealed = (size: BookSize): void => {
        end();
        drop(residents.put(id, { home, size, readAs }, making.has));
      };
      return { book: id, ask: (request) => homes.ask(home, request), check, sealed, abandoned: end };
    },
    startMaker: homes.startMaker,
    state: residents.state,
    forget(id) {
      making.forget(id);
      const resident = residents.forget(id);
      if (resident !== undefined) drop([{ id, home: resident.home }]);
    },
    async close() {
      isClosed = true;
      residents.clear();
      await homes.close();
    },
  };
}
