import { parseCondition, type Report } from "./parse-condition.ts";
import type { Condition } from "./policy.ts";
import type { Path } from "./policy-document.ts";
import type { Sections } from "./policy-schema.ts";

/** The keys of a policy file that hold a condition, wherever they stand. */
export const conditionKeys = ["when", "hand_raiser", "content", "registered", "referral", "never"] as const;

type ConditionKey = (typeof conditionKeys)[number];

/** A section whose conditions have been read. */
export type WithConditions<T> = T extends readonly (infer Item)[]
  ? readonly WithConditions<Item>[]
  : T extends object
    ? { [K in keyof T]: K extends ConditionKey ? Condition | Extract<T[K], null | undefined> : WithConditions<T[K]> }
    : T;

/** All sections of a policy file, with their conditions read. */
export type ReadSections = WithConditions<Required<Sections>>;

const isConditionKey = (key: string): key is ConditionKey => conditionKeys.some((known) => known === key);

/** Sections whose keys are names that people gave. */
const named: readonly string[] = ["reps"];

/** Reports what is wrong with the conditions in a part of a policy file, as it was written; answers those it could read. */
export function checkConditions(value: unknown, path: Path, report: Report): Condition[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, at) => checkConditions(item, [...path, at], report));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (path.length === 0 && named.includes(key) && isRecord(inner))
      return Object.entries(inner).flatMap(([name, own]) => checkConditions(own, [key, name], report));
    if (!isConditionKey(key)) return checkConditions(inner, [...path, key], report);
    return inner === null ? [] : [parseCondition(inner, [...path, key], report)];
  });
}

/** All sections, checked before, with each condition in the place of its text; what is left out stays null. */
export function readConditions<T extends object>(sections: T): WithConditions<T> {
  const entries = Object.entries(sections);
  return Object.fromEntries(
    entries.map(([name, section]) => [
      name,
      named.includes(name) && isRecord(section) ? readEach(section) : read(section),
    ]),
  ) as WithConditions<T>;
}

const readEach = (section: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(section).map(([name, own]) => [name, read(own)]));

function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (!isConditionKey(key)) return [key, read(inner)];
      return [key, inner === null ? null : parseCondition(inner, [], ignore)];
    }),
  );
}

const ignore: Report = () => undefined;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
