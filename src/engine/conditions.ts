import { leadFields } from "../model/lead.ts";
import { emailDomain } from "./normalise/domain.ts";
import { normaliseEmployees } from "./normalise/employees.ts";
import { normaliseScore } from "./normalise/score.ts";
import { operators } from "./operators.ts";
import type { Condition } from "./policy.ts";
import type { LeadFacts } from "./snapshot.ts";

/** What a condition may ask of an account. */
export const accountFields = [
  "name",
  "country",
  "state",
  "employees",
  "isCustomer",
  "isCompetitor",
  "ownerId",
] as const;

/** Every field name that a condition may use, but for `lead.crm.<theirs>`. */
export const conditionFields: readonly string[] = [
  ...leadFields.map((field) => `lead.${field}`),
  "lead.emailDomain",
  "lead.ownerId",
  ...accountFields.map((field) => `account.${field}`),
];

/** `missing` names the fields without a value that the answer hung on. */
export type Verdict = { holds: boolean; missing: readonly string[] };

/** Does the condition hold for these facts at `now`? Never throws; a missing field makes its line false. */
export function evaluate(condition: Condition, facts: LeadFacts, now: string): Verdict {
  if ("all" in condition) return combine(condition.all, facts, now, true);
  if ("any" in condition) return combine(condition.any, facts, now, false);
  if ("not" in condition) {
    const inner = evaluate(condition.not, facts, now);
    return { holds: !inner.holds, missing: inner.missing };
  }
  const operator = operators[condition.operator];
  const actual = fieldValue(facts, condition.field);
  if (actual === null) return { holds: operator.takesMissing, missing: [condition.field] };
  return { holds: operator.holds(actual, condition.value, now), missing: [] };
}

function combine(conditions: readonly Condition[], facts: LeadFacts, now: string, all: boolean): Verdict {
  const missing: string[] = [];
  for (const condition of conditions) {
    const verdict = evaluate(condition, facts, now);
    if (verdict.holds !== all) return { holds: !all, missing: all ? verdict.missing : [] };
    missing.push(...verdict.missing);
  }
  return { holds: all, missing };
}

const cleaned: Readonly<Record<string, (text: string) => string | null>> = {
  score: (text) => textOf(normaliseScore(text).value),
  fitScore: (text) => textOf(normaliseScore(text).value),
  employees: (text) => textOf(normaliseEmployees(text).value),
};

const textOf = (value: number | null): string | null => (value === null ? null : String(value));

/** A field as text, numbers cleaned; null when it is empty, unknown or unreadable. */
export function fieldValue(facts: LeadFacts, field: string): string | null {
  const [noun, ...rest] = field.split(".");
  const name = rest.join(".");
  if (noun === "account") return accountValue(facts, name);
  if (name === "emailDomain") return emailDomain(facts.lead.fields.email).domain;
  if (name === "ownerId") return facts.lead.ownerId;
  const value = Object.hasOwn(facts.lead.fields, name) ? (facts.lead.fields[name]?.trim() ?? "") : "";
  if (value === "") return null;
  const clean = Object.hasOwn(cleaned, name) ? cleaned[name] : undefined;
  return clean === undefined ? value : clean(value);
}

function accountValue(facts: LeadFacts, name: string): string | null {
  const account = facts.match?.account;
  const field = accountFields.find((known) => known === name);
  if (account === undefined || field === undefined) return null;
  if (field === "employees") return textOf(normaliseEmployees(account.employees).value);
  const value = account[field];
  return value === null ? null : String(value);
}
