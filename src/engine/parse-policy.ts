import { checkPolicy } from "./check-policy.ts";
import { checkReferences } from "./check-references.ts";
import { Invalid, type Problem } from "./invalid.ts";
import type { Report } from "./parse-condition.ts";
import { type Condition, linesOf, type Policy } from "./policy.ts";
import { readDocument } from "./policy-document.ts";
import type { Sections } from "./policy-schema.ts";
import { checkConditions, readConditions } from "./read-conditions.ts";
import { type PolicyFile, readSections } from "./read-sections.ts";
import { toPolicy } from "./to-policy.ts";

/**
 * A policy file as data. Throws `Invalid` with every problem and its line; `what` names the file in its message. See
 * `src/policies/README.md` for the keys.
 */
export function parsePolicy(text: string, what = "The policy"): Policy {
  const document = readDocument(text);
  const problems: Problem[] = [...document.problems];
  const report: Report = (path, message) => {
    problems.push(document.problemAt(path, message));
  };
  const { value } = document;
  if (problems.length === 0 && !isRecord(value))
    report([], value === null ? empty : "must begin with keys such as `pools:`, not with a list or a single value");
  if (!isRecord(value)) throw new Invalid(what, problems);

  const file = readSections(value, report);
  checkAmount(checkConditions(file.raw, [], file.reportRaw), report);
  checkReferences(file);
  const usual = withUsualStages(file);
  checkPolicy(usual, file.report);
  if (problems.length > 0) throw new Invalid(what, inOrder(problems));
  // No problem: every section is there.
  return toPolicy(readConditions(usual as Required<Sections>));
}

/** Who lists no stages means all that can do something: without territories that is not the one that asks for them. */
function withUsualStages({ raw, sections }: PolicyFile): Sections {
  const { stages, territories } = sections;
  const isListed = raw.stages !== undefined && raw.stages !== null;
  if (isListed || stages === undefined || territories?.length !== 0) return sections;
  return { ...sections, stages: stages.filter((stage) => stage !== "territory") };
}

const empty = "the file is empty: copy the shipped policy, src/policies/default.yaml, and change the copy";

/** A policy of more than a person can read is none (reliability.md S18, S19). */
const mostLines = 2_000;
const mostPatterns = 100;

function checkAmount(conditions: readonly Condition[], report: Report): void {
  const lines = conditions.flatMap(linesOf);
  if (lines.length > mostLines) report([], `has ${lines.length} conditions; at most ${mostLines} are read`);
  const patterns = lines.filter(({ operator }) => operator === "matches");
  if (patterns.length > mostPatterns)
    report([], `has ${patterns.length} patterns; at most ${mostPatterns} are read: "contains" and "in" take lists`);
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
