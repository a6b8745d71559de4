import { describe, expect, test } from "@jest/globals";
import { evaluate } from "../../src/engine/conditions.ts";
import type { ConditionValue, OperatorName } from "../../src/engine/operators.ts";
import { aLead, aMatch, fridayMorning, someFacts } from "../builders.ts";

const facts = someFacts({
  lead: aLead({
    ownerId: "rep-b",
    fields: {
      conversion: "Book a DEMO now",
      score: "80",
      employees: "1,000+",
      engagedAt: "2026-11-01T09:00:00Z",
      "crm.flag": "true",
    },
  }),
  match: aMatch({ isCustomer: true, employees: "51-200" }),
});

const line = (field: string, operator: OperatorName, value: ConditionValue = null) => ({ field, operator, value });

const holds = (field: string, operator: OperatorName, value: ConditionValue = null) =>
  evaluate(line(field, operator, value), facts, fridayMorning);

describe("each operator", () => {
  test.each<[string, OperatorName, ConditionValue, boolean]>([
    ["lead.crm.flag", "equals", "TRUE ", true],
    ["lead.crm.flag", "equals", "false", false],
    ["lead.crm.flag", "not_equals", "false", true],
    ["lead.crm.flag", "not_equals", "true", false],
    ["lead.country", "in", ["Austria", "germany"], true],
    ["lead.country", "in", ["Austria"], false],
    ["lead.country", "not_in", ["Austria"], true],
    ["lead.country", "not_in", ["Germany"], false],
    ["lead.conversion", "contains", ["pricing", "demo"], true],
    ["lead.conversion", "contains", "pricing", false],
    ["lead.score", "gte", 80, true],
    ["lead.score", "gt", 80, false],
    ["lead.score", "lte", 80, true],
    ["lead.score", "lt", 80, false],
    ["lead.employees", "gte", 1001, true],
    ["lead.conversion", "starts_with", ["pricing", "book a "], true],
    ["lead.conversion", "starts_with", "demo", false],
    ["lead.conversion", "ends_with", ["NOW"], true],
    ["lead.conversion", "ends_with", "demo", false],
    ["lead.conversion", "matches", "\\bdemo\\b", true],
    ["lead.conversion", "matches", "^demo", false],
    ["lead.score", "between", [60, 80], true],
    ["lead.score", "between", [81, 90], false],
    ["lead.email", "between", [0, 1], false],
    ["lead.engagedAt", "older_than_days", 18, true],
    ["lead.engagedAt", "older_than_days", 30, false],
    ["lead.engagedAt", "within_days", 30, true],
    ["lead.engagedAt", "within_days", 18, false],
    ["lead.email", "known", null, true],
    ["lead.email", "unknown", null, false],
    ["lead.emailDomain", "equals", "muster-maschinen.de", true],
    ["lead.ownerId", "equals", "rep-b", true],
    ["account.isCustomer", "equals", "true", true],
    ["account.employees", "lt", 127, true],
  ])("%s %s %j is %s", (field, operator, value, expected) => {
    expect(holds(field, operator, value)).toBe(expected);
  });
});

describe("a missing field", () => {
  test.each<OperatorName>([
    "equals",
    "not_equals",
    "in",
    "not_in",
    "contains",
    "gte",
    "lt",
    "within_days",
    "known",
  ])("makes %s false", (operator) => {
    expect(holds("lead.industry", operator, 5)).toBe(false);
  });

  test("makes only unknown true", () => {
    expect(holds("lead.industry", "unknown")).toBe(true);
  });

  test.each([
    "account.name",
    "lead.crm.none",
    "lead.__proto__",
    "lead.constructor",
  ])("%s without a value is missing", (field) => {
    expect(evaluate(line(field, "known"), someFacts(), fridayMorning)).toBe(false);
  });

  test("a value in the future is not in the last days", () => {
    const later = someFacts({ lead: aLead({ fields: { engagedAt: "9999-01-01T00:00:00Z" } }) });
    expect(evaluate(line("lead.engagedAt", "within_days", 30), later, fridayMorning)).toBe(false);
  });

  test("a date that is none is not in the last days (reliability.md B195)", () => {
    const zero = someFacts({ lead: aLead({ fields: { engagedAt: "0000-00-00" } }) });
    expect(evaluate(line("lead.engagedAt", "within_days", 30), zero, fridayMorning)).toBe(false);
  });
});

describe("combinations", () => {
  const yes = line("lead.email", "known");
  const no = line("lead.industry", "known");

  test.each([
    ["all of yes and no", { all: [yes, no] }, false],
    ["all of yes", { all: [yes, yes] }, true],
    ["any of no and yes", { any: [no, yes] }, true],
    ["any of no", { any: [no, no] }, false],
    ["not no", { not: no }, true],
    ["not yes", { not: yes }, false],
  ])("%s", (_, condition, expected) => {
    expect(evaluate(condition, facts, fridayMorning)).toBe(expected);
  });
});
