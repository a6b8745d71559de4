import { isId } from "../ids.ts";
import type { Field } from "../schema.ts";
import { daysOf } from "./date-ranges.ts";
import { equalityKeyOf, type Key, type Kind, kindOf, orderKeyOf } from "./keys.ts";
import type { Comparison, Literal } from "./query.ts";
import { queryError } from "./query-error.ts";
import type { Resolved, Scope } from "./resolve-path.ts";
import { dayIn, startOfDay } from "./zone.ts";

/** What a field is compared with: one value, or all from `from` to before `to`. */
export type Operand = { kind: "one"; equal: Key; order: Key } | { kind: "range"; from: Key; to: Key };

/** Which literals a kind takes, and what the service calls it in its complaint. */
const accepted: Readonly<Record<Kind, { literals: readonly Literal["kind"][]; called: string }>> = {
  text: { literals: ["text"], called: "string" },
  id: { literals: ["text"], called: "string" },
  boolean: { literals: ["boolean"], called: "boolean" },
  number: { literals: ["number"], called: "double" },
  date: { literals: ["date", "range"], called: "date" },
  datetime: { literals: ["datetime", "range"], called: "dateTime" },
  time: { literals: ["time"], called: "time" },
  address: { literals: [], called: "address" },
};

/** 400 when the field may not stand in WHERE at all, or not with this operator. */
export function requireComparable({ text }: Scope, { field, at }: Resolved, operator: Comparison): void {
  const kind = kindOf(field);
  if (kind === "address") {
    throw queryError("INVALID_FIELD", text, at, "Address fields can only be filtered using Distance expressions");
  }
  if (!field.filterable) {
    throw queryError("INVALID_FIELD", text, at, `field '${field.name}' can not be filtered in a query call`);
  }
  const isOrdering = operator !== "=" && operator !== "!=";
  const isRefused = operator === "LIKE" ? kind !== "text" : kind === "boolean" && isOrdering;
  if (!isRefused) return;
  throw queryError("INVALID_QUERY_FILTER_OPERATOR", text, at, `invalid operator on ${calledOf(field)} field`);
}

/** The literal as a value of the field; 400 when it is of another type or no id. */
export function bindOperand(scope: Scope, resolved: Resolved, literal: Literal): Operand {
  const { field, at } = resolved;
  if (literal.kind === "null") return { kind: "one", equal: null, order: null };
  const { literals } = accepted[kindOf(field)];
  if (!literals.includes(literal.kind)) {
    const quoting = literals.includes("text") ? "should be enclosed in quotes" : "should not be enclosed in quotes";
    const message = `value of filter criterion for field '${field.name}' must be of type ${typeOf(field)} and ${quoting}`;
    throw queryError("INVALID_FIELD", scope.text, at, message);
  }
  if (literal.kind === "range") return bindRange(scope, field, literal);
  const { value } = literal;
  if (kindOf(field) === "id" && value !== "" && !isId(String(value))) {
    throw queryError("INVALID_QUERY_FILTER_OPERATOR", scope.text, at, `invalid ID field: ${value}`);
  }
  return { kind: "one", equal: equalityKeyOf(field)(value), order: orderKeyOf(field)(value) };
}

function bindRange({ source }: Scope, field: Field, { name, count }: Literal & { kind: "range" }): Operand {
  const days = daysOf(name, count, dayIn(source.timeZone, source.now));
  if (kindOf(field) === "date") return { kind: "range", ...days };
  return { kind: "range", from: startOfDay(source.timeZone, days.from), to: startOfDay(source.timeZone, days.to) };
}

function typeOf(field: Field): string {
  return field.type === "int" ? "int" : accepted[kindOf(field)].called;
}

function calledOf(field: Field): string {
  return kindOf(field) === "id" ? "id" : typeOf(field);
}
