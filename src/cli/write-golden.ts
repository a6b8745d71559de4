import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Refused } from "../refused.ts";
import type { Cli } from "./cli.ts";
import { answerOf } from "./run-command.ts";

/**
 * Writes a stored decision as a golden lead into the folder `recorded` of a directory of them, and says so. Throws
 * `Refused` when there is no such decision, it cannot be told as one, or the file is there already.
 */
export async function writeGolden(
  cli: Cli,
  directory: string,
  { decisionId, workspace }: { decisionId: string; workspace: string | null },
): Promise<void> {
  const lines = await answerOf(cli, "policy-record", { decisionId, workspace });
  // An id that the store knows: it is no way out of the folder.
  const file = await writeRecorded(directory, decisionId, lines);
  cli.print(`${file} is written: a golden lead of decision ${decisionId}, its names and texts made up.`);
  cli.print("Read it before you commit it: words that the policy looks for, and names that it holds, are still in it.");
}

/** Writes a new file and answers its path; throws `Refused` when there is one. */
export async function writeRecorded(directory: string, name: string, lines: readonly string[]): Promise<string> {
  const folder = join(directory, "recorded");
  const file = join(folder, `${name}.json`);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(file, `${lines.join("\n")}\n`, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Refused(`${file} is there already, and stays as it is: remove it first to have it written anew.`);
  }
  return file;
}
