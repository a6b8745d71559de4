import type { Filter, Hint, Predicate } from "./filter.ts";
import { findRows } from "./find-rows.ts";
import { equalityKeyOf, type Key, kindOf, orderKeyOf } from "./keys.ts";
import { bindOperand, type Operand, requireComparable } from "./operands.ts";
import type { Comparison, Condition, Subselect } from "./query.ts";
import { queryError, syntaxError } from "./query-error.ts";
import { type Resolved, readerOf, resolveObject, resolvePath, type Scope } from "./resolve-path.ts";
import { compileLike, foldCase, startsWithWildcard } from "./texts.ts";

/** Collects while a condition is bound; `joins` counts semi-joins. */
type Notes = { hints: Hint[]; hasLeadingWildcard: boolean; joins: number; isJoin: boolean };

/** Where a condition stands: must it hold for the record to be found, may it be only one of several, or is it denied? */
type Place = "required" | "alternative" | "denied";

const maxJoins = 2;

/** A WHERE as a function of rows; 400 for fields, operators and values that do not go together. */
export function bindFilter(scope: Scope, where: Condition | null, isJoin = false): Filter {
  const notes: Notes = { hints: [], hasLeadingWildcard: false, joins: 0, isJoin };
  const matches = where ? bindCondition(scope, where, notes, "required") : () => true;
  return { matches, hints: notes.hints, hasLeadingWildcard: notes.hasLeadingWildcard };
}

function bindCondition(scope: Scope, condition: Condition, notes: Notes, place: Place): Predicate {
  switch (condition.kind) {
    case "and": {
      const parts = condition.parts.map((part) => bindCondition(scope, part, notes, place));
      return (row) => parts.every((matches) => matches(row));
    }
    case "or": {
      const parts = condition.parts.map((part) => bindCondition(scope, part, notes, "alternative"));
      return (row) => parts.some((matches) => matches(row));
    }
    case "not": {
      const within = place === "alternative" ? place : "denied";
      const matches = bindCondition(scope, condition.part, notes, within);
      return (row) => !matches(row);
    }
    case "compare":
      return bindComparison(scope, condition, notes, place);
    case "in":
      return bindList(scope, condition, notes, place);
    case "join":
      return bindJoin(scope, condition, notes, place);
  }
}

type One<Of extends Condition["kind"]> = Extract<Condition, { kind: Of }>;

function bindComparison(scope: Scope, condition: One<"compare">, notes: Notes, place: Place): Predicate {
  const { path, operator, value } = condition;
  const resolved = resolvePath(scope, path);
  requireComparable(scope, resolved, operator);
  const operand = bindOperand(scope, resolved, value);
  const read = readerOf(scope.source, resolved);
  if (operator === "LIKE") {
    if (value.kind !== "text") return () => false;
    notes.hasLeadingWildcard ||= startsWithWildcard(value.raw);
    const matches = compileLike(value.raw);
    return (row) => {
      const text = read(row);
      return text !== null && matches(foldCase(String(text)));
    };
  }
  if (operator === "=") addHint(notes, place, resolved, [operand]);
  const isEquality = operator === "=" || operator === "!=";
  const keyOf = isEquality && operand.kind === "one" ? equalityKeyOf(resolved.field) : orderKeyOf(resolved.field);
  const holds = operand.kind === "one" ? compareWithOne(operator, operand) : compareWithRange(operator, operand);
  return (row) => holds(keyOf(read(row)));
}

/** Nothing is before or after null, nor null before or after anything; but null differs from every value. */
function compareWithOne(operator: Comparison, { equal, order }: Operand & { kind: "one" }): (key: Key) => boolean {
  if (operator === "=") return (key) => key === equal;
  if (operator === "!=") return (key) => key !== equal;
  if (order === null) return () => false;
  if (operator === "<") return (key) => key !== null && key < order;
  if (operator === "<=") return (key) => key !== null && key <= order;
  if (operator === ">") return (key) => key !== null && key > order;
  return (key) => key !== null && key >= order;
}

function compareWithRange(operator: Comparison, { from, to }: Operand & { kind: "range" }): (key: Key) => boolean {
  if (from === null || to === null) return () => false;
  const isWithin = (key: Key) => key !== null && key >= from && key < to;
  if (operator === "=") return isWithin;
  if (operator === "!=") return (key) => !isWithin(key);
  if (operator === "<") return (key) => key !== null && key < from;
  if (operator === "<=") return (key) => key !== null && key < to;
  if (operator === ">") return (key) => key !== null && key >= to;
  return (key) => key !== null && key >= from;
}

function bindList(scope: Scope, condition: One<"in">, notes: Notes, place: Place): Predicate {
  const { path, isNegated, values } = condition;
  const resolved = resolvePath(scope, path);
  requireComparable(scope, resolved, "=");
  const operands = values.map((value) => bindOperand(scope, resolved, value));
  const keys = new Set(operands.flatMap((operand) => (operand.kind === "one" ? [operand.equal] : [])));
  const ranges = operands.flatMap((operand) => (operand.kind === "range" ? [compareWithRange("=", operand)] : []));
  if (!isNegated) addHint(notes, place, resolved, operands);
  const keyOf = equalityKeyOf(resolved.field);
  const read = readerOf(scope.source, resolved);
  return (row) => {
    const key = keyOf(read(row));
    return (keys.has(key) || ranges.some((isWithin) => isWithin(key))) !== isNegated;
  };
}

function addHint(notes: Notes, place: Place, { steps, field }: Resolved, operands: readonly Operand[]): void {
  if (place !== "required" || steps.length > 0) return;
  const values = operands.flatMap((operand) =>
    operand.kind === "one" && operand.equal !== null ? [operand.equal] : [],
  );
  // A boolean's key is a number: no index knows it.
  if (values.length === operands.length && kindOf(field) !== "boolean") notes.hints.push({ field, values });
}

function bindJoin(scope: Scope, condition: One<"join">, notes: Notes, place: Place): Predicate {
  const { path, isNegated, select } = condition;
  const resolved = resolvePath(scope, path);
  requireJoinable(scope, resolved, notes, place);
  const ids = new Set(idsOf(scope, resolved, select, notes));
  if (!isNegated && place === "required" && resolved.steps.length === 0) {
    notes.hints.push({ field: resolved.field, values: [...ids] });
  }
  const keyOf = equalityKeyOf(resolved.field);
  const read = readerOf(scope.source, resolved);
  return (row) => {
    const key = keyOf(read(row));
    return (key !== null && ids.has(String(key))) !== isNegated;
  };
}

function requireJoinable({ text }: Scope, { field, at }: Resolved, notes: Notes, place: Place): void {
  if (notes.isJoin) throw syntaxError(text, at, "Nesting of semi join sub-selects is not supported");
  if (place === "alternative") {
    throw syntaxError(text, at, "Semi join sub-selects are not allowed with the 'OR' operator");
  }
  notes.joins += 1;
  if (notes.joins > maxJoins) throw syntaxError(text, at, `Maximum ${maxJoins} semi join sub-selects are allowed`);
  if (kindOf(field) === "id") return;
  const message = `The left operand in the where expression for Semi join sub-selects should be an id field, cannot use: '${field.name}'`;
  throw queryError("MALFORMED_QUERY", text, at, message);
}

/** The ids that a semi-join's inner query finds. */
function idsOf(outer: Scope, left: Resolved, { path, from, where }: Subselect, notes: Notes): string[] {
  const object = resolveObject(outer.source, outer.text, from);
  const scope: Scope = { ...outer, object, alias: from.alias };
  const resolved = resolvePath(scope, path);
  if (kindOf(resolved.field) !== "id") {
    const message = `Semi join sub-selects can only query id fields, cannot use: '${resolved.field.name}'`;
    throw queryError("MALFORMED_QUERY", outer.text, path.at, message);
  }
  if (!pointsToSame(left, resolved)) {
    const message = `The selected field '${resolved.field.name}' in the subquery and the left operand field in the where expression in the outer query '${left.field.name}' should point to the same object type`;
    throw queryError("MALFORMED_QUERY", outer.text, path.at, message);
  }
  const filter = bindFilter(scope, where, true);
  notes.hasLeadingWildcard ||= filter.hasLeadingWildcard;
  const read = readerOf(outer.source, resolved);
  const rows = findRows(outer.source, object, filter, { order: null, limit: null, offset: 0 });
  return rows.map(read).filter((id) => typeof id === "string");
}

function pointsToSame(left: Resolved, right: Resolved): boolean {
  const targets = new Set(targetsOf(left));
  return targetsOf(right).some((name) => targets.has(name));
}

function targetsOf({ field, entity }: Resolved): readonly string[] {
  return field.type === "id" ? [entity.name] : field.referenceTo;
}
