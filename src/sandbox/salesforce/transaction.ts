import type { Row } from "./schema.ts";
import type { Table } from "./table.ts";

/** What happened to one record in a transaction. `before` undefined: it was not there. `origin`: of who last wrote it. */
export type RowChange = { table: Table; id: string; before: Row | undefined; after: Row | undefined; origin: string };

/** All or nothing: what is put is seen at once, and taken back when the transaction is. */
export type Transaction = {
  /** Whose changes the next ones are, as in `changeOrigin`; "" at first. */
  writeAs(origin: string): void;
  put(table: Table, id: string, row: Row): void;
  /** From here on what is put can be taken back by itself, as one row of several that may fail alone. */
  savepoint(): () => void;
  rollback(): void;
  /** In the order in which the records were first changed; each once, from what it was to what it is. */
  changes(): RowChange[];
};

export function beginTransaction(): Transaction {
  const log: RowChange[] = [];
  let writing = "";
  const backTo = (length: number): void => {
    while (log.length > length) {
      const last = log.pop();
      if (last !== undefined) last.table.put(last.id, last.before);
    }
  };
  return {
    writeAs(origin) {
      writing = origin;
    },
    put(table, id, row) {
      log.push({ table, id, before: table.get(id), after: row, origin: writing });
      table.put(id, row);
    },
    savepoint() {
      const { length } = log;
      return () => backTo(length);
    },
    rollback: () => backTo(0),
    changes() {
      const byRecord = new Map<string, RowChange>();
      for (const change of log) {
        const known = byRecord.get(change.id);
        if (known === undefined) byRecord.set(change.id, { ...change });
        else Object.assign(known, { after: change.after, origin: change.origin });
      }
      return [...byRecord.values()];
    },
  };
}
