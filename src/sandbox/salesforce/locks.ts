import type { Clock } from "../clock.ts";
import { SalesforceError } from "./errors.ts";

/** Whose rows are whose for the moment. Rows are named by their ids. */
export type Locks = {
  /** Somebody else holds these rows until then, epoch ms. */
  hold(ids: readonly string[], until: number): void;
  /** Does anybody hold anything? */
  isQuiet(): boolean;
  isBlocked(id: string, owner: symbol): boolean;
  /** From now on these rows are the owner's, until `release`. */
  take(ids: Iterable<string>, owner: symbol): void;
  release(owner: symbol): void;
  /** Resolves when none of the rows is blocked, at the latest at `deadline` (epoch ms). */
  untilFree(ids: readonly string[], owner: symbol, deadline: number): Promise<void>;
};

export function createLocks(clock: Clock): Locks {
  const held = new Map<string, number>();
  const taken = new Map<string, symbol>();
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };

  function isBlocked(id: string, owner: symbol): boolean {
    const until = held.get(id);
    if (until !== undefined && until <= clock.now()) held.delete(id);
    const other = taken.get(id);
    return held.has(id) || (other !== undefined && other !== owner);
  }

  return {
    isBlocked,
    hold(ids, until) {
      for (const id of ids) held.set(id, until);
      clock.at(until, wake);
    },
    isQuiet: () => held.size === 0 && taken.size === 0,
    take(ids, owner) {
      for (const id of ids) taken.set(id, owner);
    },
    release(owner) {
      for (const [id, whose] of taken) if (whose === owner) taken.delete(id);
      wake();
    },
    untilFree(ids, owner, deadline) {
      const isOver = () => clock.now() >= deadline || !ids.some((id) => isBlocked(id, owner));
      if (isOver()) return Promise.resolve();
      return new Promise((resolve) => {
        const look = () => {
          if (!isOver()) return;
          waiting.delete(look);
          cancel();
          resolve();
        };
        const cancel = clock.at(deadline, look);
        waiting.add(look);
      });
    },
  };
}

/** What a write does about the rows that it locks. */
export type LockCheck = (ids: readonly string[]) => void;

/** Throws of a row that is somebody else's still, as the platform does after ten seconds (salesforce.md §3.6). */
export function refusingLocked(locks: Locks, owner: symbol): LockCheck {
  return (ids) => {
    const blocked = ids.find((id) => locks.isBlocked(id, owner));
    if (blocked === undefined) return;
    throw new SalesforceError(400, {
      message: `unable to obtain exclusive access to this record or 1 records: ${blocked}`,
      errorCode: "UNABLE_TO_LOCK_ROW",
      fields: [],
    });
  };
}
