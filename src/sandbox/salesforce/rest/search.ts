import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import type { Row, SObject } from "../schema.ts";
import { visibleObject, visibleTo } from "../visible.ts";
import type { Call, Route } from "./call.ts";
import { readRecords } from "./read-records.ts";

/** SOSL: the form of salesforce.md §4.2 alone, `FIND {words} IN ALL FIELDS RETURNING Account(Id, Name), …`. */
export const searchRoutes: readonly Route[] = [{ method: "GET", paths: ["/search"], handle: search }];

const form =
  /^\s*FIND\s*\{((?:\\.|[^{}])*)\}\s*(?:IN\s+(ALL|NAME|EMAIL|PHONE)\s+FIELDS\s*)?RETURNING\s+(.+?)(?:\s+LIMIT\s+(\d+))?\s*$/is;
const mostFound = 2000;

function search(call: Call): Answer {
  const [, words = "", scope = "ALL", returning = "", limit] = form.exec(call.query.get("q") ?? "") ?? [];
  const wanted = [...returning.matchAll(/(\w+)\s*(?:\(([^)]*)\))?\s*(?:,|$)/g)];
  if (wanted.length === 0)
    throw malformed("unexpected token: the search must be FIND {words} IN ALL FIELDS RETURNING Object(Fields)");
  const needle = unescaped(words).trim().toLowerCase();
  if (needle.length < 2) throw malformed("search term must be longer than one character");
  const records = wanted.flatMap(([, name = "", fields = "Id"]) => {
    const object = visibleObject(call.org, call.userId, name);
    if (object === null)
      throw new SalesforceError(400, {
        errorCode: "INVALID_TYPE",
        message: `sObject type '${name}' is not supported.`,
      });
    const ids = matching(call, object, { needle, scope: scope.toUpperCase() });
    return [...readRecords(call, object, { ids, fields: fields.split(",") }).values()];
  });
  return { status: 200, body: { searchRecords: records.slice(0, Math.min(Number(limit ?? mostFound), mostFound)) } };
}

/** Reserved characters stand behind a backslash. */
const unescaped = (words: string): string => words.replace(/\\(.)/g, "$1").replace(/^"(.*)"$/, "$1");

function malformed(message: string): SalesforceError {
  return new SalesforceError(400, { errorCode: "MALFORMED_SEARCH", message });
}

const scopes: Readonly<Record<string, (field: string) => boolean>> = {
  ALL: () => true,
  NAME: (field) => field.endsWith("Name"),
  EMAIL: (field) => field.endsWith("Email"),
  PHONE: (field) => field.endsWith("Phone"),
};

function matching(call: Call, object: SObject, { needle, scope }: { needle: string; scope: string }): string[] {
  const fields = object.fields.filter(({ name, type }) => searched.has(type) && scopes[scope]?.(name) === true);
  const has = (row: Row) => fields.some(({ name }) => includesWord(row[name], needle));
  const source = visibleTo(call.org, call.userId, { isAll: false });
  const ids: string[] = [];
  for (const row of source.rowsOf(object)) if (ids.length < mostFound && has(row)) ids.push(String(row.Id));
  return ids;
}

const searched = new Set(["string", "email", "url", "phone", "textarea"]);

function includesWord(value: unknown, needle: string): boolean {
  if (typeof value !== "string") return false;
  const text = value.toLowerCase();
  const at = text.indexOf(needle);
  return at >= 0 && !/\w/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(at + needle.length));
}
