import { parseLiteral, parseLiterals } from "./parse-literal.ts";
import { parseFrom, parsePath } from "./parse-path.ts";
import type { Comparison, Condition, Path, Subselect } from "./query.ts";
import { plainError, syntaxError, unsupportedError } from "./query-error.ts";
import { accept, expect, isNext, peek, type Reader, unexpected } from "./reader.ts";

const comparisons: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  LIKE: "LIKE",
};

/** More open brackets than this the service calls too complicated, and we would run out of stack. */
const maxDepth = 200;

/** What stands after WHERE. AND and OR do not mix without brackets, and NOT stands alone: whoever reads on refuses the rest. */
export function parseCondition(reader: Reader): Condition {
  if (accept(reader, "NOT")) return { kind: "not", part: parseSimple(reader) };
  const first = parseSimple(reader);
  const kind = isNext(reader, "AND") ? "and" : isNext(reader, "OR") ? "or" : null;
  if (kind === null) return first;
  const parts = [first];
  while (accept(reader, kind.toUpperCase())) parts.push(parseSimple(reader));
  return { kind, parts };
}

function parseSimple(reader: Reader): Condition {
  if (!isNext(reader, "(")) return parseComparison(reader);
  open(reader);
  const inner = parseCondition(reader);
  close(reader);
  return inner;
}

/** Reads "("; 400 QUERY_TOO_COMPLICATED when too many are open. */
export function open(reader: Reader): void {
  expect(reader, "(");
  reader.depth += 1;
  if (reader.depth <= maxDepth) return;
  const why = "Query is either selecting too many fields or the filter conditions are too complicated.";
  throw plainError("QUERY_TOO_COMPLICATED", why);
}

export function close(reader: Reader): void {
  expect(reader, ")");
  reader.depth -= 1;
}

function parseComparison(reader: Reader): Condition {
  if (isNext(reader, "NOT", "AND", "OR")) throw unexpected(reader);
  const path = parsePath(reader);
  if (isNext(reader, "(")) throw unsupportedError(reader.text, path.at, `${path.parts.join(".")}() in WHERE`);
  const isNegated = accept(reader, "NOT");
  if (isNegated && !isNext(reader, "IN")) throw unexpected(reader);
  if (accept(reader, "IN")) return parseIn(reader, path, isNegated);
  const { kind, text, at } = peek(reader);
  if (isNext(reader, "INCLUDES", "EXCLUDES")) throw unsupportedError(reader.text, at, text.toUpperCase());
  const operator = kind === "name" || kind === "symbol" ? comparisons[text.toUpperCase()] : undefined;
  if (!operator) throw unexpected(reader);
  reader.index += 1;
  return { kind: "compare", path, operator, value: parseLiteral(reader) };
}

function parseIn(reader: Reader, path: Path, isNegated: boolean): Condition {
  const { kind, text } = peek(reader, 1);
  if (kind !== "name" || text.toUpperCase() !== "SELECT") {
    return { kind: "in", path, isNegated, values: parseLiterals(reader) };
  }
  open(reader);
  const select = parseSubselect(reader);
  close(reader);
  return { kind: "join", path, isNegated, select };
}

/** One field of an object, and perhaps a condition: a semi-join has nothing else. */
function parseSubselect(reader: Reader): Subselect {
  expect(reader, "SELECT");
  const path = parsePath(reader);
  if (isNext(reader, ",")) {
    throw syntaxError(reader.text, path.at, "Only one field can be selected in a semi join sub-select");
  }
  expect(reader, "FROM");
  const from = parseFrom(reader);
  return { path, from, where: accept(reader, "WHERE") ? parseCondition(reader) : null };
}
