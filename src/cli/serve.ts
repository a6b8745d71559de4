import { existsSync } from "node:fs";
import { type App, createApp, type Role } from "../app.ts";
import { readConfig } from "../config.ts";
import { createLog } from "../log.ts";
import { policyDifferences } from "../pipeline/starting-policy.ts";
import { Refused } from "../refused.ts";
import { startWatchdog, type Watchdog } from "../watchdog.ts";
import type { Cli } from "./cli.ts";

/** Runs Baton until it is asked to stop; then finishes what is in flight. */
export async function serve(cli: Cli, { role }: { role: Role }): Promise<void> {
  const config = readConfig();
  const print = { level: config.logLevel, pretty: cli.isTerminal };
  const log = createLog(print);
  const stopped = cli.untilStopped();
  if (config.policyPath !== null && !existsSync(config.policyPath))
    throw new Refused(`BATON_POLICY names a file that is not there: ${config.policyPath}.`);
  const app = await createApp({ config, clock: cli.clock, memory: cli.memory, leasesBy: "database", role, log });
  let watchdog: Watchdog | null = null;
  try {
    await app.start();
    // Not before: a schema that is brought up to date may hold the embedded database, and with it us, for long.
    watchdog = startWatchdog({ stuckMs: config.intervals.leaseMs, log, print });
    if (role !== "worker") cli.print(`Baton listens on ${app.url}. ${whereToInstall(app.deps)}`);
    else cli.print(`Baton works; its health is at ${app.url}/readyz.`);
    for (const warning of app.warnings()) cli.complain(`The embedded database is beyond its limits: ${warning}`);
    for (const warning of await policyDifferences(app.deps, config.policyPath)) cli.complain(warning);
    const signal = await stopped;
    log.info({ signal }, "asked to stop");
    const seconds = Math.ceil(config.shutdownMs / 1000);
    cli.print(`Baton finishes what is under way, for at most ${seconds} s. A second Ctrl-C ends it at once.`);
  } finally {
    await app.stop();
    await watchdog?.stop();
  }
  cli.print("Baton has stopped.");
}

const whereToInstall = ({ crms, settings }: App["deps"]): string =>
  Object.values(crms)
    .map(({ name, title }) => `Install it in ${title}: ${settings.publicUrl}/${name}/install`)
    .join(" · ");
