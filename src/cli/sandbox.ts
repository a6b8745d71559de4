import { fileURLToPath } from "node:url";
import { readText, tableLimit } from "../read-text.ts";
import { Refused } from "../refused.ts";
import { parseSeed, type Seed, seedPortal } from "../sandbox/hubspot/seed.ts";
import { startHubspot } from "../sandbox/hubspot/server.ts";
import type { Cli } from "./cli.ts";

export type SandboxOptions = {
  port: number;
  controlPort: number | null;
  seedFile: string | null;
  portalId: number;
  /** Where webhooks go: a Baton on this machine, as the README starts it. */
  webhooks: string;
};

const sampleSeed = new URL("../sandbox/hubspot/sample-seed.json", import.meta.url);

/** Runs a local HubSpot with one portal until it is asked to stop. */
export async function sandboxHubspot(cli: Cli, options: SandboxOptions): Promise<void> {
  const { port, controlPort, portalId, webhooks } = options;
  const seed = await readSeed(options.seedFile ?? fileURLToPath(sampleSeed));
  const stopped = cli.untilStopped();
  const sandbox = await startHubspot({ port, ...(controlPort === null ? {} : { controlPort }) });
  try {
    const portal = sandbox.addPortal({ id: portalId, name: "Sandbox" });
    seedPortal(portal, seed);
    const [app] = sandbox.apps;
    if (app) app.webhooks.targetUrl = webhooks;
    cli.print(`HubSpot sandbox on ${sandbox.url}, portal ${portalId}; its webhooks go to ${webhooks}.`);
    if (sandbox.controlUrl) cli.print(`Control API on ${sandbox.controlUrl}.`);
    if (app) {
      const { clientId, clientSecret } = app;
      cli.print(`HUBSPOT_API_URL=${sandbox.url} HUBSPOT_OAUTH_URL=${sandbox.url}`);
      cli.print(`HUBSPOT_CLIENT_ID=${clientId} HUBSPOT_CLIENT_SECRET=${clientSecret}`);
    }
    await stopped;
  } finally {
    await sandbox.stop();
  }
}

async function readSeed(file: string): Promise<Seed> {
  try {
    return parseSeed(JSON.parse(await readText(file, tableLimit)));
  } catch (error) {
    throw new Refused(`The seed ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}
