import type { Field, Row, Value } from "../schema.ts";

export type Predicate = (row: Row) => boolean;

/** A field that must have one of these values, for a record to be found. */
export type Hint = { field: Field; values: readonly Value[] };

/** What a WHERE asks: of each record, and of all that is found. */
export type Filter = { matches: Predicate; hints: readonly Hint[]; hasLeadingWildcard: boolean };
