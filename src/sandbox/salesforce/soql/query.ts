/** "Owner.Name" as it was written: `at` is where it begins in the text. */
export type Path = { parts: readonly string[]; at: number };

/** A value in WHERE, as it was written. */
export type Literal =
  /** `raw` is what stood between the quotes: LIKE must know which wildcards were escaped. */
  | { kind: "text"; value: string; raw: string }
  | { kind: "number"; value: number }
  | { kind: "boolean"; value: boolean }
  | { kind: "null" }
  /** "2026-11-20" */
  | { kind: "date"; value: string }
  /** Epoch ms. */
  | { kind: "datetime"; value: number }
  /** "09:00:00.000Z" */
  | { kind: "time"; value: string }
  /** TODAY, LAST_N_DAYS:30 and the like; `count` is 0 of those without a number. */
  | { kind: "range"; name: string; count: number };

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=" | "LIKE";

export type Condition =
  | { kind: "and" | "or"; parts: readonly Condition[] }
  | { kind: "not"; part: Condition }
  | { kind: "compare"; path: Path; operator: Comparison; value: Literal }
  | { kind: "in"; path: Path; isNegated: boolean; values: readonly Literal[] }
  | { kind: "join"; path: Path; isNegated: boolean; select: Subselect };

/** What stands in brackets after IN. */
export type Subselect = { path: Path; from: From; where: Condition | null };

export const aggregateNames = ["COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"] as const;
export type AggregateName = (typeof aggregateNames)[number];

/** `path` is null of COUNT() alone. */
export type Aggregate = { kind: "aggregate"; name: AggregateName; path: Path | null; at: number };

export type SelectItem =
  | { kind: "field"; path: Path; alias: string | null }
  | (Aggregate & { alias: string | null })
  | { kind: "children"; query: Query }
  | { kind: "fields"; group: "ALL" | "STANDARD" | "CUSTOM" };

export type OrderItem = { by: Path | Aggregate; isDescending: boolean; nullsFirst: boolean };

/** `name` is an object's, or a child relationship's in a child query. */
export type From = { name: string; alias: string | null; at: number };

export type Query = {
  items: readonly SelectItem[];
  from: From;
  where: Condition | null;
  groupBy: readonly Path[];
  orderBy: readonly OrderItem[];
  limit: number | null;
  offset: number;
};
