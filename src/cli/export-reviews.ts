import { Refused } from "../refused.ts";
import type { Cli } from "./cli.ts";
import { runReport } from "./run-report.ts";

type Flags = { accounts: string; leads: string; workspace?: string };

/** Writes two tables that `match train` learns from. Throws `Refused`. */
export async function exportReviews(cli: Cli, { accounts, leads, ...rest }: Flags): Promise<void> {
  if (accounts === leads) throw new Refused("--accounts and --leads must be two files.");
  const { workspace = null }: { workspace?: string | null } = rest;
  await runReport(cli, "match-accounts", { workspace }, { csv: accounts });
  await runReport(cli, "match-leads", { workspace }, { csv: leads });
  cli.print(
    `Now learn from them: npm run baton -- match train --accounts ${accounts} --leads ${leads} --out weights.json`,
  );
}
