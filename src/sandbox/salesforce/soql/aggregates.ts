import type { Field, FieldType, Row, Value } from "../schema.ts";
import { equalityKeyOf, orderKeyOf } from "./keys.ts";
import type { AggregateName } from "./query.ts";

/** A value of a group's rows. */
export type Computed = { type: FieldType; compute(rows: readonly Row[]): Value };

/** An aggregate of a field; null values do not count. Of no values it is 0 when it counts, else null. */
export function computeAggregate(name: AggregateName, field: Field, read: (row: Row) => Value): Computed {
  const valuesOf = (rows: readonly Row[]) => rows.map(read).filter((value) => value !== null && value !== "");
  switch (name) {
    case "COUNT":
      return { type: "int", compute: (rows) => valuesOf(rows).length };
    case "COUNT_DISTINCT":
      return { type: "int", compute: (rows) => new Set(valuesOf(rows).map(equalityKeyOf(field))).size };
    case "MIN":
      return { type: field.type, compute: (rows) => furthest(valuesOf(rows), field, (a, b) => a < b) };
    case "MAX":
      return { type: field.type, compute: (rows) => furthest(valuesOf(rows), field, (a, b) => a > b) };
    case "SUM":
      return { type: "double", compute: (rows) => sum(valuesOf(rows)) };
    case "AVG":
      return { type: "double", compute: (rows) => average(valuesOf(rows)) };
  }
}

type Further = (a: string | number, b: string | number) => boolean;

function furthest(values: readonly Value[], field: Field, isFurther: Further): Value {
  const keyOf = orderKeyOf(field);
  let best: Value = null;
  for (const value of values) {
    const [key, bestKey] = [keyOf(value), keyOf(best)];
    if (bestKey === null || (key !== null && isFurther(key, bestKey))) best = value;
  }
  return best;
}

function sum(values: readonly Value[]): Value {
  return values.length === 0 ? null : values.reduce<number>((total, value) => total + Number(value), 0);
}

function average(values: readonly Value[]): Value {
  const total = sum(values);
  return total === null ? null : Number(total) / values.length;
}
