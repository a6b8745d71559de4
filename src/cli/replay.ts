import { parsePolicy } from "../engine/parse-policy.ts";
import { policyLimit, readText } from "../read-text.ts";
import { Refused } from "../refused.ts";
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
  /** `store`: what Baton decided; `crm`: the CRM's own history, of leads that Baton never saw. */
  from: "store" | "crm";
  connection?: string;
};

/** Decides leads of the past again, by a draft or with a changed team. Throws `Refused` and `Invalid` with what to mend. */
export async function replay(cli: Cli, flags: ReplayFlags): Promise<void> {
  const { days, workspace, csv = null, json = null } = flags;
  const { from, connection = null } = flags;
  if (flags.verify && from === "crm")
    throw new Refused(
      "--verify checks what Baton has decided; the CRM's history holds no decisions: leave out --from crm.",
    );
  if (connection !== null && from === "store")
    throw new Refused(
      "--connection says whose history is read with --from crm; stored decisions are meant by --workspace.",
    );
  if (flags.verify) return runReport(cli, "verify", { workspace, days });
  const policy = flags.policy === undefined ? null : await readDraft(flags.policy);
  const changes = await readChanges(flags);
  await runReport(cli, "replay", { workspace, policy, days, changes, from, connection }, { csv, json });
}

/** Its problems are told here with the name of the file, before anything is opened. */
async function readDraft(file: string): Promise<string> {
  const text = await readText(file, policyLimit);
  parsePolicy(text, file);
  return text;
}
