import { SalesforceError } from "../errors.ts";

/** How much of a row is shown before and from the place of an error. */
const before = 42;
const after = 50;

/** A 400 that shows the place. `at` is an offset in the text; the service counts columns of fields and objects from 1. */
export function queryError(code: string, text: string, at: number, message: string): SalesforceError {
  const { row, start } = rowOf(text, at);
  return placed(code, { text, row, start, column: at - start + 1 }, message);
}

/** MALFORMED_QUERY of the grammar: its columns the service counts from 0, and its caret stands one to the left. */
export function syntaxError(text: string, at: number, message: string): SalesforceError {
  const { row, start } = rowOf(text, at);
  return placed("MALFORMED_QUERY", { text, row, start, column: at - start }, message);
}

/** A character that can begin nothing; `at` may be the end of the text. */
export function characterError(text: string, at: number): SalesforceError {
  const { row, start } = rowOf(text, at);
  const character = at < text.length ? text.charAt(at) : "<EOF>";
  return syntaxError(text, at, `line ${row}:${at - start} no viable alternative at character '${character}'`);
}

/** A 400 without a place. */
export function plainError(code: string, message: string): SalesforceError {
  return new SalesforceError(400, { message, errorCode: code });
}

/** No such place in real SOQL's grammar, but in what of it this sandbox knows: it says so, lest somebody doubt the query. */
export function unsupportedError(text: string, at: number, what: string): SalesforceError {
  return syntaxError(text, at, `${what} is SOQL, but this local Salesforce does not know it`);
}

type Spot = { text: string; row: number; start: number; column: number };

function placed(code: string, spot: Spot, message: string): SalesforceError {
  const { excerpt, caret } = excerptOf(spot);
  const lines = ["", excerpt, `${" ".repeat(caret)}^`, `ERROR at Row:${spot.row}:Column:${spot.column}`, message];
  return plainError(code, lines.join("\n"));
}

function rowOf(text: string, at: number): { row: number; start: number } {
  const above = text.slice(0, at).split("\n");
  return { row: above.length, start: at - (above.at(-1) ?? "").length };
}

/** The part of the row around the place, cut between words. */
function excerptOf({ text, start, column }: Spot): { excerpt: string; caret: number } {
  const end = text.indexOf("\n", start);
  const row = text.slice(start, end === -1 ? undefined : end);
  const place = Math.max(column - 1, 0);
  const first = Math.max(place - before, 0);
  const cut = first === 0 ? 0 : wordAfter(row, first, place);
  const last = Math.min(place + after, row.length);
  const stop = last === row.length ? last : wordBefore(row, last, place);
  return { excerpt: row.slice(cut, stop), caret: place - cut };
}

function wordAfter(row: string, first: number, place: number): number {
  for (let index = first; index < place; index += 1) if (isWordStart(row, index)) return index;
  return first;
}

function isWordStart(row: string, index: number): boolean {
  return /[\s,]/.test(row.charAt(index - 1)) && /[^\s,]/.test(row.charAt(index));
}

function isWordEnd(row: string, index: number): boolean {
  return /[^\s,]/.test(row.charAt(index - 1)) && /[\s,]/.test(row.charAt(index));
}

function wordBefore(row: string, last: number, place: number): number {
  for (let index = last; index > place; index -= 1) if (isWordEnd(row, index)) return index;
  return last;
}
