import {
  ControlError,
  type Fields,
  flag,
  isObject,
  type Kind,
  mapOf,
  number,
  oneOf,
  optional,
  orNull,
  readFields,
  refuseOthers,
  text,
} from "../control-input.ts";
import { type Feature, featureNames } from "./features.ts";
import { isId, to18 } from "./ids.ts";
import { type Objection, tableOf } from "./org.ts";
import type { SandboxOrg } from "./sandbox-org.ts";

/** A rule that wants a field filled, and the words with which it refuses a record where it is not. */
export type FilledRule = { field: string; words: string };

/** What an admin of the org may change of its rules, and what a test may bend; only what is named changes. */
export type SettingsChange = {
  features?: Partial<Record<Feature, boolean>>;
  /** By object: whom the active assignment rule gives its records to; null ends the rule. */
  assignment?: Record<string, string | null>;
  duplicates?: "alert" | "block" | null;
  /** By object, ms for each row; 0: no automation. */
  automationMs?: Record<string, number>;
  lateCommitMs?: number;
  pageSize?: number;
  isHuge?: boolean;
  /** By object; null ends the rule. */
  validation?: Record<string, FilledRule | null>;
  trigger?: Record<string, FilledRule | null>;
};

const filledRule: Kind<FilledRule> = {
  wanted: "{field, words}",
  blank: { field: "", words: "" },
  read(value) {
    const { field, words } = isObject(value) ? value : {};
    return typeof field === "string" && typeof words === "string" ? { field, words } : undefined;
  },
};

const features: Kind<Partial<Record<Feature, boolean>>> = {
  wanted: `an object of true or false by ${featureNames.join(", ")}`,
  blank: {},
  read(value) {
    const switches = mapOf(flag).read(value);
    const isKnown = Object.keys(switches ?? {}).every((name) => featureNames.some((known) => known === name));
    return isKnown ? switches : undefined;
  },
};

const settingNames = [
  ...["features", "assignment", "duplicates", "automationMs", "lateCommitMs", "pageSize", "isHuge", "validation"],
  "trigger",
];

/** Reads settings; what is wrong with their form is noted in `fields`. */
export function readSettings(fields: Fields): SettingsChange {
  refuseOthers(fields, settingNames);
  return {
    ...optional(fields, "features", features),
    ...optional(fields, "assignment", mapOf(orNull(text))),
    ...optional(fields, "duplicates", orNull(oneOf(["alert", "block"]))),
    ...optional(fields, "automationMs", mapOf(number)),
    ...optional(fields, "lateCommitMs", number),
    ...optional(fields, "pageSize", number),
    ...optional(fields, "isHuge", flag),
    ...optional(fields, "validation", mapOf(orNull(filledRule))),
    ...optional(fields, "trigger", mapOf(orNull(filledRule))),
  };
}

/** Owners in their 18-character form. */
const longIds = (owners: Readonly<Record<string, string | null>> = {}): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(owners).map(([object, owner]) => [object, owner !== null && isId(owner) ? to18(owner) : owner]),
  );

/** Changes the org. Throws one 400 with every object, field and owner that it does not have, and changes nothing then. */
export function changeSettings(org: SandboxOrg, change: SettingsChange): void {
  const assignment = longIds(change.assignment);
  const problems = problemsOf(org, { ...change, assignment });
  if (problems.length > 0) throw new ControlError(400, problems.join("; "));
  const { rules } = org;
  for (const name of featureNames) {
    const isOn = change.features?.[name];
    if (isOn !== undefined) org.setFeature(name, isOn);
  }
  setEach(rules.assignment, assignment);
  setEach(
    rules.automationMs,
    Object.fromEntries(Object.entries(change.automationMs ?? {}).map(([name, ms]) => [name, ms === 0 ? null : ms])),
  );
  for (const kind of ["validation", "trigger"] as const)
    setEach(
      rules[kind],
      Object.fromEntries(Object.entries(change[kind] ?? {}).map(([name, rule]) => [name, rule && wantsFilled(rule)])),
    );
  const { duplicates = rules.duplicates, lateCommitMs = rules.lateCommitMs } = change;
  const { pageSize = rules.pageSize, isHuge = rules.isHuge } = change;
  Object.assign(rules, { duplicates, lateCommitMs, pageSize, isHuge });
}

function setEach<T>(rules: Map<string, T>, change: Readonly<Record<string, T | null>> = {}): void {
  for (const [object, rule] of Object.entries(change)) {
    if (rule === null) rules.delete(object);
    else rules.set(object, rule);
  }
}

/** What the rules that were made here want: the rules themselves are functions. */
const filledRules = new WeakMap<Objection, FilledRule>();

function wantsFilled(rule: FilledRule): Objection {
  const objection: Objection = (row) => ((row[rule.field] ?? null) === null ? rule.words : null);
  filledRules.set(objection, rule);
  return objection;
}

function problemsOf(org: SandboxOrg, { assignment = {}, automationMs = {}, ...change }: SettingsChange): string[] {
  const rules = [...Object.entries(change.validation ?? {}), ...Object.entries(change.trigger ?? {})];
  const named = [...Object.keys(assignment), ...Object.keys(automationMs), ...rules.map(([name]) => name)];
  const problems = [...new Set(named)]
    .filter((name) => !org.tables.has(name))
    .map((name) => `There is no object ${name}`);
  for (const [name, rule] of rules) {
    const fields = org.tables.get(name)?.object.fields;
    if (rule !== null && fields?.every((field) => field.name !== rule.field) === true)
      problems.push(`${name} has no field ${rule.field}`);
  }
  for (const owner of Object.values(assignment))
    if (owner !== null && ["User", "Group"].every((name) => tableOf(org, name).get(owner) === undefined))
      problems.push(`There is no user or queue ${owner}`);
  return problems;
}

/** All settings as JSON; of a rule that was set in code, which has no such form, null. */
export function shownSettings(org: SandboxOrg): Record<string, unknown> {
  const { assignment, validation, trigger, automationMs, ...plain } = org.rules;
  const shown = (rules: ReadonlyMap<string, Objection>) =>
    Object.fromEntries([...rules].map(([object, rule]) => [object, filledRules.get(rule) ?? null]));
  return {
    features: Object.fromEntries(featureNames.map((name) => [name, org.hasFeature(name)])),
    assignment: Object.fromEntries(assignment),
    automationMs: Object.fromEntries(automationMs),
    ...plain,
    validation: shown(validation),
    trigger: shown(trigger),
  };
}

/** Reads and changes the settings of an org from the body of a call; throws one 400 with what is wrong. */
export function patchSettings(org: SandboxOrg, body: unknown): void {
  const fields = readFields(body);
  const change = readSettings(fields);
  fields.check();
  changeSettings(org, change);
}
