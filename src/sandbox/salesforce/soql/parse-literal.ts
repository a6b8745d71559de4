import { isRangeName, needsCount } from "./date-ranges.ts";
import type { Literal } from "./query.ts";
import { plainError, queryError } from "./query-error.ts";
import { accept, expect, peek, type Reader, take, unexpected } from "./reader.ts";
import { unescapeText } from "./texts.ts";

// What a date may be in Salesforce.
const firstYear = 1700;
const lastYear = 4000;

const words: Readonly<Record<string, Literal>> = {
  NULL: { kind: "null" },
  TRUE: { kind: "boolean", value: true },
  FALSE: { kind: "boolean", value: false },
};

/** A value to compare with. */
export function parseLiteral(reader: Reader): Literal {
  const { kind, text, at } = peek(reader);
  if (text === ":" && kind === "symbol") {
    throw queryError("MALFORMED_QUERY", reader.text, at, "Bind variables only allowed in Apex code");
  }
  if (kind === "name") return parseWord(reader);
  if (kind === "symbol" || kind === "end" || kind === "broken") throw unexpected(reader);
  reader.index += 1;
  switch (kind) {
    case "text":
      return { kind, value: unescapeText(text), raw: text };
    case "number":
      return { kind, value: Number(text) };
    case "date":
      return { kind, value: new Date(parseTime(`${text}T00:00:00Z`, text)).toISOString().slice(0, 10) };
    case "datetime":
      return { kind, value: parseTime(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"), text) };
    case "time":
      return {
        kind,
        value: new Date(parseTime(`1970-01-01T${text.replace(/Z?$/, "Z")}`, text)).toISOString().slice(11),
      };
  }
}

function parseWord(reader: Reader): Literal {
  const name = peek(reader).text.toUpperCase();
  const word = words[name];
  if (!word && !isRangeName(name)) throw unexpected(reader);
  reader.index += 1;
  if (word) return word;
  if (!needsCount(name)) return { kind: "range", name, count: 0 };
  expect(reader, ":");
  return { kind: "range", name, count: parseCount(reader) };
}

/** A whole number without a sign. */
export function parseCount(reader: Reader): number {
  if (!/^\d+$/.test(peek(reader).text)) throw unexpected(reader);
  return Number(take(reader, "number").text);
}

/** Epoch ms; 400 for a day or an hour that does not exist, as February 30. */
function parseTime(iso: string, text: string): number {
  const at = Date.parse(iso);
  const year = Number(iso.slice(0, 4));
  const dayMs = Date.parse(`${iso.slice(0, 10)}T00:00:00Z`);
  const isReal = Number.isFinite(at) && new Date(dayMs).toISOString().slice(0, 10) === iso.slice(0, 10);
  if (isReal && year >= firstYear && year <= lastYear) return at;
  throw plainError("MALFORMED_QUERY", `Invalid date: ${text}`);
}

/** One value, or several in brackets. */
export function parseLiterals(reader: Reader): Literal[] {
  expect(reader, "(");
  const values = [parseLiteral(reader)];
  while (accept(reader, ",")) values.push(parseLiteral(reader));
  expect(reader, ")");
  return values;
}
