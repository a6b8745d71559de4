import { close, open, parseCondition } from "./parse-condition.ts";
import { parseCount } from "./parse-literal.ts";
import { parseAlias, parseFrom, parsePath } from "./parse-path.ts";
import { type Aggregate, aggregateNames, type OrderItem, type Path, type Query, type SelectItem } from "./query.ts";
import { plainError, unsupportedError } from "./query-error.ts";
import { accept, createReader, expect, isNext, list, peek, type Reader, take, unexpected } from "./reader.ts";

const maxOffset = 2_000;

/** Real clauses that this sandbox does not know. */
const unsupported = ["USING", "WITH", "HAVING", "UPDATE"];

/** The query of a text. 400 for whatever is not of SOQL's grammar, or of the part of it that is known here. */
export function parseQuery(text: string): Query {
  const reader = createReader(text);
  const query = parseSelect(reader);
  if (accept(reader, "ALL", "ROWS")) throw plainError("MALFORMED_QUERY", "ALL ROWS not allowed in this context");
  while (accept(reader, "FOR")) {
    if (!accept(reader, "VIEW") && !accept(reader, "REFERENCE") && !accept(reader, "UPDATE")) throw unexpected(reader);
  }
  take(reader, "end");
  return query;
}

function parseSelect(reader: Reader): Query {
  expect(reader, "SELECT");
  const items = list(reader, parseItem);
  expect(reader, "FROM");
  const from = parseFrom(reader);
  refuseUnsupported(reader);
  const where = accept(reader, "WHERE") ? parseCondition(reader) : null;
  refuseUnsupported(reader);
  const groupBy = accept(reader, "GROUP", "BY") ? list(reader, parseGroup) : [];
  refuseUnsupported(reader);
  const orderBy = accept(reader, "ORDER", "BY") ? list(reader, parseOrder) : [];
  const limit = accept(reader, "LIMIT") ? parseCount(reader) : null;
  const offset = accept(reader, "OFFSET") ? parseCount(reader) : 0;
  if (offset > maxOffset) {
    throw plainError("NUMBER_OUTSIDE_VALID_RANGE", `Maximum SOQL offset allowed is ${maxOffset}`);
  }
  return { items, from, where, groupBy, orderBy, limit, offset };
}

function refuseUnsupported(reader: Reader): void {
  const { text, at } = peek(reader);
  if (isNext(reader, ...unsupported)) throw unsupportedError(reader.text, at, text.toUpperCase());
}

function parseItem(reader: Reader): SelectItem {
  if (isNext(reader, "(")) return parseChildren(reader);
  const { at } = peek(reader);
  if (isNext(reader, "TYPEOF")) throw unsupportedError(reader.text, at, "TYPEOF");
  const isCall = peek(reader, 1).text === "(" && peek(reader, 1).kind === "symbol";
  if (!isCall) return { kind: "field", path: parsePath(reader), alias: parseAlias(reader) };
  if (isNext(reader, "FIELDS")) return parseFields(reader);
  return { ...parseAggregate(reader), alias: parseAlias(reader) };
}

function parseChildren(reader: Reader): SelectItem {
  open(reader);
  const query = parseSelect(reader);
  close(reader);
  return { kind: "children", query };
}

function parseFields(reader: Reader): SelectItem {
  expect(reader, "FIELDS", "(");
  const group = (["ALL", "STANDARD", "CUSTOM"] as const).find((one) => accept(reader, one));
  if (!group) throw unexpected(reader);
  expect(reader, ")");
  return { kind: "fields", group };
}

function parseAggregate(reader: Reader): Aggregate {
  const { text, at } = take(reader, "name");
  const name = aggregateNames.find((one) => one === text.toUpperCase());
  if (!name) throw unsupportedError(reader.text, at, `${text}()`);
  expect(reader, "(");
  const path = name === "COUNT" && isNext(reader, ")") ? null : parsePath(reader);
  expect(reader, ")");
  return { kind: "aggregate", name, path, at };
}

function parseGroup(reader: Reader): Path {
  const path = parsePath(reader);
  if (isNext(reader, "(")) throw unsupportedError(reader.text, path.at, `${path.parts.join(".")}() in GROUP BY`);
  return path;
}

function parseOrder(reader: Reader): OrderItem {
  const isCall = peek(reader, 1).text === "(" && peek(reader, 1).kind === "symbol";
  const by = isCall ? parseAggregate(reader) : parsePath(reader);
  const isDescending = accept(reader, "DESC");
  if (!isDescending) accept(reader, "ASC");
  // salesforce.md §8: nulls come first when ascending; the service keeps them first when descending as well.
  if (!accept(reader, "NULLS")) return { by, isDescending, nullsFirst: true };
  if (accept(reader, "FIRST")) return { by, isDescending, nullsFirst: true };
  expect(reader, "LAST");
  return { by, isDescending, nullsFirst: false };
}
