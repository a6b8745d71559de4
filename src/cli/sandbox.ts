import { Refused } from "../refused.ts";
import { BadSeed, type LocalCrm, type Served, type ServeOptions } from "../sandbox/local-crm.ts";
import type { Cli } from "./cli.ts";
import { readSeed } from "./read-seed.ts";

export type SandboxOptions = Omit<ServeOptions, "seed"> & { seedFile: string | null };

/** Runs a local CRM with one account until it is asked to stop. */
export async function sandbox(cli: Cli, crm: LocalCrm, { seedFile, ...options }: SandboxOptions): Promise<void> {
  const serve = await crm.loadServe();
  const seed = seedFile === null ? null : await readSeed(seedFile);
  const stopped = cli.untilStopped();
  const served = await serve({ ...options, seed }).catch((error: unknown): Served => {
    throw error instanceof BadSeed
      ? new Refused(`The seed ${seedFile ?? "that is shipped"} cannot be used: ${error.message}`, { cause: error })
      : error;
  });
  try {
    for (const line of served.lines) cli.print(line);
    await stopped;
  } finally {
    await served.stop();
  }
}
