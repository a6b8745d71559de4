import type { FieldType, Row, Value } from "../schema.ts";
import { type Computed, computeAggregate } from "./aggregates.ts";
import type { Sorter } from "./bind-order.ts";
import { equalityKeyOf, type Key, kindOf, sortKeyOf } from "./keys.ts";
import type { Aggregate, Path, Query, SelectItem } from "./query.ts";
import { plainError, queryError } from "./query-error.ts";
import { type Resolved, readerOf, resolvePath, type Scope } from "./resolve-path.ts";

/** A query that answers groups of records. */
export type Groups = {
  columns: readonly Column[];
  /** What tells a row's group; null when all rows are one group, even if there are none. */
  keyOf: ((row: Row) => string) | null;
  order: Sorter<readonly Row[]> | null;
};

/** What is shown of a group's rows. */
export type Column = { name: string; type: FieldType; compute(rows: readonly Row[]): Value };

/** A query with aggregates or GROUP BY; 400 for a field that is neither grouped nor aggregated. */
export function bindGroups(scope: Scope, query: Query): Groups {
  const grouped = query.groupBy.map((path) => bindGroup(scope, path));
  const names = new Set(grouped.map(nameOf));
  if (grouped.length === 0 && query.limit !== null) {
    const message = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT";
    throw plainError("MALFORMED_QUERY", message);
  }
  const readers = grouped.map((resolved) => {
    const read = readerOf(scope.source, resolved);
    const keyOf = equalityKeyOf(resolved.field);
    return (row: Row) => keyOf(read(row));
  });
  const keyOf = (row: Row) => JSON.stringify(readers.map((read) => read(row)));
  return {
    columns: bindColumns(scope, query.items, names),
    keyOf: grouped.length === 0 ? null : keyOf,
    order: query.orderBy.length === 0 ? null : bindGroupOrder(scope, query, names),
  };
}

function bindGroup(scope: Scope, path: Path): Resolved {
  const resolved = resolvePath(scope, path);
  const { field, at } = resolved;
  const isGroupable = field.filterable && !["double", "currency", "datetime", "time", "address"].includes(field.type);
  if (isGroupable) return resolved;
  throw queryError("MALFORMED_QUERY", scope.text, at, `field '${field.name}' can not be grouped in a query call`);
}

function nameOf({ steps, field }: Resolved): string {
  return [...steps, field].map(({ name }) => name).join(".");
}

/** Aggregates without an alias are expr0, expr1 and so on. */
function bindColumns(scope: Scope, items: readonly SelectItem[], grouped: ReadonlySet<string>): Column[] {
  const columns: Column[] = [];
  let unnamed = 0;
  for (const item of items) {
    const column = bindColumn(scope, item, grouped);
    const alias = "alias" in item ? item.alias : null;
    const name = alias ?? (item.kind === "aggregate" ? `expr${unnamed++}` : column.name);
    const lower = name.toLowerCase();
    if (columns.some((one) => one.name.toLowerCase() === lower)) {
      throw plainError("MALFORMED_QUERY", `duplicate alias: ${name}`);
    }
    columns.push({ ...column, name });
  }
  return columns;
}

function bindColumn(scope: Scope, item: SelectItem, grouped: ReadonlySet<string>): Column {
  if (item.kind === "aggregate") return { name: "", ...bindAggregate(scope, item) };
  if (item.kind !== "field") {
    throw plainError("MALFORMED_QUERY", "Grouped queries cannot have child queries or FIELDS()");
  }
  const { field, compute } = bindGroupedField(scope, item.path, grouped, "Field");
  return { name: field.name, type: field.type, compute };
}

function bindGroupedField(scope: Scope, path: Path, grouped: ReadonlySet<string>, what: string) {
  const resolved = resolvePath(scope, path);
  if (!grouped.has(nameOf(resolved))) {
    const message = `${what} must be grouped or aggregated: ${path.parts.join(".")}`;
    throw queryError("MALFORMED_QUERY", scope.text, path.at, message);
  }
  const read = readerOf(scope.source, resolved);
  const compute = ([first]: readonly Row[]): Value => (first ? read(first) : null);
  return { field: resolved.field, compute };
}

function bindAggregate(scope: Scope, { name, path, at }: Aggregate): Computed {
  if (!path) throw queryError("MALFORMED_QUERY", scope.text, at, "COUNT() must be the only thing that is selected");
  const resolved = resolvePath(scope, path);
  const { field } = resolved;
  const isNumeric = name === "SUM" || name === "AVG";
  if (!field.filterable || kindOf(field) === "address" || (isNumeric && kindOf(field) !== "number")) {
    const message = `field ${field.name} does not support aggregate operator ${name}`;
    throw queryError("MALFORMED_QUERY", scope.text, path.at, message);
  }
  return computeAggregate(name, field, readerOf(scope.source, resolved));
}

function bindGroupOrder(scope: Scope, query: Query, grouped: ReadonlySet<string>): Sorter<readonly Row[]> {
  const keys = query.orderBy.map(({ by }): ((rows: readonly Row[]) => Key) => {
    if ("kind" in by) {
      const { compute } = bindAggregate(scope, by);
      return (rows) => {
        const value = compute(rows);
        return typeof value === "boolean" ? Number(value) : value;
      };
    }
    const { field, compute } = bindGroupedField(scope, by, grouped, "Ordered field");
    const keyOf = sortKeyOf(field);
    return (rows) => keyOf(compute(rows));
  });
  return { keysOf: (rows) => keys.map((key) => key(rows)), directions: query.orderBy };
}
