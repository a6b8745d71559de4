import { writeFile } from "node:fs/promises";
import { coverageInWords, coverageOf } from "../engine/coverage/coverage.ts";
import { junitOf } from "../engine/golden/junit.ts";
import { readGoldens } from "../engine/golden/read-goldens.ts";
import { runGoldens } from "../engine/golden/run-goldens.ts";
import { lintReport } from "../engine/lint/finding-in-words.ts";
import { lintPolicy } from "../engine/lint/lint-policy.ts";
import { readRoster } from "../engine/lint/read-roster.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { policyLimit, readText, tableLimit } from "../read-text.ts";
import type { Cli } from "./cli.ts";
import { readGoldenDirectory } from "./golden-directory.ts";
import { readLeads } from "./read-leads.ts";
import { runCommand } from "./run-command.ts";

/**
 * Decides the golden leads of a directory by a policy file, and tells which come out otherwise. Throws `Invalid` with
 * everything that is wrong with the policy.
 */
export async function policyTest(
  cli: Cli,
  directory: string,
  { policy, junit }: { policy: string; junit: string | null },
): Promise<void> {
  const text = await readText(policy, policyLimit);
  // Told here with the name of the file.
  const parsed = parsePolicy(text, policy);
  const { goldens, problems } = readGoldens(await readGoldenDirectory(directory), text);
  const results = runGoldens(goldens);
  if (junit !== null) await writeFile(junit, junitOf(results, problems));
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
  if (goldens.length > 0) for (const line of ["", ...coverageInWords(coverageOf(parsed, results)), ""]) cli.print(line);
  for (const { golden, differences } of failed) {
    cli.print(`FAIL  ${golden.name}`);
    for (const line of [golden.why, ...differences]) cli.print(`      ${line}`);
  }
  for (const problem of problems) cli.complain(`${directory}/${problem}`);
  const unread = problems.length === 0 ? "" : ", some not read";
  cli.print(`${goldens.length - failed.length} passed, ${failed.length} failed${unread}.`);
  if (failed.length + problems.length > 0) cli.fail();
}

type LintOptions = {
  roster: string | null;
  leads: string | null;
  /** True: the only one there is. */
  workspace: string | true | null;
  quietHours: number | null;
};

/** Tells what can be proved wrong with a policy file. Throws `Invalid` with everything that keeps a file from being read. */
export async function policyLint(cli: Cli, file: string, options: LintOptions): Promise<void> {
  const { workspace, quietHours } = options;
  const text = await readText(file, policyLimit);
  const policy = parsePolicy(text, file);
  if (workspace !== null) {
    await runCommand(cli, "policy-lint", { text, workspace: workspace === true ? null : workspace, quietHours });
    return;
  }
  const known = {
    now: cli.clock.now().toISOString(),
    roster: options.roster === null ? null : readRoster(await readText(options.roster), policy, options.roster),
    samples: options.leads === null ? null : readLeads(await readText(options.leads, tableLimit), options.leads),
  };
  const findings = lintPolicy(policy, { ...known, ...(quietHours === null ? {} : { mostQuietHours: quietHours }) });
  for (const line of lintReport(findings, known)) cli.print(line);
  if (findings.some(({ severity }) => severity === "error")) cli.fail();
}
