import type { DomainClasses } from "../engine/match/domain-forms.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import type { Matched } from "../engine/match/match.ts";
import type { Weights } from "../engine/match/weights.ts";
import type { Logger } from "../log.ts";
import { type AccountChanges, type BookSize, createBook } from "./book.ts";
import { createHomes, type Home } from "./homes.ts";

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
  fill(connectionId: string, options: { expected: number }): Filling;
  state(connectionId: string): IndexState;
  close(): Promise<void>;
};

export type Filling = {
  /** Resolves when they are taken in: whoever waits for that never holds more than two pages. */
  add(entries: readonly AccountEntry[]): Promise<void>;
  /** From now on these accounts are the connection's. */
  seal(): Promise<void>;
};

/** `stale`: so much changed that a new edition is due. */
export type IndexState = "cold" | "warm" | "stale";

export type AccountIndexOptions = {
  classes: DomainClasses;
  weights: Weights;
  log: Pick<Logger, "warn">;
  monotonic: () => number;
  /** All books together; past it those go that were asked longest ago. */
  mostBytes: number;
  /** Accounts from which on a book is kept in a thread of its own. */
  threadFrom: number;
};

type Entry = { home: Home; size: BookSize; usedAtMs: number };

export function createAccountIndex(options: AccountIndexOptions): AccountIndex {
  const { log, monotonic, mostBytes, threadFrom } = options;
  const entries = new Map<string, Entry>();
  const filling = new Map<string, Home>();
  const homes = createHomes({
    ...options,
    onLost(error) {
      log.warn({ error }, "the thread of the account index ended: it is filled again");
      for (const [id, { home }] of entries) if (home === "thread") entries.delete(id);
      for (const [id, home] of filling) if (home === "thread") filling.delete(id);
    },
  });

  /** What cannot be told is lost with the book that it is about. */
  const tell = (home: Home, request: Parameters<typeof homes.ask>[1]): void =>
    void homes.ask(home, request).catch(() => undefined);

  function note(id: string, home: Home, size: BookSize): void {
    const before = entries.get(id);
    if (before !== undefined && before.home !== home) tell(before.home, { kind: "drop", book: id });
    entries.set(id, { home, size, usedAtMs: monotonic() });
    for (const evicted of tooMany(entries, mostBytes, id)) {
      tell(entries.get(evicted)?.home ?? home, { kind: "drop", book: evicted });
      entries.delete(evicted);
    }
  }

  return {
    async match(id, leads) {
      const entry = entries.get(id);
      if (entry === undefined) return null;
      entry.usedAtMs = monotonic();
      // A thread that ends meanwhile leaves the connection cold.
      const answer = await homes.ask(entry.home, { kind: "match", book: id, leads }).catch(() => null);
      return answer?.kind === "matched" ? answer.matched : null;
    },
    matchAmong(accounts, leads) {
      const book = createBook(options);
      book.begin();
      book.add(accounts);
      book.seal();
      return book.match(leads) ?? [];
    },
    change(id, changes) {
      const told = new Set([entries.get(id)?.home, filling.get(id)].filter((home) => home !== undefined));
      for (const home of told) tell(home, { kind: "change", book: id, changes });
      const entry = entries.get(id);
      if (entry !== undefined) entry.size.changed += changes.put.length + changes.gone.length;
    },
    fill(id, { expected }) {
      const home = expected >= threadFrom ? "thread" : "here";
      filling.set(id, home);
      const begun = homes.ask(home, { kind: "begin", book: id });
      // Whoever adds or seals is told.
      begun.catch(() => undefined);
      return {
        async add(added) {
          await begun;
          await homes.ask(home, { kind: "add", book: id, entries: added });
        },
        async seal() {
          await begun;
          const answer = await homes.ask(home, { kind: "seal", book: id });
          filling.delete(id);
          if (answer.kind === "size") note(id, home, answer.size);
        },
      };
    },
    state: (id) => stateOf(entries.get(id)),
    async close() {
      entries.clear();
      await homes.close();
    },
  };
}

/** Those asked longest ago, until the others have room; never the one that was just made. */
function tooMany(entries: ReadonlyMap<string, Entry>, mostBytes: number, made: string): string[] {
  let bytes = [...entries.values()].reduce((sum, { size }) => sum + size.bytes, 0);
  const oldest = [...entries].filter(([id]) => id !== made).sort((a, b) => a[1].usedAtMs - b[1].usedAtMs);
  return oldest.flatMap(([id, { size }]) => {
    if (bytes <= mostBytes) return [];
    bytes -= size.bytes;
    return [id];
  });
}

const fewestChanges = 1_000;
const shareChanged = 0.05;

function stateOf(entry: Entry | undefined): IndexState {
  if (entry === undefined) return "cold";
  const { accounts, changed } = entry.size;
  return changed > Math.max(fewestChanges, accounts * shareChanged) ? "stale" : "warm";
}
