import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { Weights } from "../engine/match/weights.ts";
import { createShelf, type ShelfAnswer, type ShelfRequest } from "./shelf.ts";
import { type ShelfThread, startShelfThread } from "./shelf-thread.ts";

/** Where a book is kept: among what this thread does, or in a thread of its own. */
export type Home = "here" | "thread";

export type Homes = {
  /** Rejects when the thread is lost meanwhile. */
  ask(home: Home, request: ShelfRequest): Promise<ShelfAnswer>;
  /** A thread that makes one edition. */
  startMaker(): ShelfThread;
  close(): Promise<void>;
};

type Options = {
  classes: DomainClasses;
  weights: Weights;
  /** The thread ended by itself, with all books in it; the next question starts another. */
  onLost(error: Error): void;
};

/** Two shelves; the thread is started when the first book goes there. */
export function createHomes({ onLost, ...matcher }: Options): Homes {
  const here = createShelf(matcher);
  let thread: ShelfThread | null = null;
  const makers = new Set<ShelfThread>();
  let isClosed = false;

  function inThread(): ShelfThread {
    thread ??= startShelfThread({
      weights: matcher.weights,
      onLost(error) {
        thread = null;
        if (!isClosed) onLost(error);
      },
    });
    return thread;
  }

  return {
    async ask(home, request) {
      if (isClosed) throw new Error("the account index is closed");
      return home === "here" ? here.answer(request) : inThread().ask(request);
    },
    startMaker() {
      const thread = startShelfThread({ weights: matcher.weights, onLost: () => makers.delete(maker) });
      const maker: ShelfThread = {
        ask: thread.ask,
        async close() {
          makers.delete(maker);
          await thread.close();
        },
      };
      makers.add(maker);
      return maker;
    },
    async close() {
      isClosed = true;
      await Promise.all([thread, ...makers].map((each) => each?.close()));
    },
  };
}
