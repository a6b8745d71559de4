import { toNumber } from "./normalise/score.ts";
import { patternOf } from "./pattern.ts";

export type ConditionValue = string | number | readonly (string | number)[] | null;

/** How a policy gives the value: one text, a list of texts, a pattern, one number, [least, most], a number of days, or nothing. */
export type ValueForm = "text" | "texts" | "pattern" | "number" | "range" | "days" | "none";

export type Operator = {
  label: string;
  form: ValueForm;
  /** True for operators that answer for an empty field too; all others are false on it. */
  takesMissing: boolean;
  holds(actual: string, value: ConditionValue, now: string): boolean;
};

function fold(text: string | number): string {
  const given = String(text);
  // Nearly all are plain already.
  return (/^[\x20-\x7e]*$/.test(given) ? given : given.normalize("NFKC")).trim().toLowerCase();
}

const folded = new WeakMap<readonly (string | number)[], readonly string[]>();

/** A policy's lists are folded once, not for each lead. */
function asTexts(value: ConditionValue): readonly string[] {
  if (!Array.isArray(value)) return value === null ? [] : [fold(value as string | number)];
  const list: readonly (string | number)[] = value;
  const texts = folded.get(list) ?? list.map(fold);
  folded.set(list, texts);
  return texts;
}

const containing = (actual: string, value: ConditionValue, test: (text: string, part: string) => boolean): boolean => {
  const text = fold(actual);
  return asTexts(value).some((part) => test(text, part));
};

const compare = (test: (actual: number, bound: number) => boolean): Operator["holds"] => {
  return (actual, value) => {
    const number = toNumber(actual);
    const bound = typeof value === "number" ? value : null;
    return number !== null && bound !== null && test(number, bound);
  };
};

const dayMs = 86_400_000;

/** Texts are compared without case and outer spaces. A missing field makes every operator but `unknown` false. */
export const operators = {
  equals: {
    label: "is",
    form: "text",
    takesMissing: false,
    holds: (actual, value) => asTexts(value).includes(fold(actual)),
  },
  not_equals: {
    label: "is not",
    form: "text",
    takesMissing: false,
    holds: (actual, value) => !asTexts(value).includes(fold(actual)),
  },
  in: {
    label: "is one of",
    form: "texts",
    takesMissing: false,
    holds: (actual, value) => asTexts(value).includes(fold(actual)),
  },
  not_in: {
    label: "is none of",
    form: "texts",
    takesMissing: false,
    holds: (actual, value) => !asTexts(value).includes(fold(actual)),
  },
  contains: {
    label: "contains one of",
    form: "texts",
    takesMissing: false,
    holds: (actual, value) => containing(actual, value, (text, part) => text.includes(part)),
  },
  starts_with: {
    label: "begins with one of",
    form: "texts",
    takesMissing: false,
    holds: (actual, value) => containing(actual, value, (text, part) => text.startsWith(part)),
  },
  ends_with: {
    label: "ends with one of",
    form: "texts",
    takesMissing: false,
    holds: (actual, value) => containing(actual, value, (text, part) => text.endsWith(part)),
  },
  matches: {
    label: "matches the pattern",
    form: "pattern",
    takesMissing: false,
    holds: (actual, value) => typeof value === "string" && patternOf(value).test(actual),
  },
  between: {
    label: "is between … and …",
    form: "range",
    takesMissing: false,
    holds: (actual, value) => {
      const number = toNumber(actual);
      const [least, most] = Array.isArray(value) ? value.map(Number) : [];
      return number !== null && least !== undefined && most !== undefined && number >= least && number <= most;
    },
  },
  gte: { label: "is at least", form: "number", takesMissing: false, holds: compare((a, b) => a >= b) },
  gt: { label: "is above", form: "number", takesMissing: false, holds: compare((a, b) => a > b) },
  lte: { label: "is at most", form: "number", takesMissing: false, holds: compare((a, b) => a <= b) },
  lt: { label: "is below", form: "number", takesMissing: false, holds: compare((a, b) => a < b) },
  within_days: {
    label: "is in the last … days",
    form: "days",
    takesMissing: false,
    holds: (actual, value, now) => {
      const age = Date.parse(now) - Date.parse(actual);
      return typeof value === "number" && age >= 0 && age <= value * dayMs;
    },
  },
  older_than_days: {
    label: "is more than … days ago",
    form: "days",
    takesMissing: false,
    holds: (actual, value, now) => typeof value === "number" && Date.parse(now) - Date.parse(actual) > value * dayMs,
  },
  known: { label: "is known", form: "none", takesMissing: false, holds: () => true },
  unknown: { label: "is unknown", form: "none", takesMissing: true, holds: () => false },
} satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators;

/** Is this the name of an operator? */
export const isOperatorName = (name: string): name is OperatorName => Object.hasOwn(operators, name);
