import type { Row } from "../schema.ts";
import { type Key, kindOf, sortKeyOf } from "./keys.ts";
import type { OrderItem } from "./query.ts";
import { queryError, syntaxError } from "./query-error.ts";
import { readerOf, resolvePath, type Scope } from "./resolve-path.ts";

/** Of what is sorted: its keys in the order of their weight, and how each of them is compared. */
export type Sorter<Of> = { keysOf(one: Of): Key[]; directions: readonly Direction[] };
export type Direction = Pick<OrderItem, "isDescending" | "nullsFirst">;
export type Order = Sorter<Row>;

/** An ORDER BY of fields; 400 for what cannot be sorted by. */
export function bindOrder(scope: Scope, items: readonly OrderItem[]): Order {
  const readers = items.map(({ by }) => {
    if ("kind" in by) throw syntaxError(scope.text, by.at, "only aggregated queries can be ordered by an aggregate");
    const resolved = resolvePath(scope, by);
    const { field, at } = resolved;
    if (!field.filterable || kindOf(field) === "address") {
      throw queryError("MALFORMED_QUERY", scope.text, at, `field '${field.name}' can not be sorted in a query call`);
    }
    const read = readerOf(scope.source, resolved);
    const keyOf = sortKeyOf(field);
    return (row: Row) => keyOf(read(row));
  });
  return { keysOf: (row) => readers.map((read) => read(row)), directions: items };
}

/** The same in order; what ties stays as it was. */
export function sorted<Of>(all: readonly Of[], { keysOf, directions }: Sorter<Of>): Of[] {
  const keyed = all.map((one) => ({ one, keys: keysOf(one) }));
  keyed.sort((a, b) => {
    let difference = 0;
    for (let index = 0; index < directions.length && difference === 0; index += 1) {
      difference = compareKeys(a.keys[index], b.keys[index], directions[index]);
    }
    return difference;
  });
  return keyed.map(({ one }) => one);
}

function compareKeys(a: Key = null, b: Key = null, direction?: Direction): number {
  if (a === b) return 0;
  if (a === null) return direction?.nullsFirst ? -1 : 1;
  if (b === null) return direction?.nullsFirst ? 1 : -1;
  return a < b !== direction?.isDescending ? -1 : 1;
}
