import { readFile } from "node:fs/promises";
import { diffPolicy, printChanges } from "../engine/diff-policy.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Policy } from "../engine/policy.ts";
import type { Cli } from "./cli.ts";

/** Tells what a policy says otherwise than another. Throws `Invalid` with everything that is wrong with either. */
export async function policyDiff(cli: Cli, before: string, after: string): Promise<void> {
  const lines = printChanges(diffPolicy(await policyIn(before), await policyIn(after)));
  for (const line of lines.length === 0 ? ["Nothing is different."] : lines) cli.print(line);
}

const policyIn = async (file: string): Promise<Policy> => parsePolicy(await readFile(file, "utf8"), file);
