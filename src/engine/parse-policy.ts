import type { z } from "zod";
import { checkPolicy } from "./check-policy.ts";
import { Invalid, type Problem } from "./invalid.ts";
import { parseCondition, type Report } from "./parse-condition.ts";
import type { Policy } from "./policy.ts";
import { readDocument } from "./policy-document.ts";
import { policySections, type Sections } from "./policy-schema.ts";
import { shapeMessages } from "./shape-message.ts";
import { didYouMean } from "./suggest.ts";
import { toPolicy } from "./to-policy.ts";

const sectionNames = Object.keys(policySections);

/** A policy file as data. Throws `Invalid` with every problem and its line; see `src/policies/README.md` for the keys. */
export function parsePolicy(text: string): Policy {
  const document = readDocument(text);
  const problems: Problem[] = [...document.problems];
  const report: Report = (path, message) => {
    problems.push(document.problemAt(path, message));
  };
  if (problems.length === 0 && !isRecord(document.value)) report([], "must be a list of keys such as `pools:`");
  const value = isRecord(document.value) ? document.value : null;
  if (value === null) throw new Invalid("The policy", problems);

  const sections = parseSections(value, report);
  const when = (section: "gates" | "tiers", at: number, condition: unknown) =>
    parseCondition(condition, [section, at, "when"], report);
  const gates = sections.gates?.map((gate, at) => ({ ...gate, when: when("gates", at, gate.when) })) ?? [];
  const tiers = sections.tiers?.map((rule, at) => ({ ...rule, when: when("tiers", at, rule.when) })) ?? [];
  checkPolicy(sections, report);
  if (problems.length > 0) throw new Invalid("The policy", inOrder(problems));
  return toPolicy({ ...(sections as Required<Sections>), gates, tiers });
}

/** Each section by its own schema, so that one broken section hides no problem of another. */
function parseSections(value: Record<string, unknown>, report: Report): Sections {
  for (const key of Object.keys(value).filter((candidate) => !sectionNames.includes(candidate))) {
    report([key], `is no key of a policy${didYouMean(key, sectionNames)}`);
  }
  const parsed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries<z.ZodType>(policySections)) {
    // A key with nothing behind it reads as null and means the default.
    const given = value[name] ?? undefined;
    const result = schema.safeParse(given);
    if (result.success) parsed[name] = result.data;
    for (const issue of result.error?.issues ?? []) {
      for (const { path, message } of shapeMessages(schema, issue, given)) report([name, ...path], message);
    }
  }
  return parsed as Sections;
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
