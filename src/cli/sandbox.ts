import { fileURLToPath } from "node:url";
import { parseSeed, seedPortal } from "../sandbox/hubspot/seed.ts";
import { startHubspot } from "../sandbox/hubspot/server.ts";
import type { Cli } from "./cli.ts";
import { readSeed } from "./read-seed.ts";

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
  const seed = await readSeed(options.seedFile ?? fileURLToPath(sampleSeed), parseSeed);
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
