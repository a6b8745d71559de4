import type { Row, SObject } from "../schema.ts";
import { type Order, sorted } from "./bind-order.ts";
import type { Filter } from "./filter.ts";
import type { SoqlSource } from "./source.ts";

/** Which part of what is found, and in which order. */
export type Window = { order: Order | null; limit: number | null; offset: number };

/** The rows that a filter finds, in the window's order, as many as it lets through. */
export function findRows(source: SoqlSource, object: SObject, filter: Filter, window: Window): Row[] {
  const end = window.offset + (window.limit ?? Number.POSITIVE_INFINITY);
  const enough = window.order ? Number.POSITIVE_INFINITY : end;
  const found: Row[] = [];
  if (end === 0) return found;
  for (const row of rowsToCheck(source, object, filter)) {
    if (filter.matches(row)) found.push(row);
    if (found.length >= enough) break;
  }
  return cut(found, window);
}

/** The window's part of rows that were found. */
export function cut(rows: readonly Row[], { order, limit, offset }: Window): Row[] {
  const all = order ? sorted(rows, order) : rows;
  return all.slice(offset, limit === null ? undefined : offset + limit);
}

/** All rows, or the few that ids or an index name when a value is required. */
function rowsToCheck(source: SoqlSource, object: SObject, { hints }: Filter): Iterable<Row> {
  const ids = hints.find(({ field }) => field.type === "id");
  if (ids) {
    const rows = [...new Set(ids.values)].map((id) => source.byId(object, String(id)));
    return rows.filter((row) => row !== null);
  }
  for (const { field, values } of hints) {
    const indexed = source.index?.(object, field.name, values);
    if (indexed) return new Set(indexed);
  }
  return source.rowsOf(object);
}
