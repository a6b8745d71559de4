import { existsSync } from "node:fs";
import { coverageInWords, coverageOf } from "../engine/coverage/coverage.ts";
import { junitOf } from "../engine/golden/junit.ts";
import { readGoldens } from "../engine/golden/read-goldens.ts";
import { runGoldens } from "../engine/golden/run-goldens.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { policyLimit, readText } from "../read-text.ts";
import { Refused } from "../refused.ts";
import type { Cli } from "./cli.ts";
import { readGoldenDirectory } from "./golden-directory.ts";
import { writeOutput } from "./open-output.ts";

const usualPolicy = "policy.yaml";

/** What a person reads before what failed. */
const mostUncovered = 10;

/** `policy` null: `policy.yaml`; `all`: every branch that is not covered. */
type TestOptions = { policy: string | null; junit: string | null; all?: boolean };

/**
 * Decides the golden leads of a directory by a policy file, and tells which come out otherwise. Throws `Invalid` with
 * everything that is wrong with the policy.
 */
export async function policyTest(
  cli: Cli,
  directory: string,
  { policy: named, junit, all = false }: TestOptions,
): Promise<void> {
  const policy = named ?? usualPolicy;
  if (named === null && !existsSync(policy))
    throw new Refused(`There is no ${usualPolicy} here: name the policy that decides them with --policy <file>.`);
  const text = await readText(policy, policyLimit);
  // Told here with the name of the file.
  const parsed = parsePolicy(text, policy);
  const { goldens, problems, unread } = readGoldens(await readGoldenDirectory(directory), text);
  const results = runGoldens(goldens);
  if (junit !== null) await writeOutput(junit, junitOf(results, problems));
  if (goldens.length + problems.length === 0) {
    cli.complain(
      `There is no golden lead in ${directory}, nor in a folder below it: none of its files, but for those of worlds/, ends in .yaml, .yml or .json. What one looks like is told in the chapter "Golden leads" of src/policies/README.md.`,
    );
    cli.fail();
    return;
  }
  const failed = results.filter(({ differences }) => differences.length > 0);
  for (const { golden, differences } of results) if (differences.length === 0) cli.print(`pass  ${golden.name}`);
  // What failed comes last, where nobody has to look for it.
  const coverage = coverageInWords(coverageOf(parsed, results), all ? undefined : mostUncovered);
  if (goldens.length > 0) for (const line of ["", ...coverage, ""]) cli.print(line);
  for (const { golden, differences } of failed) {
    cli.print(`FAIL  ${golden.name}`);
    for (const line of [golden.why, ...differences]) cli.print(`      ${line}`);
  }
  for (const problem of problems) cli.complain(`${directory}/${problem}`);
  const others = unread.length === 0 ? "" : `, ${unread.length} not read`;
  cli.print(`${goldens.length - failed.length} passed, ${failed.length} failed${others}.`);
  if (failed.length + problems.length > 0) cli.fail();
}
