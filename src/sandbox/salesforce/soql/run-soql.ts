import type { Row, SObject } from "../schema.ts";
import { bindFilter } from "./bind-condition.ts";
import { bindGroups, type Groups } from "./bind-groups.ts";
import { sorted } from "./bind-order.ts";
import { bindSelect, type Select } from "./bind-select.ts";
import { findRows } from "./find-rows.ts";
import { parseQuery } from "./parse-query.ts";
import { projectRows } from "./project.ts";
import type { Query } from "./query.ts";
import type { SoqlRecord } from "./record.ts";
import { resolveObject, type Scope } from "./resolve-path.ts";
import type { SoqlSource } from "./source.ts";

/** The whole answer: pages of it are the caller's affair. */
export type QueryResult = {
  object: SObject;
  records: readonly SoqlRecord[];
  /** Of COUNT(), which answers no records; null of all else. */
  count: number | null;
  /** Some LIKE begins with a wildcard: a large org may answer QUERY_TIMEOUT (salesforce.md §4.2). */
  hasLeadingWildcard: boolean;
};

/** Answers a query; a SalesforceError of status 400 says in the service's words what is wrong with it. */
export function runSoql(text: string, source: SoqlSource): QueryResult {
  const query = parseQuery(text);
  const object = resolveObject(source, text, query.from);
  const scope: Scope = { source, text, object, alias: query.from.alias };
  if (isCount(query)) return countRows(scope, query);
  const isGrouped = query.groupBy.length > 0 || query.items.some(({ kind }) => kind === "aggregate");
  return isGrouped ? groupRows(scope, query) : selectRows(scope, query);
}

function isCount({ items, groupBy }: Query): boolean {
  const [first] = items;
  return items.length === 1 && first?.kind === "aggregate" && first.path === null && groupBy.length === 0;
}

function selectRows(scope: Scope, query: Query): QueryResult {
  const { source, object } = scope;
  const select = bindSelect(scope, query);
  const rows = findRows(source, object, select.filter, select);
  return { object, records: projectRows(source, select, rows), count: null, hasLeadingWildcard: beginsWide(select) };
}

/** A child query's LIKE counts as well. */
function beginsWide({ filter, cells }: Select): boolean {
  return filter.hasLeadingWildcard || cells.some((cell) => cell.kind === "children" && beginsWide(cell.select));
}

function countRows(scope: Scope, query: Query): QueryResult {
  const { source, object } = scope;
  const filter = bindFilter(scope, query.where);
  const { length } = findRows(source, object, filter, { order: null, limit: query.limit, offset: query.offset });
  return { object, records: [], count: length, hasLeadingWildcard: filter.hasLeadingWildcard };
}

function groupRows(scope: Scope, query: Query): QueryResult {
  const { source, object } = scope;
  const groups = bindGroups(scope, query);
  const filter = bindFilter(scope, query.where);
  const rows = findRows(source, object, filter, { order: null, limit: null, offset: 0 });
  const all = groupsOf(groups, rows);
  const inOrder = groups.order ? sorted(all, groups.order) : all;
  const shown = inOrder.slice(query.offset, query.limit === null ? undefined : query.offset + query.limit);
  const records = shown.map((members) => toRecord(groups, members));
  return { object, records, count: null, hasLeadingWildcard: filter.hasLeadingWildcard };
}

function groupsOf({ keyOf }: Groups, rows: readonly Row[]): (readonly Row[])[] {
  return keyOf ? [...Map.groupBy(rows, keyOf).values()] : [rows];
}

function toRecord({ columns }: Groups, members: readonly Row[]): SoqlRecord {
  const parts = columns.map(({ name, type, compute }) => ({
    kind: "value" as const,
    name,
    type,
    value: compute(members),
  }));
  return { type: "AggregateResult", address: null, parts };
}
