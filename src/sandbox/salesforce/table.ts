import type { Row, SObject, Value } from "./schema.ts";

/** The records of one object, deleted ones too. A row is never changed: a change puts another in its place. */
export type Table = {
  object: SObject;
  get(id: string): Row | undefined;
  /** In the order in which they came. */
  rows(): Iterable<Row>;
  /** Rows whose field has one of these values, by an index that is made when it is first asked for. */
  withValues(field: string, values: readonly Value[]): Iterable<Row>;
  /** `row` undefined: it was never there. */
  put(id: string, row: Row | undefined): void;
};

export function createTable(object: SObject): Table {
  const rows = new Map<string, Row>();
  /** By field, by value as it is compared: the ids. */
  const indexes = new Map<string, Map<Value, Set<string>>>();

  function note(row: Row | undefined, id: string, isThere: boolean): void {
    if (row === undefined) return;
    for (const [field, index] of indexes) {
      const key = keyOf(row[field] ?? null);
      const ids = index.get(key) ?? new Set();
      if (isThere) ids.add(id);
      else ids.delete(id);
      index.set(key, ids);
    }
  }

  function indexOf(field: string): Map<Value, Set<string>> {
    const known = indexes.get(field);
    if (known !== undefined) return known;
    const index = new Map<Value, Set<string>>();
    indexes.set(field, index);
    for (const [id, row] of rows) {
      const key = keyOf(row[field] ?? null);
      const ids = index.get(key) ?? new Set();
      ids.add(id);
      index.set(key, ids);
    }
    return index;
  }

  return {
    object,
    get: (id) => rows.get(id),
    rows: () => rows.values(),
    *withValues(field, values) {
      const index = indexOf(field);
      for (const value of new Set(values.map(keyOf)))
        for (const id of index.get(value) ?? []) {
          const row = rows.get(id);
          if (row !== undefined) yield row;
        }
    },
    put(id, row) {
      note(rows.get(id), id, false);
      if (row === undefined) rows.delete(id);
      else rows.set(id, row);
      note(row, id, true);
    },
  };
}

/** SOQL compares texts without regard to case (salesforce.md §8). */
const keyOf = (value: Value): Value => (typeof value === "string" ? value.toLowerCase() : value);
