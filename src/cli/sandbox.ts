import { readFile } from "node:fs/promises";
import { Refused } from "../refused.ts";
import { parseSeed, seedPortal } from "../sandbox/hubspot/seed.ts";
import { startHubspot } from "../sandbox/hubspot/server.ts";
import type { Cli } from "./cli.ts";

export type SandboxOptions = { port: number; controlPort: number | null; seedFile: string | null; portalId: number };

/** Runs a local HubSpot with one portal until it is asked to stop. */
export async function sandboxHubspot(cli: Cli, options: SandboxOptions): Promise<void> {
  const { port, controlPort, seedFile, portalId } = options;
  const seed = seedFile === null ? null : parseSeed(parseJson(await readFile(seedFile, "utf8"), seedFile));
  const stopped = cli.untilStopped();
  const sandbox = await startHubspot({ port, ...(controlPort === null ? {} : { controlPort }) });
  try {
    const portal = sandbox.addPortal({ id: portalId, name: "Sandbox" });
    if (seed !== null) seedPortal(portal, seed);
    const [app] = sandbox.apps;
    cli.print(`HubSpot sandbox on ${sandbox.url}, portal ${portalId}.`);
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

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refused(`${file} is no JSON: ${error instanceof Error ? error.message : "it cannot be read"}`);
  }
}
