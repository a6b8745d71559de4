import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SalesforceError } from "../../../src/sandbox/salesforce/errors.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import { runSoql } from "../../../src/sandbox/salesforce/soql/run-soql.ts";
import { aSource, at, column, id, source } from "./soql-world.ts";

const letters: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" };

/** A text between quotes, as a careful client writes it; `special` characters get a backslash. */
const escapeText = (text: string, special: RegExp): string =>
  text
    .replace(special, "\\$&")
    .replace(/[\n\r\t\b\f]/g, (character) => `\\${letters[character]}`)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const anyText = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.string({ unit: fc.constantFrom("'", "\\", "%", "_", "\n", "\b", "u", "n", "Σ", "ς", "A", '"'), minLength: 1 }),
);

const aWord = fc.constantFrom("Ann", "bob", "acme", "zzz", "");
const aSimple = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("Name", "Company", "Status", "Owner.Type"),
      aWord,
      fc.constantFrom("=", "!=", "<", ">=", "LIKE"),
    )
    .map(([field, word, operator]) => `${field} ${operator} '${word}'`),
  fc
    .tuple(fc.constantFrom("=", "!=", "<", ">="), fc.integer({ min: 0, max: 12 }))
    .map((parts) => `NumberOfEmployees ${parts.join(" ")}`),
  fc.constantFrom(
    "IsConverted = true",
    "Status = null",
    "CreatedDate = TODAY",
    "Status NOT IN ('Open')",
    "Email LIKE '%'",
  ),
);
const { condition: aCondition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    aSimple,
    fc
      .tuple(tie("condition"), fc.constantFrom("AND", "OR"), tie("condition"))
      .map(([a, word, b]) => `(${a}) ${word} (${b})`),
    tie("condition").map((inner) => `NOT (${inner})`),
  ),
}));

const found = (where: string): unknown[] => column(source, `SELECT Name FROM Lead WHERE ${where} ORDER BY Name`);

describe("WHERE", () => {
  test("§7.3: a text that was escaped is found, by = and by LIKE", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const own = aSource({
          Lead: [
            { Id: id("00Q", 1), Company: text },
            { Id: id("00Q", 2), Company: `${text}x` },
          ],
        });
        const by = (where: string) => column(own, `SELECT Id FROM Lead WHERE Company ${where}`, "Id");
        expect(by(`= '${escapeText(text, /['\\]/g)}'`)).toEqual([id("00Q", 1)]);
        expect(by(`LIKE '${escapeText(text, /['\\%_]/g)}'`)).toEqual([id("00Q", 1)]);
        expect(by(`LIKE '${escapeText(text, /['\\%_]/g)}%'`)).toEqual([id("00Q", 1), id("00Q", 2)]);
      }),
      { numRuns: 300 },
    );
  });

  test("§8: NOT leaves what was not found, and NOT of that what was", () => {
    fc.assert(
      fc.property(aCondition, (where) => {
        const names = found(where);
        expect(found(`NOT (NOT (${where}))`)).toEqual(names);
        expect([...names, ...found(`NOT (${where})`)].sort()).toEqual(["Ann", "Cem", "bob"]);
      }),
      { numRuns: 200 },
    );
  });

  test("§8: IN is one of its values, NOT IN is none of them", () => {
    fc.assert(
      fc.property(fc.array(aWord, { minLength: 1 }), (words) => {
        const quoted = words.map((word) => `'${word}'`);
        const each = quoted.map((word) => `Company = ${word}`).join(" OR ");
        expect(found(`Company IN (${quoted})`)).toEqual(found(each));
        expect(found(`Company NOT IN (${quoted})`)).toEqual(found(`NOT (${each})`));
      }),
      { numRuns: 100 },
    );
  });
});

describe("ORDER BY", () => {
  const aLead = fc.record({
    Name: fc.option(fc.constantFrom("a", "A", "b", "é"), { freq: 3 }),
    Status: fc.option(fc.constantFrom("Open", "Working", "Closed", "Lost"), { freq: 3 }),
    NumberOfEmployees: fc.option(fc.integer({ min: -3, max: 3 }), { freq: 3 }),
  });
  const aDirection = fc.constantFrom("", " ASC", " DESC", " NULLS LAST", " DESC NULLS LAST", " DESC NULLS FIRST");
  const fields = ["Name", "Status", "NumberOfEmployees"];
  const orders = fc.tuple(
    fc.shuffledSubarray(fields, { minLength: 1 }),
    fc.array(aDirection, { minLength: 3, maxLength: 3 }),
  );

  test("§8: is total: with the Id last, rows come alike from wherever they stood", () => {
    fc.assert(
      fc.property(fc.array(aLead), orders, fc.nat(), (leads, [by, directions], turn) => {
        const rows: Row[] = leads.map((row, index) => ({ ...row, Id: id("00Q", index) }));
        const split = rows.length === 0 ? 0 : turn % rows.length;
        const turned = [...rows.slice(split), ...rows.slice(0, split)].reverse();
        const order = by.map((field, index) => `${field}${directions[index]}`).join(", ");
        const text = `SELECT Id FROM Lead ORDER BY ${order}, Id`;
        const ids = column(aSource({ Lead: rows }), text, "Id");
        expect(column(aSource({ Lead: turned }), text, "Id")).toEqual(ids);
        expect(column(aSource({ Lead: rows }), `${text} LIMIT 2 OFFSET 1`, "Id")).toEqual(ids.slice(1, 3));
      }),
      { numRuns: 200 },
    );
  });
});

describe("hostile text", () => {
  const words =
    "SELECT FROM WHERE AND OR NOT IN LIKE ORDER BY GROUP LIMIT OFFSET NULLS FIRST ALL ROWS FOR VIEW FIELDS COUNT";
  const others =
    "( ) , . : = != < <= > ' \\ \" % ; - 5 1e9 2026-11-20 2026-11-20T09:00:00Z null TODAY LAST_N_DAYS:3 'a' '\\u00e9' \u0000 é";
  const names =
    "Id Name Lead Account Contacts Owner.Name Parent.Parent CreatedDate NumberOfEmployees IsConverted Address Nope";
  const soup = fc
    .array(fc.constantFrom(...words.split(" "), ...others.split(" "), ...names.split(" ")), { maxLength: 40 })
    .map((parts) => parts.join(" "));
  const start = fc.constantFrom(
    "",
    "SELECT Id FROM Lead WHERE ",
    "SELECT Id, ",
    "SELECT (",
    "SELECT Id FROM Lead ORDER BY ",
  );

  /** What it threw that is none of Salesforce's refusals. */
  const surpriseOf = (text: string): unknown => {
    try {
      runSoql(text, source);
      return null;
    } catch (error) {
      return error instanceof SalesforceError && error.status === 400 ? null : error;
    }
  };

  test("is refused as Salesforce refuses, or answered", () => {
    const text = fc.tuple(start, fc.oneof(soup, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (one) => surpriseOf(one) === null),
      { numRuns: 3_000 },
    );
  });

  /** Salesforce takes 100,000 characters, of which a search that goes back over them for each would make a long wait. */
  const longest = 99_900;

  test.each([
    ["brackets", (size: number) => `SELECT Id FROM Lead WHERE ${"(".repeat(size)}`],
    ["child queries", (size: number) => "(SELECT ".repeat(size / 8)],
    ["a long path", (size: number) => `SELECT ${"Parent.".repeat(size / 7)}Name FROM Account`],
    ["one text", (size: number) => `SELECT Id FROM Lead WHERE Name = '${"\\'".repeat(size / 2)}`],
    [
      "an illegal escape at its end",
      (size: number) => `SELECT Id FROM Lead WHERE Name = '${"\\\\".repeat(size / 2)}\\x'`,
    ],
    ["wildcards", (size: number) => `SELECT Id FROM Lead WHERE Name LIKE '${"%a".repeat(size / 2)}'`],
    ["one number", (size: number) => `SELECT Id FROM Lead WHERE NumberOfEmployees = ${"9".repeat(size)}`],
    ["one name", (size: number) => "a".repeat(size)],
    ["blanks and rows", (size: number) => `SELECT ${" \n".repeat(size / 2)}`],
    ["conditions", (size: number) => `SELECT Id FROM Lead WHERE ${"Name = 'a' OR ".repeat(size / 14)}Name = 'b'`],
    ["values", (size: number) => `SELECT Id FROM Lead WHERE Name IN (${"'a',".repeat(size / 4)}'b')`],
    ["fields", (size: number) => `SELECT ${"Name, ".repeat(size / 6)} FROM Lead`],
    ["orders", (size: number) => `SELECT Id FROM Lead ORDER BY ${"Owner.Name,".repeat(size / 11)}Id`],
    ["digits and dashes", (size: number) => `SELECT Id FROM Lead WHERE CreatedDate > ${"1-".repeat(size / 2)}`],
  ])("as much of %s as a query may hold is answered", (_what, make) => {
    expect(surpriseOf(make(longest))).toBeNull();
  });

  test("as much of anything as a query may hold is answered", () => {
    const filled = (part: string) => part.repeat(Math.ceil(longest / part.length)).slice(0, longest);
    const long = fc.tuple(start, soup).map(([begin, part]) => begin + filled(`${part} `));
    fc.assert(
      fc.property(long, (text) => surpriseOf(text) === null),
      { numRuns: 50 },
    );
  });

  test("a long text is looked through for a wildcard between many", () => {
    const own = aSource({
      Lead: [{ Id: id("00Q", 1), Name: "a".repeat(255), CreatedDate: at("2026-11-20T00:00:00Z") }],
    });
    expect(column(own, `SELECT Id FROM Lead WHERE Name LIKE '${"%a".repeat(100)}%b'`)).toEqual([]);
  });
});
