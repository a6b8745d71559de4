import { commit } from "./commit.ts";
import type { LockCheck } from "./locks.ts";
import type { Org } from "./org.ts";
import { beginTransaction, type Transaction } from "./transaction.ts";
import type { Writer, Writing } from "./write-records.ts";

/** Where what a request writes is committed: each write by itself, or several as one. */
export type Unit = {
  /** Kept when `run` returns, taken back when it throws. */
  write<T>(writer: Writer, run: (writing: Writing) => T): T;
  /** What is written to the inner unit is committed as one when `run` says so, and else never was. */
  together<T>(writer: Writer, run: (unit: Unit) => { value: T; isKept: boolean }): T;
};

/** Each write is a transaction of its own. */
export function createUnit(org: Org, lock: LockCheck): Unit {
  return {
    write(writer, run) {
      const transaction = beginTransaction();
      const value = keptOrBack(
        () => transaction.rollback(),
        () => run({ org, transaction, writer, lock }),
      );
      commit(org, transaction, writer);
      return value;
    },
    together(writer, run) {
      const transaction = beginTransaction();
      const { value, isKept } = keptOrBack(
        () => transaction.rollback(),
        () => run(within(org, transaction, lock)),
      );
      if (isKept) commit(org, transaction, writer);
      else transaction.rollback();
      return value;
    },
  };
}

/** Everything is part of the transaction: who began it decides what becomes of it. */
export function within(org: Org, transaction: Transaction, lock: LockCheck): Unit {
  const unit: Unit = {
    write: (writer, run) => keptOrBack(transaction.savepoint(), () => run({ org, transaction, writer, lock })),
    together(_writer, run) {
      const back = transaction.savepoint();
      const { value, isKept } = keptOrBack(back, () => run(unit));
      if (!isKept) back();
      return value;
    },
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
