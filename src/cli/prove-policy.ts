import { lintReport } from "../engine/lint/finding-in-words.ts";
import { lintPolicy } from "../engine/lint/lint-policy.ts";
import { readRoster } from "../engine/lint/read-roster.ts";
import { strangeFields } from "../engine/lint/strange-fields.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { policyLimit, readText, tableLimit } from "../read-text.ts";
import type { Cli } from "./cli.ts";
import { readLeads } from "./read-leads.ts";
import { runCommand } from "./run-command.ts";

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
  for (const line of strangeFields(known.samples ?? [])) cli.complain(`${options.leads}: ${line}`);
  const findings = lintPolicy(policy, { ...known, ...(quietHours === null ? {} : { mostQuietHours: quietHours }) });
  for (const line of lintReport(findings, known)) cli.print(line);
  if (findings.some(({ severity }) => severity === "error")) cli.fail();
}
