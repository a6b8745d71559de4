import { leadFields } from "../model/lead.ts";
import { normaliseCompany } from "./normalise/company.ts";
import { normaliseCountry } from "./normalise/country.ts";
import { emailDomain } from "./normalise/domain.ts";
import { normaliseEmployees } from "./normalise/employees.ts";
import { normalisePhone } from "./normalise/phone.ts";
import { normaliseScore } from "./normalise/score.ts";
import { operators } from "./operators.ts";
import type { Condition, ConditionLine } from "./policy.ts";
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

/** What `readLead` adds to a lead: its policy alone knows it. */
export const readFields = ["isHandRaiser", "isContentQualified", "engagementScore", "industryName", "motion"] as const;

export type ReadField = (typeof readFields)[number];

const toldNames = ["emailDomain", "ownerId", "countryCode", "companyName", "phoneNumber"] as const;

/** Every field name that a condition may use, but for the CRM's own: `crmFieldPattern`. */
export const conditionFields: readonly string[] = [
  ...leadFields.map((field) => `lead.${field}`),
  ...[...toldNames, ...readFields].map((field) => `lead.${field}`),
  ...accountFields.map((field) => `account.${field}`),
];

/** The CRM's own fields of leads and accounts, by its names. */
export const crmFieldPattern = /^(lead|account)\.crm\.[A-Za-z0-9_]+$/;

/**
 * Does the condition hold for these facts at `now`? Never throws; a missing field makes its line false, but for
 * `unknown`. The plain meaning of a condition: `compileRules` answers the same for many rules at once.
 */
export function evaluate(condition: Condition, facts: LeadFacts, now: string): boolean {
  if ("all" in condition) return condition.all.every((inner) => evaluate(inner, facts, now));
  if ("any" in condition) return condition.any.some((inner) => evaluate(inner, facts, now));
  if ("not" in condition) return !evaluate(condition.not, facts, now);
  return lineHolds(condition, fieldValue(facts, condition.field), now);
}

/** Does the line hold for this value of its field? */
export function lineHolds({ operator, value }: ConditionLine, actual: string | null, now: string): boolean {
  const { takesMissing, holds } = operators[operator];
  return actual === null ? takesMissing : holds(actual, value, now);
}

/** A field as the CRM has it, and what a condition makes of that text; either is null when there is no value. */
export type Field = { raw(facts: LeadFacts): string | null; clean(text: string): string | null };

/** A field as text, numbers cleaned; null when it is empty, unknown or unreadable. */
export function fieldValue(facts: LeadFacts, name: string): string | null {
  const { raw, clean } = fieldOf(name);
  const text = raw(facts);
  return text === null ? null : clean(text);
}

const fields = new Map<string, Field>();

/** The field of a name, as conditions write it; one that we do not know has no value. */
export function fieldOf(name: string): Field {
  const known = fields.get(name);
  if (known !== undefined) return known;
  const [noun, ...rest] = name.split(".");
  const made = noun === "account" ? accountField(rest.join(".")) : leadField(rest.join("."));
  fields.set(name, made);
  return made;
}

const noField: Field = { raw: () => null, clean: () => null };

const textOf = (value: number | null): string | null => (value === null ? null : String(value));

const trimmed = (text: string): string | null => text.trim() || null;

const cleaned: Readonly<Record<string, Field["clean"]>> = {
  score: (text) => textOf(normaliseScore(text).value),
  fitScore: (text) => textOf(normaliseScore(text).value),
  employees: (text) => textOf(normaliseEmployees(text).value),
};

/** What stands in no field of a lead by that name. */
const toldFields: Readonly<Record<string, Field>> & Readonly<Record<(typeof toldNames)[number], Field>> = {
  ownerId: { raw: ({ lead }) => lead.ownerId, clean: trimmed },
  emailDomain: { raw: ({ lead }) => lead.fields.email ?? null, clean: (text) => emailDomain(text).domain },
  countryCode: { raw: ({ lead }) => lead.fields.country ?? null, clean: (text) => normaliseCountry(text).value },
  companyName: { raw: ({ lead }) => lead.fields.company ?? null, clean: (text) => normaliseCompany(text).value },
  phoneNumber: {
    raw: ({ lead: { fields } }) => normalisePhone(fields.phone, normaliseCountry(fields.country).value).value,
    clean: trimmed,
  },
};

function leadField(name: string): Field {
  // No field: what every object has by that name.
  if (name in {}) return noField;
  return toldFields[name] ?? { raw: ({ lead }) => lead.fields[name] ?? null, clean: cleaned[name] ?? trimmed };
}

function accountField(name: string): Field {
  if (name.startsWith("crm.")) return accountCrmField(name.slice("crm.".length));
  const field = accountFields.find((known) => known === name);
  if (field === undefined) return noField;
  return {
    raw({ match }) {
      const value = match?.account[field] ?? null;
      return value === null ? null : String(value);
    },
    clean: field === "employees" ? (text) => textOf(normaliseEmployees(text).value) : (text) => text,
  };
}

function accountCrmField(name: string): Field {
  // No field: what every object has by that name.
  if (name in {}) return noField;
  return { raw: ({ match }) => match?.account.crm?.[name] ?? null, clean: trimmed };
}
