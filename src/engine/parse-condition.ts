import { accountFields, conditionFields, crmFieldPattern } from "./conditions.ts";
import { insteadOf } from "./found.ts";
import { type ConditionValue, isOperatorName, type OperatorName, operators, type ValueForm } from "./operators.ts";
import { patternProblem } from "./pattern.ts";
import type { Condition } from "./policy.ts";
import type { Path } from "./policy-document.ts";
import { didYouMean, suggest } from "./suggest.ts";

export type Report = (path: Path, message: string) => void;

const never: Condition = { any: [] };

/** How deep conditions may stand in each other (reliability.md S19). */
const deepest = 16;

/** A condition of a policy file. What is wrong is reported, and a condition that never holds stands in for it. */
export function parseCondition(value: unknown, path: Path, report: Report, depth = 1): Condition {
  if (depth > deepest) {
    report(path, `stands deeper than ${deepest} conditions in each other: give part of it a rule of its own`);
    return never;
  }
  if (!isRecord(value)) {
    report(path, 'must be a condition: "all", "any", "not", or "field" with "operator" and "value"');
    return never;
  }
  reportUnknownKeys(value, path, report);
  const groups = groupKeys.filter((key) => Object.hasOwn(value, key));
  if (groups.length === 0) return parseLine(value, path, report);
  const lineKey = lineKeys.find((key) => Object.hasOwn(value, key));
  const kinds = [...groups, ...(lineKey === undefined ? [] : [lineKey])];
  if (kinds.length > 1) report(path, sideBySide(kinds));
  const conditions = groups.map((key): Condition => {
    if (key === "not") return { not: parseCondition(value.not, [...path, key], report, depth + 1) };
    return parseList(value[key], { path: [...path, key], report, key, depth });
  });
  // Each is read for what is wrong inside it.
  if (lineKey !== undefined) parseLine(value, path, report);
  return kinds.length === 1 ? (conditions[0] ?? never) : never;
}

const groupKeys = ["all", "any", "not"] as const;

const lineKeys = ["field", "operator", "value"];

function reportUnknownKeys(value: Record<string, unknown>, path: Path, report: Report): void {
  const known = [...lineKeys, ...groupKeys];
  for (const key of Object.keys(value).filter((candidate) => !known.includes(candidate)))
    report([...path, key], `is no key of a condition${didYouMean(key, known)}`);
}

/** Whether both or either is meant is for whoever wrote it to say. */
const sideBySide = (kinds: readonly string[]): string =>
  `has ${kinds.map((kind) => `"${kind}"`).join(" and ")} side by side: put one inside the other, such as all: [{ field: … }, { any: [ … ] }]`;

type List = { path: Path; report: Report; key: "all" | "any"; depth: number };

function parseList(value: unknown, { path, report, key, depth }: List): Condition {
  if (!Array.isArray(value) || value.length === 0) {
    report(path, "must be a list of conditions that is not empty");
    return never;
  }
  const conditions = value.map((item: unknown, at) => parseCondition(item, [...path, at], report, depth + 1));
  return key === "all" ? { all: conditions } : { any: conditions };
}

function parseLine(value: Record<string, unknown>, path: Path, report: Report): Condition {
  const { field, operator: name } = value;
  if (typeof field !== "string") {
    report([...path, "field"], "is missing: name the field, such as lead.score");
    return never;
  }
  checkField(field, [...path, "field"], report);
  if (typeof name !== "string" || !isOperatorName(name)) {
    const hint = typeof name === "string" ? `: "${name}" is no operator${operatorMeant(name)}` : "";
    report([...path, "operator"], `must be one of ${Object.keys(operators).join(", ")}${hint}`);
    return never;
  }
  const given = parseValue(value.value, operators[name].form);
  if (given === undefined) report([...path, "value"], problemOf(value.value, name));
  else if (operators[name].form !== "pattern" || given === "") reportEmptyTexts(given, [...path, "value"], report);
  return { field, operator: name, value: given ?? null };
}

/** Every text contains an empty one, and no field is one: such a line is no question. */
function reportEmptyTexts(given: ConditionValue, path: Path, report: Report): void {
  const isEmpty = (text: unknown): boolean => typeof text === "string" && text.trim() === "";
  const message = 'is an empty text: ask for empty fields with "unknown", and for those with a value with "known"';
  if (isEmpty(given)) report(path, message);
  if (!Array.isArray(given)) return;
  for (const [at, text] of given.entries()) if (isEmpty(text)) report([...path, at], message);
}

/** What other tools call ours. */
const otherNames: Readonly<Record<string, OperatorName>> = {
  "=": "equals",
  "==": "equals",
  is: "equals",
  "!=": "not_equals",
  is_not: "not_equals",
  includes: "contains",
  like: "contains",
  begins_with: "starts_with",
  regex: "matches",
  ">=": "gte",
  ">": "gt",
  "<=": "lte",
  "<": "lt",
  exists: "known",
  is_known: "known",
  is_unknown: "unknown",
  is_empty: "unknown",
};

function operatorMeant(name: string): string {
  const meant = otherNames[name.toLowerCase().replace(/[\s_-]+/g, "_")];
  return meant === undefined ? didYouMean(name, Object.keys(operators)) : ` — did you mean "${meant}"?`;
}

/** Reports a field that conditions cannot ask for. */
export function checkField(field: string, path: Path, report: Report): void {
  if (crmFieldPattern.test(field) || conditionFields.includes(field)) return;
  const [, crmName] = /^(?:lead|account)\.crm\.(.*)$/s.exec(field) ?? [];
  if (crmName !== undefined) {
    report(
      path,
      `"${crmName}" is no internal name of the CRM's: those have letters, digits and _ alone, no blanks; the CRM shows it in the settings of the field`,
    );
    return;
  }
  const meant = fieldMeant(field);
  const hint = field.startsWith("account.")
    ? `: accounts have ${accountFields.join(", ")}, and the CRM's own begin with account.crm.`
    : `; ${field.startsWith("lead.") ? `the CRM's own begin with "lead.crm."` : `begin it with "lead.", "lead.crm." or "account."`}, and all of ours are listed in src/policies/README.md, "Conditions"`;
  report(path, `"${field}" is no field that we know${meant === null ? hint : ` — did you mean "${meant}"?`}`);
}

/** The field whose name is near; else with another beginning, or with one at all. */
function fieldMeant(field: string): string | null {
  const noun = `${field.split(".", 1)[0] ?? ""}.`;
  const names = conditionFields.filter((known) => known.startsWith(noun)).map((known) => known.slice(noun.length));
  const meant = suggest(field.slice(noun.length), names);
  if (meant !== null) return `${noun}${meant}`;
  if (noun === "lead." || noun === "account.") return null;
  return field.includes(".")
    ? suggest(field, conditionFields)
    : (conditionFields.find((known) => known.endsWith(`.${suggest(field, bareNames)}`)) ?? null);
}

const bareNames = conditionFields.map((known) => known.slice(known.indexOf(".") + 1));

const formText: Readonly<Record<ValueForm, string>> = {
  text: "one text",
  number: "a number",
  texts: "a text or a list of texts",
  pattern: "a pattern (RE2: no look-around, no back-references)",
  range: "two numbers, [least, most]",
  days: "a number of days above 0",
  none: "left out",
};

function problemOf(value: unknown, name: OperatorName): string {
  const { form } = operators[name];
  const problem = form === "pattern" && typeof value === "string" ? patternProblem(value) : null;
  const expected = `must be ${formText[form]} for "${name}"`;
  return problem === null ? insteadOf(expected, value) : `${expected}: ${problem}`;
}

const isRange = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] <= value[1];

/** `undefined`: not of this form. */
function parseValue(value: unknown, form: ValueForm): ConditionValue | undefined {
  const isText = (item: unknown): item is string | number => typeof item === "string" || typeof item === "number";
  if (form === "none") return value === undefined || value === null ? null : undefined;
  if (form === "number") return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  if (form === "range") return isRange(value) ? value : undefined;
  if (form === "pattern") return typeof value === "string" && patternProblem(value) === null ? value : undefined;
  if (form === "days") return typeof value === "number" && value > 0 && value < 10_000 ? value : undefined;
  if (typeof value === "boolean") return String(value);
  if (isText(value)) return value;
  return form === "texts" && Array.isArray(value) && value.length > 0 && value.every(isText) ? value : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
