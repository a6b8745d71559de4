import { readFile } from "node:fs/promises";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Cli } from "./cli.ts";
import { runReport } from "./run-report.ts";
import { readChanges, type WhatIf } from "./what-if.ts";

/** As they stand on the command line; the workspace null where there is but one. */
export type ReplayFlags = WhatIf & {
  days: number;
  policy?: string;
  workspace: string | null;
  csv?: string;
  json?: string;
  verify: boolean;
};

/** Decides stored leads again, by a draft or with a changed team. Throws `Refused` and `Invalid` with what to mend. */
export async function replay(cli: Cli, flags: ReplayFlags): Promise<void> {
  const { days, workspace, csv = null, json = null } = flags;
  if (flags.verify) return runReport(cli, "verify", { workspace, days });
  const policy = flags.policy === undefined ? null : await readDraft(flags.policy);
  const changes = await readChanges(flags);
  await runReport(cli, "replay", { workspace, policy, days, changes }, { csv, json });
}

/** Its problems are told here with the name of the file, before anything is opened. */
async function readDraft(file: string): Promise<string> {
  const text = await readFile(file, "utf8");
  parsePolicy(text, file);
  return text;
}
