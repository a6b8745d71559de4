import { existsSync } from "node:fs";
import { createApp, type Role } from "../app.ts";
import { readConfig } from "../config.ts";
import { createLog } from "../log.ts";
import { policyDifferences } from "../pipeline/starting-policy.ts";
import { Refused } from "../refused.ts";
import type { Cli } from "./cli.ts";

/** Runs Baton until it is asked to stop; then finishes what is in flight. */
export async function serve(cli: Cli, { role }: { role: Role }): Promise<void> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, pretty: cli.isTerminal });
  const stopped = cli.untilStopped();
  if (config.policyPath !== null && !existsSync(config.policyPath))
    throw new Refused(`BATON_POLICY names a file that is not there: ${config.policyPath}.`);
  const app = await createApp({ config, clock: cli.clock, memory: cli.memory, role, log });
  try {
    await app.start();
    const { publicUrl } = app.deps.settings;
    if (role !== "worker")
      cli.print(`Baton listens on ${app.url}. Install it in HubSpot: ${publicUrl}/hubspot/install`);
    else cli.print(`Baton works; its health is at ${app.url}/readyz.`);
    for (const warning of app.warnings()) cli.complain(`The embedded database is beyond its limits: ${warning}`);
    for (const warning of await policyDifferences(app.deps.db, config.policyPath)) cli.complain(warning);
    const signal = await stopped;
    log.info({ signal }, "asked to stop");
    const seconds = Math.ceil(config.shutdownMs / 1000);
    cli.print(`Baton finishes what is under way, for at most ${seconds} s. A second Ctrl-C ends it at once.`);
  } finally {
    await app.stop();
  }
  cli.print("Baton has stopped.");
}
