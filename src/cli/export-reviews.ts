import { Refused } from "../refused.ts";
import type { Cli } from "./cli.ts";
import { runReport } from "./run-report.ts";

export type ExportFlags = { accounts: string; leads: string; workspace?: string; connection?: string };

/** Writes two tables that `match train` learns from. Throws `Refused`. */
export async function exportReviews(cli: Cli, { accounts, leads, ...rest }: ExportFlags): Promise<void> {
  if (accounts === leads) throw new Refused("--accounts and --leads must be two files.");
  const wanted = { workspace: null, connection: null, ...rest };
  await runReport(cli, "match-accounts", wanted, { csv: accounts });
  await runReport(cli, "match-leads", wanted, { csv: leads });
  cli.print(
    `Now learn from them: npm run baton -- match train --accounts ${accounts} --leads ${leads} --out weights.json`,
  );
}
