import type { ChildRelationship, Field, SObject } from "../schema.ts";
import { bindFilter } from "./bind-condition.ts";
import { bindOrder, type Order } from "./bind-order.ts";
import type { Filter } from "./filter.ts";
import type { Path, Query, SelectItem } from "./query.ts";
import { plainError, queryError, syntaxError } from "./query-error.ts";
import { type Reference, resolvePath, type Scope } from "./resolve-path.ts";

/** What to show of a record, in the order of SELECT. */
export type Cell =
  | { kind: "value"; field: Field }
  | { kind: "parent"; step: Reference; cells: Cell[] }
  | { kind: "children"; relationship: ChildRelationship; select: Select };

/** A query that answers records of an object. */
export type Select = {
  object: SObject;
  filter: Filter;
  order: Order | null;
  limit: number | null;
  offset: number;
  cells: readonly Cell[];
};

const maxFieldsLimit = 200;

/** A query without aggregates; 400 for fields and relationships that do not exist. */
export function bindSelect(scope: Scope, query: Query): Select {
  const cells: Cell[] = [];
  const seen = new Set<string>();
  for (const item of query.items) addItem(scope, cells, seen, { item, query });
  return {
    object: scope.object,
    filter: bindFilter(scope, query.where),
    order: query.orderBy.length === 0 ? null : bindOrder(scope, query.orderBy),
    limit: query.limit,
    offset: query.offset,
    cells,
  };
}

function addItem(
  scope: Scope,
  cells: Cell[],
  seen: Set<string>,
  { item, query }: { item: SelectItem; query: Query },
): void {
  switch (item.kind) {
    case "field":
      if (item.alias !== null) {
        throw queryError("MALFORMED_QUERY", scope.text, item.path.at, "only aggregate expressions use field aliasing");
      }
      addPath(scope, cells, seen, item.path);
      return;
    case "fields": {
      if (item.group !== "STANDARD" && (query.limit === null || query.limit > maxFieldsLimit)) {
        const message = `The SOQL FIELDS function must have a LIMIT of at most ${maxFieldsLimit}`;
        throw plainError("MALFORMED_QUERY", message);
      }
      const wanted = scope.object.fields.filter(
        ({ custom }) => item.group === "ALL" || custom === (item.group === "CUSTOM"),
      );
      for (const { name } of wanted) addPath(scope, cells, seen, { parts: [name], at: 0 });
      return;
    }
    case "children":
      cells.push(bindChildren(scope, item.query));
      return;
    case "aggregate":
      throw syntaxError(scope.text, item.at, "only root queries support aggregate expressions");
  }
}

function addPath(scope: Scope, cells: Cell[], seen: Set<string>, path: Path): void {
  const { steps, field } = resolvePath(scope, path);
  const key = [...steps, field].map(({ name }) => name).join(".");
  if (seen.has(key)) throw plainError("INVALID_FIELD", `duplicate field selected: ${key}`);
  seen.add(key);
  let place = cells;
  for (const step of steps) place = cellsOf(place, step);
  place.push({ kind: "value", field });
}

/** The cells of a parent: those that are there already, when a field of it came before. */
function cellsOf(cells: Cell[], step: Reference): Cell[] {
  for (const cell of cells) if (cell.kind === "parent" && cell.step.name === step.name) return cell.cells;
  const made: Cell = { kind: "parent", step, cells: [] };
  cells.push(made);
  return made.cells;
}

function bindChildren({ source, text, object }: Scope, query: Query): Cell {
  const { name, alias, at } = query.from;
  const lower = name.toLowerCase();
  const relationship = object.childRelationships.find((one) => one.relationshipName.toLowerCase() === lower);
  const child = relationship && source.objectNamed(relationship.childSObject);
  if (!child) {
    const hint =
      "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.";
    const message = `Didn't understand relationship '${name}' in FROM part of query call. ${hint}`;
    throw queryError("INVALID_TYPE", text, at, message);
  }
  if (query.groupBy.length > 0) throw syntaxError(text, at, "only root queries support aggregate expressions");
  const scope: Scope = { source, text, object: child, alias: alias ?? name };
  return { kind: "children", relationship, select: bindSelect(scope, query) };
}
