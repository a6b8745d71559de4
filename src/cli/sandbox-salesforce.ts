import { fileURLToPath } from "node:url";
import { Refused } from "../refused.ts";
import { parseSeed } from "../sandbox/salesforce/parse-seed.ts";
import { integrationUserOf } from "../sandbox/salesforce/people.ts";
import { seedOrg } from "../sandbox/salesforce/seed.ts";
import { startSalesforce } from "../sandbox/salesforce/server.ts";
import type { Cli } from "./cli.ts";
import { readSeed } from "./read-seed.ts";

export type SalesforceOptions = {
  port: number;
  /** Of the Pub/Sub API. */
  grpcPort: number;
  controlPort: number | null;
  seedFile: string | null;
};

const sampleSeed = new URL("../sandbox/salesforce/sample-seed.json", import.meta.url);

/** Runs a local Salesforce with one org until it is asked to stop. */
export async function sandboxSalesforce(cli: Cli, options: SalesforceOptions): Promise<void> {
  const { port, grpcPort, controlPort } = options;
  const file = options.seedFile ?? fileURLToPath(sampleSeed);
  const seed = await readSeed(file, parseSeed);
  const stopped = cli.untilStopped();
  const sandbox = await startSalesforce({ port, grpcPort, ...(controlPort === null ? {} : { controlPort }) });
  try {
    const org = sandbox.addOrg({ name: "Sandbox" });
    try {
      seedOrg(org, seed);
    } catch (error) {
      throw new Refused(`The seed ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`);
    }
    const userId = integrationUserOf(org);
    if (userId === null) cli.print("The seed has no user who may log in, so the app is not installed.");
    else sandbox.install({ orgId: org.id, userId });
    cli.print(`Salesforce sandbox on ${sandbox.url}, org ${org.id}; Pub/Sub API on ${sandbox.pubSubUrl}.`);
    if (sandbox.controlUrl) cli.print(`Control API on ${sandbox.controlUrl}.`);
    cli.print(`SALESFORCE_LOGIN_URL=${sandbox.url} SALESFORCE_PUBSUB_URL=${sandbox.pubSubUrl}`);
    const [app] = sandbox.apps;
    if (app) cli.print(`SALESFORCE_CLIENT_ID=${app.clientId} SALESFORCE_CLIENT_SECRET=${app.clientSecret}`);
    await stopped;
  } finally {
    await sandbox.stop();
  }
}
