import type { z } from "zod";
import type { Report } from "./parse-condition.ts";
import type { Path } from "./policy-document.ts";
import { policySections, type Sections } from "./policy-schema.ts";
import { shapeProblems } from "./shape-message.ts";
import { didYouMean, suggest } from "./suggest.ts";

/** What could be read of a policy file, under the names that its sections should have. */
export type PolicyFile = {
  /** Each section as it was written, in whatever shape. */
  raw: Readonly<Record<string, unknown>>;
  /** What has the right shape: a list of groups without the broken ones; another broken section is missing. */
  sections: Sections;
  /** As the report that was given, for paths into `raw`. */
  reportRaw: Report;
  /** As the report that was given, for paths into `sections`. */
  report: Report;
};

const sectionNames = Object.keys(policySections);

/** Each section by its own schema, each item of a list by itself, so that one problem hides no other. */
export function readSections(value: Readonly<Record<string, unknown>>, report: Report): PolicyFile {
  const writtenAs = matchKeys(value, report);
  const raw = Object.fromEntries([...writtenAs].map(([name, key]) => [name, value[key]]));
  const reportRaw: Report = ([name, ...rest], message) =>
    report(name === undefined ? [] : [writtenAs.get(String(name)) ?? name, ...rest], message);
  const parsed: Record<string, unknown> = {};
  const keptOf = new Map<string, readonly number[]>();
  for (const [name, schema] of Object.entries<z.ZodType>(policySections)) {
    // A key with nothing behind it reads as null and means the default.
    const given = raw[name] ?? undefined;
    const result = schema.safeParse(given);
    if (result.success) parsed[name] = result.data;
    const issues = result.error?.issues ?? [];
    for (const { path, message } of shapeProblems(schema, issues, given)) reportRaw([name, ...path], message);
    if (result.success || !Array.isArray(given)) continue;
    const kept = intactItems(given, issues);
    const rest = schema.safeParse(kept.map((at) => given[at]));
    if (kept.length === 0 || !rest.success) continue;
    parsed[name] = rest.data;
    keptOf.set(name, kept);
  }
  return {
    raw,
    sections: parsed as Sections,
    reportRaw,
    report: (path, message) => reportRaw(place(keptOf, path), message),
  };
}

/** Section name → the key in the file: its own, or a misspelt one that it alone can be meant by. */
function matchKeys(value: Readonly<Record<string, unknown>>, report: Report): Map<string, string> {
  const keys = Object.keys(value);
  const writtenAs = new Map(sectionNames.filter((name) => keys.includes(name)).map((name) => [name, name]));
  for (const key of keys.filter((candidate) => !sectionNames.includes(candidate))) {
    const meant = suggest(key, sectionNames);
    report([key], `is no key of a policy${didYouMean(key, sectionNames)}`);
    if (meant !== null && !writtenAs.has(meant)) writtenAs.set(meant, key);
  }
  return writtenAs;
}

/** Where the groups of keys stand that no issue is about. A list of words says something only as a whole. */
function intactItems(list: readonly unknown[], issues: readonly z.core.$ZodIssue[]): number[] {
  const broken = new Set(issues.map(({ path }) => path[0]));
  return [...list.keys()].filter((at) => !broken.has(at) && typeof list[at] === "object");
}

/** A path into `sections` as a path into `raw`: where the item stood before the broken ones were left out. */
function place(keptOf: ReadonlyMap<string, readonly number[]>, [name, at, ...rest]: Path): Path {
  if (name === undefined || at === undefined) return name === undefined ? [] : [name];
  const stood = typeof at === "number" ? (keptOf.get(String(name))?.[at] ?? at) : at;
  return [name, stood, ...rest];
}
