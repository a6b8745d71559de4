import { type Committer, commit } from "./commit.ts";
import type { LockCheck } from "./locks.ts";
import type { Org } from "./org.ts";
import { beginTransaction, type Transaction } from "./transaction.ts";
import type { Writer, Writing } from "./write-records.ts";

/** Where what a request writes is committed: each write by itself, or several as one. */
export type Unit = {
  /** Kept when `run` returns, taken back when it throws. */
  write<T>(writer: Writer, run: (writing: Writing) => T): T;
  /** What is written to the inner unit is committed as one when `run` says so, and else never was. */
  together<T>(committer: Committer, run: (unit: Unit) => { value: T; isKept: boolean }): T;
  /** What cannot be taken back, as a notification: done once what the request wrote is kept, and never else. */
  afterwards(run: () => void): void;
};

/** Each write is a transaction of its own. */
export function createUnit(org: Org, lock: LockCheck): Unit {
  return {
    write(writer, run) {
      const transaction = beginTransaction();
      transaction.writeAs(writer.origin);
      const value = keptOrBack(
        () => transaction.rollback(),
        () => run({ org, transaction, writer, lock }),
      );
      commit(org, transaction, writer);
      return value;
    },
    together(committer, run) {
      const transaction = beginTransaction();
      const later: (() => void)[] = [];
      const { value, isKept } = keptOrBack(
        () => transaction.rollback(),
        () => run(within({ org, transaction, lock, later })),
      );
      if (isKept) {
        commit(org, transaction, committer);
        for (const each of later) each();
      } else transaction.rollback();
      return value;
    },
    afterwards: (run) => run(),
  };
}

/** `later`: what is to be done once the transaction is kept. */
type Inside = { org: Org; transaction: Transaction; lock: LockCheck; later: (() => void)[] };

/** Everything is part of the transaction: who began it decides what becomes of it. */
export function within({ org, transaction, lock, later }: Inside): Unit {
  const unit: Unit = {
    write(writer, run) {
      transaction.writeAs(writer.origin);
      return keptOrBack(transaction.savepoint(), () => run({ org, transaction, writer, lock }));
    },
    together(_committer, run) {
      const { length } = later;
      const backRows = transaction.savepoint();
      const back = () => {
        backRows();
        later.length = length;
      };
      const { value, isKept } = keptOrBack(back, () => run(unit));
      if (!isKept) back();
      return value;
    },
    afterwards: (run) => void later.push(run),
  };
  return unit;
}

function keptOrBack<T>(back: () => void, run: () => T): T {
  try {
    return run();
  } catch (error) {
    back();
    throw error;
  }
}
