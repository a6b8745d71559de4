import { describe, expect, test } from "@jest/globals";
import { aSource, at, column, id, queue, source } from "./soql-world.ts";

const found = (where: string): unknown => column(source, `SELECT Name FROM Lead WHERE ${where}`);

describe("WHERE (salesforce.md §8 SOQL subset)", () => {
  test.each([
    ["Company = 'ACME'", ["Ann", "Cem"]],
    ["Company != 'acme'", ["bob"]],
    ["Company <> 'acme'", ["bob"]],
    ["company IN ('ACME', 'x')", ["Ann", "Cem"]],
    ["Company NOT IN ('acme')", ["bob"]],
    ["Company LIKE 'AC%'", ["Ann", "Cem"]],
    ["Company LIKE '_cm_'", ["Ann", "Cem"]],
    ["Company LIKE '%100\\%'", ["bob"]],
    ["Company LIKE '%\\_%'", []],
    ["Company = 'O\\'Neil \\\\ 100%'", ["bob"]],
    ["Company = '\\u0041cme'", ["Ann", "Cem"]],
    ["Name > 'ann'", ["bob", "Cem"]],
    ["NumberOfEmployees = 10", ["Ann"]],
    ["AnnualRevenue >= 1.5", ["Ann"]],
    ["IsConverted = TRUE", ["Ann"]],
    ["BestTime__c = 09:00:00Z", ["Ann"]],
    ["Lead.Name = 'bob'", ["bob"]],
    ["OwnerId IN (SELECT Id FROM Group WHERE Type = 'Queue')", ["bob"]],
    [`Id = '${id("00Q", 1)}'`, ["Ann"]],
    [`Id = '${id("00Q", 1).slice(0, 15)}'`, ["Ann"]],
    [`Id IN ('${id("00Q", 2).slice(0, 15)}', '${id("00Q", 9)}')`, ["bob"]],
    [`OwnerId = '${queue.Id.slice(0, 15)}'`, ["bob"]],
    [`Id > '${id("00Q", 2).slice(0, 15)}'`, ["Cem"]],
    ["(Name = 'Ann' OR Name = 'bob') AND Company = 'acme'", ["Ann"]],
    ["(NOT Name = 'Ann') AND Company = 'acme'", ["Cem"]],
    ["NOT (Name = 'Ann' OR Name = 'bob')", ["Cem"]],
    ["Name = 'Ann' AND Company = 'Acme' AND IsConverted = true", ["Ann"]],
  ])("%s", (where, names) => expect(found(where)).toEqual(names));

  test.each([
    ["an unequal value is also none", "Status != 'Open'", ["Ann", "Cem"]],
    ["nothing is before", "NumberOfEmployees < 5", ["bob"]],
    ["nothing is after", "NumberOfEmployees > 0", ["Ann", "bob"]],
    ["is null", "Status = null", ["Cem"]],
    ["is not null", "Status != NULL", ["Ann", "bob"]],
    ["an empty text is null", "Status = ''", ["Cem"]],
    ["among others", "Status IN ('Open', null)", ["bob", "Cem"]],
    ["not like anything", "Status LIKE '%'", ["Ann", "bob"]],
    ["a check box is false", "IsConverted = false", ["bob", "Cem"]],
    ["a path through no parent", "ConvertedAccount.Name = null", ["bob", "Cem"]],
    ["a path through no parent differs", "ConvertedAccount.Name != 'Root'", ["Ann", "bob", "Cem"]],
  ])("null: %s", (_what, where, names) => expect(found(where)).toEqual(names));

  test.each([
    ["Owner.Name = 'ada'", ["Ann"]],
    ["Owner.Type = 'Queue'", ["bob"]],
    ["Owner.Type = 'User' AND Owner.IsActive = true", ["Ann"]],
    ["ConvertedAccount.Parent.Parent.Owner.Manager.Name = 'Bea'", ["Ann"]],
    ["ConvertedAccount.Parent.OwnerId = '005000000000002'", ["Ann"]],
  ])("paths: %s", (where, names) => expect(found(where)).toEqual(names));

  test.each([
    ["CreatedDate = 2026-11-20T09:00:00Z", ["Ann"]],
    ["CreatedDate = 2026-11-20T10:00:00.000+01:00", ["Ann"]],
    ["CreatedDate = 2026-11-20T10:00:00+0100", ["Ann"]],
    ["CreatedDate < 2026-11-20T00:00:00.000Z", ["bob", "Cem"]],
    ["ConvertedDate = 2026-11-19", ["Ann"]],
    ["ConvertedDate > 2026-11-19", ["bob"]],
    ["CreatedDate = TODAY", ["Ann"]],
    ["CreatedDate != TODAY", ["bob", "Cem"]],
    ["CreatedDate < TODAY", ["bob", "Cem"]],
    ["CreatedDate <= TODAY", ["Ann", "bob", "Cem"]],
    ["CreatedDate > YESTERDAY", ["Ann"]],
    ["ConvertedDate > YESTERDAY", ["bob"]],
    ["CreatedDate >= YESTERDAY", ["Ann", "bob"]],
    ["ConvertedDate = yesterday", ["Ann"]],
    ["ConvertedDate IN (TODAY, TOMORROW)", ["bob"]],
    ["CreatedDate = LAST_N_DAYS:1", ["Ann", "bob"]],
    ["CreatedDate = LAST_N_DAYS:0", ["Ann"]],
    ["ConvertedDate < NEXT_N_DAYS:3", ["Ann", "bob"]],
    ["ConvertedDate = N_DAYS_AGO:1", ["Ann"]],
    ["CreatedDate = LAST_90_DAYS", ["Ann", "bob"]],
    ["CreatedDate = THIS_YEAR", ["Ann", "bob"]],
    ["CreatedDate = LAST_YEAR", ["Cem"]],
    ["CreatedDate = LAST_N_YEARS:99999999999", ["Cem"]],
    ["CreatedDate = THIS_QUARTER", ["Ann", "bob"]],
  ])("dates: %s", (where, names) => expect(found(where)).toEqual(names));

  // A Friday, so its week begins on Sunday the 15th.
  test.each([
    ["THIS_WEEK", "2026-11-15", "2026-11-21"],
    ["LAST_WEEK", "2026-11-08", "2026-11-14"],
    ["NEXT_WEEK", "2026-11-22", "2026-11-28"],
    ["LAST_N_WEEKS:2", "2026-11-01", "2026-11-14"],
    ["NEXT_N_DAYS:2", "2026-11-21", "2026-11-22"],
    ["NEXT_90_DAYS", "2026-11-21", "2027-02-18"],
    ["THIS_MONTH", "2026-11-01", "2026-11-30"],
    ["LAST_MONTH", "2026-10-01", "2026-10-31"],
    ["LAST_N_MONTHS:11", "2025-12-01", "2026-10-31"],
    ["NEXT_QUARTER", "2027-01-01", "2027-03-31"],
    ["N_YEARS_AGO:2", "2024-01-01", "2024-12-31"],
  ])("%s is from %s to %s", (literal, first, last) => {
    const days = [-1, 0].flatMap((step) => [at(first) + step * 86_400_000, at(last) - step * 86_400_000]);
    const lead = days.map((day) => ({ Name: day, ConvertedDate: new Date(day).toISOString().slice(0, 10) }));
    const dated = aSource({ Lead: lead.map((row, index) => ({ ...row, Id: id("00Q", index) })) });
    expect(column(dated, `SELECT Name FROM Lead WHERE ConvertedDate = ${literal}`)).toEqual([at(first), at(last)]);
  });

  test.each([
    ["2026-11-20T03:30:00Z", "America/New_York", "2026-11-19T05:00:00Z", "2026-11-20T05:00:00Z"],
    ["2026-11-20T20:00:00Z", "Asia/Kolkata", "2026-11-20T18:30:00Z", "2026-11-21T18:30:00Z"],
    ["2026-10-04T05:00:00Z", "Australia/Sydney", "2026-10-03T14:00:00Z", "2026-10-04T13:00:00Z"],
    ["2026-03-29T21:00:00Z", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
    ["2026-10-25T22:30:00Z", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
  ])("TODAY at %s in %s is from %s to %s", (time, timeZone, begin, end) => {
    const times = [at(begin) - 1, at(begin), at(end) - 1, at(end)];
    const Lead = times.map((CreatedDate, index) => ({ Id: id("00Q", index), Name: index, CreatedDate }));
    const zoned = aSource({ Lead }, { timeZone, now: at(time) });
    expect(column(zoned, "SELECT Name FROM Lead WHERE CreatedDate = TODAY")).toEqual([1, 2]);
  });

  test.each([
    ["Id IN (SELECT WhoId FROM Task WHERE IsClosed = false)", ["Ann"]],
    ["Id NOT IN (SELECT WhoId FROM Task)", ["bob", "Cem"]],
    ["Id IN (SELECT WhoId FROM Task WHERE Id = '00T000000000001')", ["Ann"]],
    ["OwnerId IN (SELECT Id FROM User WHERE Name = 'Ada') AND Id IN (SELECT WhoId FROM Task)", ["Ann"]],
    ["ConvertedAccountId IN (SELECT AccountId FROM Contact c WHERE c.Name LIKE 'x%')", ["Ann"]],
  ])("semi-join: %s", (where, names) => expect(found(where)).toEqual(names));
});

describe("ORDER BY, LIMIT and OFFSET (salesforce.md §8 SOQL subset)", () => {
  test.each([
    ["ORDER BY Name", ["Ann", "bob", "Cem"]],
    ["ORDER BY Name DESC", ["Cem", "bob", "Ann"]],
    ["ORDER BY NumberOfEmployees", ["Cem", "bob", "Ann"]],
    ["ORDER BY NumberOfEmployees ASC NULLS LAST", ["bob", "Ann", "Cem"]],
    ["ORDER BY NumberOfEmployees DESC NULLS LAST", ["Ann", "bob", "Cem"]],
    ["ORDER BY NumberOfEmployees DESC NULLS FIRST", ["Cem", "Ann", "bob"]],
    ["ORDER BY Status NULLS LAST", ["bob", "Ann", "Cem"]],
    ["ORDER BY SystemModstamp DESC, Id DESC", ["bob", "Ann", "Cem"]],
    ["ORDER BY Owner.Name NULLS LAST", ["Ann", "bob", "Cem"]],
    ["ORDER BY Name LIMIT 1 OFFSET 1", ["bob"]],
    ["LIMIT 2", ["Ann", "bob"]],
    ["LIMIT 0", []],
    ["OFFSET 2000", []],
    ["LIMIT 1 FOR VIEW", ["Ann"]],
    ["LIMIT 1 FOR UPDATE", ["Ann"]],
  ])("%s", (rest, names) => expect(column(source, `SELECT Name FROM Lead ${rest}`)).toEqual(names));

  test("§1.8: the keyset poll reads each record once", () => {
    const poll = (t: string, last: string) =>
      column(
        source,
        `SELECT Id, Name FROM Lead WHERE (SystemModstamp > ${t} OR (SystemModstamp = ${t} AND Id > '${last}')) AND SystemModstamp <= 2026-11-20T09:25:00.000Z ORDER BY SystemModstamp ASC, Id ASC LIMIT 1`,
      );
    expect(poll("1970-01-01T00:00:00.000Z", id("00Q", 3))).toEqual(["Ann"]);
    expect(poll("2026-11-20T09:00:00.000Z", id("00Q", 1))).toEqual(["bob"]);
    expect(poll("2026-11-20T09:00:00.000Z", id("00Q", 2))).toEqual([]);
  });
});
