import { describe, expect, test } from "@jest/globals";
import { runSoql } from "../../../src/sandbox/salesforce/soql/run-soql.ts";
import { ada, answer, aSource, at, bea, column, id, leads, now, queue, rows, source } from "./soql-world.ts";

const found = (where: string): unknown => column(source, `SELECT Name FROM Lead WHERE ${where}`);

describe("SELECT as REST answers it (salesforce.md §7.4, §8)", () => {
  const url = (name: string, recordId: unknown) => `/services/data/v66.0/sobjects/${name}/${recordId}`;
  const annOnly = "FROM Lead WHERE Name = 'Ann'";

  test("fields in the order of SELECT and in the schema's spelling, datetimes with +0000", () => {
    const [record] = answer(
      source,
      `select l.createddate, ID, converteddate, isconverted, bestTIME__c from LEAD l limit 1`,
    );
    expect(JSON.stringify(record)).toBe(
      JSON.stringify({
        attributes: { type: "Lead", url: url("Lead", id("00Q", 1)) },
        CreatedDate: "2026-11-20T09:00:00.000+0000",
        Id: id("00Q", 1),
        ConvertedDate: "2026-11-19",
        IsConverted: true,
        BestTime__c: "09:00:00.000Z",
      }),
    );
  });

  test("an owner is a Name, a queue by its type; none is null", () => {
    const owners = column(source, "SELECT Owner.Name, Owner.Type, Owner.Email, OwnerId FROM Lead", "Owner");
    expect(owners).toEqual([
      { attributes: { type: "Name", url: url("User", ada.Id) }, Name: "Ada", Type: "User", Email: "ada@us.example" },
      {
        attributes: { type: "Name", url: url("Group", queue.Id) },
        Name: "Inbound",
        Type: "Queue",
        Email: "in@us.example",
      },
      null,
    ]);
  });

  test("parents of parents are nested", () => {
    const text = `SELECT ConvertedAccount.Name, ConvertedAccount.Parent.Owner.Name ${annOnly}`;
    expect(column(source, text, "ConvertedAccount")).toEqual([
      {
        attributes: { type: "Account", url: url("Account", id("001", 3)) },
        Name: "Leaf",
        Parent: {
          attributes: { type: "Account", url: url("Account", id("001", 2)) },
          Owner: { attributes: { type: "User", url: url("User", bea.Id) }, Name: "Bea" },
        },
      },
    ]);
  });

  test("children are an answer of their own, or null", () => {
    const text = "SELECT Name, (SELECT Name FROM Contacts WHERE Name != 'Xia' ORDER BY Name LIMIT 1) FROM Account";
    expect(column(source, text, "Contacts")).toEqual([
      {
        totalSize: 1,
        done: true,
        records: [{ attributes: { type: "Contact", url: url("Contact", id("003", 2)) }, Name: "Yan" }],
      },
      null,
      null,
    ]);
  });

  test("children of children belong to their own parents", () => {
    const text = "SELECT Name, (SELECT Name, (SELECT Subject FROM Tasks) FROM Account.Contacts) FROM Account";
    const [root] = column(source, text, "Contacts");
    expect(root).toMatchObject({
      records: [
        { Name: "Zoe", Tasks: { records: [{ Subject: "Mail" }] } },
        { Name: "Yan", Tasks: null },
      ],
    });
  });

  test("an address is put together from its parts", () => {
    expect(column(source, "SELECT Address FROM Lead", "Address")).toEqual([
      { street: "1 Main St", postalCode: null },
      null,
      null,
    ]);
  });

  test("FIELDS() names them all, or those that are custom or not", () => {
    const names = (group: string) =>
      Object.keys(answer(source, `SELECT FIELDS(${group}) FROM Lead LIMIT 200`)[0] ?? {});
    expect(names("CUSTOM")).toEqual(["attributes", "BestTime__c"]);
    expect(names("STANDARD")).toEqual(names("ALL").filter((name) => name !== "BestTime__c"));
    expect(names("ALL")).toContain("Address");
  });
});

describe("COUNT and GROUP BY (salesforce.md §8 SOQL subset)", () => {
  test.each([
    ["SELECT COUNT() FROM Lead", 3],
    ["SELECT count() FROM Lead WHERE Company = 'acme'", 2],
    ["SELECT COUNT() FROM Lead LIMIT 1", 1],
  ])("%s", (text, count) => expect(runSoql(text, source)).toMatchObject({ count, records: [] }));

  test.each([
    ["COUNT(Id), COUNT(Status) s, COUNT(Email)", "", [{ expr0: 3, s: 2, expr1: 1 }]],
    ["COUNT(Id)", "WHERE Name = 'nobody'", [{ expr0: 0 }]],
    [
      "MAX(NumberOfEmployees), MIN(Name), SUM(NumberOfEmployees), AVG(NumberOfEmployees) a",
      "",
      [{ expr0: 10, expr1: "Ann", expr2: 13, a: 6.5 }],
    ],
    ["MAX(CreatedDate) latest", "", [{ latest: "2026-11-20T09:00:00.000+0000" }]],
    ["COUNT_DISTINCT(Company) n", "", [{ n: 2 }]],
    [
      "Company c, COUNT(Id)",
      "GROUP BY Company ORDER BY COUNT(Id) DESC",
      [
        { c: "Acme", expr0: 2 },
        { c: "O'Neil \\ 100%", expr0: 1 },
      ],
    ],
    [
      "Owner.Type, COUNT(Id) n",
      "GROUP BY Owner.Type ORDER BY Owner.Type NULLS LAST LIMIT 2",
      [
        { Type: "Queue", n: 1 },
        { Type: "User", n: 1 },
      ],
    ],
    ["Status", "WHERE Name = 'nobody' GROUP BY Status", []],
  ])("SELECT %s FROM Lead %s", (what, rest, groups) => {
    const attributes = { type: "AggregateResult" };
    const expected = groups.map((group) => ({ attributes, ...group }));
    expect(answer(source, `SELECT ${what} FROM Lead ${rest}`)).toEqual(expected);
  });
});

describe("what the caller is told", () => {
  test.each([
    ["SELECT Id FROM Lead WHERE Email LIKE '%@acme.example'", true],
    ["SELECT Id FROM Lead WHERE Name = 'a' OR (NOT Email LIKE '_x')", true],
    ["SELECT (SELECT Id FROM Contacts WHERE Name LIKE '%x') FROM Account", true],
    ["SELECT COUNT() FROM Lead WHERE Name LIKE '%x'", true],
    ["SELECT Id FROM Lead WHERE Id IN (SELECT WhoId FROM Task WHERE Subject LIKE '%x')", true],
    ["SELECT Id FROM Lead WHERE Name LIKE 'x%'", false],
    ["SELECT Id FROM Lead WHERE Name LIKE '\\%x'", false],
    ["SELECT Id FROM Lead WHERE Name = '%x'", false],
  ])("§4.2: does a LIKE begin with a wildcard in %s? %s", (text, is) => {
    expect(runSoql(text, source).hasLeadingWildcard).toBe(is);
  });

  test.each([
    [`Id IN ('${id("00Q", 1)}', '${id("00Q", 1).slice(0, 15)}') AND Name = 'Ann'`],
    [`(Id = '${id("00Q", 1)}') AND (Name != 'x' OR Name = 'y')`],
  ])("records are read by their ids, each once: %s", (where) => {
    const own = aSource(rows);
    expect(column(own, `SELECT Name FROM Lead WHERE ${where}`)).toEqual(["Ann"]);
    expect(own.asked).toEqual([]);
  });

  test.each([
    [`Id = '${id("00Q", 1)}' OR Name = 'bob'`, ["Ann", "bob"]],
    [`NOT (Id = '${id("00Q", 1)}')`, ["bob", "Cem"]],
    [`Id NOT IN ('${id("00Q", 1)}')`, ["bob", "Cem"]],
  ])("no id is required by %s", (where, names) => expect(found(where)).toEqual(names));

  test("an index is asked in keys, and what it names too much is left out", () => {
    const asked: unknown[] = [];
    const index = ({ name }: { name: string }, field: string, values: readonly unknown[]) => {
      asked.push([name, field, values]);
      return field === "Company" ? [...leads, ...leads] : null;
    };
    const own = aSource(rows, { index });
    const where =
      "CreatedDate = 2026-11-20T09:00:00Z AND Company IN ('ACME') AND IsConverted = true AND Status != null";
    expect(column(own, `SELECT Name FROM Lead WHERE ${where}`)).toEqual(["Ann"]);
    expect(asked).toEqual([
      ["Lead", "CreatedDate", [at("2026-11-20T09:00:00Z")]],
      ["Lead", "Company", ["acme"]],
    ]);
    expect(own.asked).toEqual([]);
  });

  test("children are found by an index, each once", () => {
    const contacts = rows.Contact ?? [];
    const index = (_object: unknown, field: string) => (field === "AccountId" ? [...contacts, ...contacts] : null);
    const own = aSource(rows, { index });
    const text = "SELECT Name, (SELECT Name FROM Contacts) FROM Account";
    expect(answer(own, text)).toEqual(answer(source, text));
    expect(own.asked).toEqual(["Account"]);
  });

  test("no index is asked for a value that may be null", () => {
    const own = aSource(rows, { index: () => [] });
    expect(column(own, "SELECT Name FROM Lead WHERE Status IN (null, 'Open')")).toEqual(["bob", "Cem"]);
  });
});

describe("many leads", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => {
    return { Id: id("00Q", index), Name: `Lead ${index}`, SystemModstamp: now - (index >> 3) * 1_000 };
  });
  const large = aSource({ Lead: many });
  const ids = many.slice(0, 400).map((row) => `'${row.Id}'`);
  const t = new Date(now - 600_000).toISOString();

  test.each([
    ["400 ids", `SELECT Id, Name FROM Lead WHERE Id IN (${ids.join(",")})`, 400],
    [
      "the keyset poll",
      `SELECT Id, SystemModstamp FROM Lead WHERE (SystemModstamp > ${t} OR (SystemModstamp = ${t} AND Id > '${id("00Q", 0)}')) AND SystemModstamp <= ${new Date(now).toISOString()} ORDER BY SystemModstamp ASC, Id ASC LIMIT 2000`,
      2000,
    ],
  ])("10,000 leads: %s", (_what, text, count) => {
    expect(runSoql(text, large).records).toHaveLength(count);
  });
});
