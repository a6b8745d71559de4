import { operators } from "./operators.ts";
import type { Condition, ConditionLine } from "./policy.ts";

const names: Readonly<Record<string, string>> = {
  "lead.engagedAt": "last engagement",
  "lead.conversionAt": "time of conversion",
  "lead.emailDomain": "domain of the e-mail",
  "lead.ownerId": "owner",
  "lead.industryName": "industry by its common name",
  "account.ownerId": "account's owner",
  "account.isCustomer": "account's mark as customer",
  "account.isCompetitor": "account's mark as competitor",
};

/** `lead.fitScore` as "fit score", `account.country` as "account's country", a CRM's own name as it is. */
export function fieldInWords(field: string): string {
  const name = names[field];
  if (name !== undefined) return name;
  if (field.startsWith("lead.crm.")) return field.slice("lead.crm.".length);
  if (field.startsWith("account.crm.")) return `account's ${field.slice("account.crm.".length)}`;
  const words = field.replace(/^lead\./, "").replace(/^account\./, "account's ");
  return words.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** A condition as a person would say it, the end of a sentence that begins "when". */
export function conditionInWords(condition: Condition): string {
  if ("field" in condition) return lineInWords(condition);
  if ("not" in condition) return `not (${conditionInWords(condition.not)})`;
  const [inner, word] = "all" in condition ? [condition.all, " and "] : [condition.any, " or "];
  return inner.map((each) => (isGroup(each) ? `(${conditionInWords(each)})` : conditionInWords(each))).join(word);
}

const isGroup = (condition: Condition): boolean =>
  ("all" in condition && condition.all.length > 1) || ("any" in condition && condition.any.length > 1);

/** What is told with yes or no. */
const marks: Readonly<Record<string, string>> = {
  "lead.isHandRaiser": "a hand-raiser",
  "lead.isContentQualified": "content-qualified",
};

function lineInWords({ field, operator, value }: ConditionLine): string {
  const mark = marks[field];
  if (mark !== undefined && operator === "equals") return `it is ${value === "true" ? "" : "not "}${mark}`;
  const values = (Array.isArray(value) ? value : value === null ? [] : [value]).map(String);
  const { label, form } = operators[operator];
  const told = form === "range" || form === "days" ? fill(label, values) : [label, values.join(", ")].join(" ").trim();
  return `${fieldInWords(field)} ${values.length === 1 ? told.replace(" one of", "") : told}`;
}

/** "is between … and …" with its values. */
function fill(label: string, values: readonly string[]): string {
  const [first = "", ...rest] = label.split("…");
  return rest.reduce((text, part, at) => `${text}${values[at] ?? ""}${part}`, first);
}
