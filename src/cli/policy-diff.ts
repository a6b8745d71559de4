import { diffPolicy, printChanges } from "../engine/diff-policy.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { policyLimit, readText } from "../read-text.ts";
import type { Cli } from "./cli.ts";
import { runReport } from "./run-report.ts";

/** `days`: how far back stored leads are decided by both; null: nothing is opened. */
type DiffFlags = { days: number | null; workspace: string | null };

/** Tells what a policy says otherwise than another, and for whom. Throws `Invalid` with everything that is wrong with either. */
export async function policyDiff(
  cli: Cli,
  [before, after]: readonly [before: string, after: string],
  { days, workspace }: DiffFlags,
): Promise<void> {
  const texts = { before: await readText(before, policyLimit), after: await readText(after, policyLimit) };
  const changes = diffPolicy(parsePolicy(texts.before, before), parsePolicy(texts.after, after));
  for (const line of changes.length === 0 ? ["Nothing is different."] : printChanges(changes)) cli.print(line);
  if (days === null) return;
  cli.print("");
  await runReport(cli, "policy-effect", { workspace, days, ...texts });
}
