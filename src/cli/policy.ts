import { readFile } from "node:fs/promises";
import { Invalid, problemLine } from "../engine/invalid.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { printPolicy } from "../engine/print-policy.ts";
import { policyLimit, readText } from "../read-text.ts";
import type { Cli } from "./cli.ts";
import { readGoldenDirectory } from "./golden-directory.ts";
import { runCommand } from "./run-command.ts";

/** Says whether a policy file is valid: one line when it is, a line for each problem when it is not. */
export async function policyCheck(cli: Cli, file: string): Promise<void> {
  const text = await readText(file, policyLimit);
  try {
    const { name, stages, pools, territories } = parsePolicy(text);
    const count = (list: readonly unknown[], one: string, many: string) =>
      `${list.length} ${list.length === 1 ? one : many}`;
    const parts = [
      count(stages, "stage", "stages"),
      count(pools, "pool", "pools"),
      count(territories, "territory", "territories"),
    ].join(", ");
    cli.print(`${file}: policy "${name}" is valid (${parts}).`);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    for (const problem of error.problems) cli.complain(problemLine(file, problem));
    cli.fail();
  }
}

/** Prints what a policy says, in plain language. Throws `Invalid` with everything that is wrong with it. */
export async function policyPrint(cli: Cli, file: string): Promise<void> {
  for (const line of printPolicy(parsePolicy(await readText(file, policyLimit), file))) cli.print(line);
}

/** Makes a policy file the one that a workspace routes by. Throws `Refused`, and `Invalid` with all that is wrong with it. */
export async function policyPublish(
  cli: Cli,
  file: string,
  {
    golden,
    ...signed
  }: { by: string; approvedBy: string; workspace: string | null; golden: string | null; despite: string | null },
): Promise<void> {
  const text = await readText(file, policyLimit);
  // Told here with the name of the file, before anything is opened.
  parsePolicy(text, file);
  const files = golden === null ? null : await readGoldenDirectory(golden);
  await runCommand(cli, "policy-publish", { ...signed, text, golden: files });
}

/** Prints the JSON Schema of a policy file as it is shipped beside the policies. */
export async function policySchema(cli: Cli): Promise<void> {
  cli.print((await readFile(new URL("../policies/policy.schema.json", import.meta.url), "utf8")).trimEnd());
}
