import { describe, expect, test } from "@jest/globals";
import { SalesforceError } from "../../../src/sandbox/salesforce/errors.ts";
import { runSoql } from "../../../src/sandbox/salesforce/soql/run-soql.ts";
import { source } from "./soql-world.ts";

function refused(text: string): { errorCode: string; message: string } {
  try {
    runSoql(text, source);
  } catch (error) {
    if (error instanceof SalesforceError && error.status === 400 && error.entries[0]) return error.entries[0];
    throw error;
  }
  throw new Error(`It was answered: ${text}`);
}

describe("what the service refuses (salesforce.md §3.2, §8 Errors)", () => {
  test("a field that does not exist, with its place", () => {
    expect(refused("SELECT Nam, Id FROM Lead")).toEqual({
      errorCode: "INVALID_FIELD",
      message: `
SELECT Nam, Id FROM Lead
       ^
ERROR at Row:1:Column:8
No such column 'Nam' on entity 'Lead'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    });
  });

  test("a long row is cut after the place as well", () => {
    const { message } = refused("SELECT Nam, Company, Status, Email, NumberOfEmployees, AnnualRevenue FROM Lead");
    expect(message.split("\n")[1]).toBe("SELECT Nam, Company, Status, Email, NumberOfEmployees");
  });

  test("an object that does not exist", () => {
    expect(refused("SELECT Id FROM Led")).toEqual({
      errorCode: "INVALID_TYPE",
      message: `
SELECT Id FROM Led
               ^
ERROR at Row:1:Column:16
sObject type 'Led' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
    });
  });

  test("AND beside OR; the place is in its row, and a long row is cut", () => {
    const text = `SELECT Id\nFROM Lead\nWHERE OwnerId = '005000000000001' AND Name LIKE 'test' OR Email LIKE 'test'`;
    expect(refused(text)).toEqual({
      errorCode: "MALFORMED_QUERY",
      message: `
= '005000000000001' AND Name LIKE 'test' OR Email LIKE 'test'
                                        ^
ERROR at Row:3:Column:55
unexpected token: 'OR'`,
    });
  });

  test.each([
    ["", "unexpected token: '<EOF>'"],
    ["SELECT FROM Lead", "unexpected token: 'FROM'"],
    ["SELECT Id, FROM Lead", "unexpected token: 'FROM'"],
    ["SELECT Id FROM Lead WHERE", "unexpected token: '<EOF>'"],
    ["SELECT Id FROM Lead WHERE Name = 'O'Neil'", "unexpected token: 'Neil'"],
    ["SELECT Id FROM Lead WHERE Name = 'x", "unexpected token: '''"],
    ["SELECT Id FROM Lead WHERE Name = ann", "unexpected token: 'ann'"],
    ["SELECT Id FROM Lead WHERE Id IN ()", "unexpected token: ')'"],
    ["SELECT Id FROM Lead WHERE Name = 'a' OR Name = 'b' AND Name = 'c'", "unexpected token: 'AND'"],
    ["SELECT Id FROM Lead WHERE Name = 'a' AND NOT (Name = 'b')", "unexpected token: 'NOT'"],
    ["SELECT Id FROM Lead WHERE Name NOT LIKE 'a'", "unexpected token: 'LIKE'"],
    ["SELECT Id FROM Lead WHERE Name = '\\x'", "Illegal character sequence '\\x' in string literal."],
    ["SELECT Id FROM Lead WHERE CreatedDate > 2026-11-20T09:00:00", "no viable alternative at character '<EOF>'"],
    ["SELECT Id FROM Lead WHERE CreatedDate > 2026-11-20T09:00:00.000 0000", "no viable alternative at character ' '"],
    ["SELECT Id FROM Lead WHERE ConvertedDate > 2026-02-30", "Invalid date: 2026-02-30"],
    ["SELECT Id FROM Lead WHERE CreatedDate > Thu Jan 01 1970", "unexpected token: 'Thu'"],
    ["SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS", "unexpected token: '<EOF>'"],
    ["SELECT Id FROM Lead WHERE Name = :name", "Bind variables only allowed in Apex code"],
    ["SELECT Id n FROM Lead", "only aggregate expressions use field aliasing"],
    ["SELECT Id FROM Lead ALL ROWS", "ALL ROWS not allowed in this context"],
    ["SELECT Id FROM Lead LIMIT 1 WHERE Name = 'a'", "unexpected token: 'WHERE'"],
    ["SELECT FIELDS(ALL) FROM Lead", "The SOQL FIELDS function must have a LIMIT of at most 200"],
    ["SELECT FIELDS(ALL) FROM Lead LIMIT 201", "The SOQL FIELDS function must have a LIMIT of at most 200"],
    ["SELECT Id FROM Lead ORDER BY Description", "field 'Description' can not be sorted in a query call"],
    ["SELECT Name, COUNT(Id) FROM Lead", "Field must be grouped or aggregated: Name"],
    ["SELECT COUNT(Id) FROM Lead GROUP BY Status ORDER BY Name", "Ordered field must be grouped or aggregated: Name"],
    ["SELECT COUNT(Id) FROM Lead GROUP BY CreatedDate", "field 'CreatedDate' can not be grouped in a query call"],
    [
      "SELECT COUNT(Id) FROM Lead LIMIT 1",
      "Non-grouped query that uses overall aggregate functions cannot also use LIMIT",
    ],
    ["SELECT SUM(Name) FROM Lead", "field Name does not support aggregate operator SUM"],
    ["SELECT COUNT(Id) n, COUNT(Name) n FROM Lead", "duplicate alias: n"],
    ["SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account", "only root queries support aggregate expressions"],
    ["SELECT Id FROM Lead WHERE Id IN (SELECT WhoId FROM Task) OR Name = 'a'", "not allowed with the 'OR' operator"],
    ["SELECT Id FROM Lead WHERE Name IN (SELECT WhoId FROM Task)", "should be an id field, cannot use: 'Name'"],
    ["SELECT Id FROM Lead WHERE Id IN (SELECT Subject FROM Task)", "can only query id fields, cannot use: 'Subject'"],
    ["SELECT Id FROM Lead WHERE Id IN (SELECT AccountId FROM Contact)", "should point to the same object type"],
    [
      "SELECT Id FROM Lead WHERE Id IN (SELECT WhoId FROM Task WHERE Id IN (SELECT Id FROM Task))",
      "Nesting of semi join",
    ],
    [
      `SELECT Id FROM Lead WHERE Name = '${"x".repeat(100_000)}'`,
      "SOQL statements cannot be longer than 100000 characters.",
    ],
    ["SELECT Id FROM Lead WITH SECURITY_ENFORCED", "WITH is SOQL, but this local Salesforce does not know it"],
    ["SELECT toLabel(Status) FROM Lead", "toLabel() is SOQL, but this local Salesforce does not know it"],
  ])("MALFORMED_QUERY: %s", (text, words) => {
    const { errorCode, message } = refused(text);
    expect(errorCode).toBe("MALFORMED_QUERY");
    expect(message).toContain(words);
  });

  const mustBe = (type: string, quoting: string) =>
    `must be of type ${type} and should ${quoting}be enclosed in quotes`;

  test.each([
    ["INVALID_FIELD", "WHERE CreatedDate > '2026-11-20T09:00:00Z'", mustBe("dateTime", "not ")],
    ["INVALID_FIELD", "WHERE CreatedDate > 2026-11-20", mustBe("dateTime", "not ")],
    ["INVALID_FIELD", "WHERE ConvertedDate > 2026-11-20T09:00:00Z", mustBe("date", "not ")],
    ["INVALID_FIELD", "WHERE AnnualRevenue > '5'", mustBe("double", "not ")],
    ["INVALID_FIELD", "WHERE NumberOfEmployees > '5'", mustBe("int", "not ")],
    ["INVALID_FIELD", "WHERE IsConverted = 'true'", mustBe("boolean", "not ")],
    [
      "INVALID_FIELD",
      "WHERE Name = 5",
      "value of filter criterion for field 'Name' must be of type string and should be",
    ],
    ["INVALID_FIELD", "WHERE Name IN ('a', 5)", mustBe("string", "")],
    ["INVALID_FIELD", "WHERE Description = 'a'", "field 'Description' can not be filtered in a query call"],
    ["INVALID_FIELD", "WHERE Address = 'a'", "Address fields can only be filtered using Distance expressions"],
    ["INVALID_FIELD", "WHERE Owner.Company = 'a'", "No such column 'Company' on entity 'Name'."],
    ["INVALID_FIELD", "WHERE Boss.Name = 'a'", "Didn't understand relationship 'Boss' in field path."],
    ["INVALID_FIELD", "WHERE OwnerId.Name = 'a'", "Didn't understand relationship 'OwnerId' in field path."],
    ["INVALID_FIELD", "ORDER BY Nam", "ERROR at Row:1:Column:30\nNo such column 'Nam'"],
    ["INVALID_FIELD", "WHERE ConvertedAccount.Parent.Parent.Parent.Parent.Parent.Name = 'a'", "at most 5 levels"],
    ["INVALID_QUERY_FILTER_OPERATOR", "WHERE Id = 'abc'", "ERROR at Row:1:Column:27\ninvalid ID field: abc"],
    [
      "INVALID_QUERY_FILTER_OPERATOR",
      "WHERE OwnerId IN ('00Q000000000001EAB')",
      "invalid ID field: 00Q000000000001EAB",
    ],
    ["INVALID_QUERY_FILTER_OPERATOR", "WHERE Id LIKE '00Q%'", "invalid operator on id field"],
    ["INVALID_QUERY_FILTER_OPERATOR", "WHERE IsConverted > false", "invalid operator on boolean field"],
    ["INVALID_QUERY_FILTER_OPERATOR", "WHERE CreatedDate LIKE '2026%'", "invalid operator on dateTime field"],
    ["NUMBER_OUTSIDE_VALID_RANGE", "OFFSET 2001", "Maximum SOQL offset allowed is 2000"],
    ["QUERY_TOO_COMPLICATED", `WHERE ${"(".repeat(201)}`, "the filter conditions are too complicated"],
  ])("%s: %s", (errorCode, rest, words) => {
    const error = refused(`SELECT Id FROM Lead ${rest}`);
    expect(error.errorCode).toBe(errorCode);
    expect(error.message).toContain(words);
  });

  test.each([
    ["SELECT Id, id FROM Lead", "INVALID_FIELD", "duplicate field selected: Id"],
    ["SELECT Id, FIELDS(ALL) FROM Lead LIMIT 1", "INVALID_FIELD", "duplicate field selected: Id"],
    [
      "SELECT (SELECT Id FROM Contact) FROM Account",
      "INVALID_TYPE",
      "Didn't understand relationship 'Contact' in FROM part",
    ],
    [
      "SELECT Id FROM Lead WHERE Id IN (SELECT WhoId FROM Tusk)",
      "INVALID_TYPE",
      "sObject type 'Tusk' is not supported.",
    ],
  ])("%s", (text, errorCode, words) => {
    const error = refused(text);
    expect(error.errorCode).toBe(errorCode);
    expect(error.message).toContain(words);
  });
});
