import type { Row, SObject, Value } from "../schema.ts";

/** What a query is answered from: the org as one user sees it. */
export type SoqlSource = {
  /** In either case; null for what does not exist and for what the user may not see. Its fields are those he may see. */
  objectNamed(name: string): SObject | null;
  /** `query` leaves deleted and archived records out, `queryAll` has them: the caller decides, for `byId` and `index` alike. */
  rowsOf(object: SObject): Iterable<Row>;
  /** `id` has 18 characters; null for one of another object. */
  byId(object: SObject, id: string): Row | null;
  /**
   * Records that may have one of the values; null when that field has no index. It may name too many, never too few.
   * Texts come in lower case and mean either case, ids with 18 characters, datetimes in epoch ms; null is never among them.
   */
  index?(object: SObject, field: string, values: readonly Value[]): Iterable<Row> | null;
  /** Epoch ms: what TODAY is about. */
  now: number;
  /** IANA: in it days begin, for date literals. */
  timeZone: string;
};
