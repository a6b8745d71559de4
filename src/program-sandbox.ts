import type { Command } from "commander";
import type { Cli } from "./cli/cli.ts";
import { wholeNumber } from "./program-numbers.ts";

type Common = { port: number; controlPort?: number | null; seed?: string | null };

/** Adds `sandbox`: a local stand-in for a CRM, by its name. */
export function addSandbox(program: Command, cli: Cli): void {
  const sandbox = program.command("sandbox").description("run a local stand-in for a CRM");
  addHubspot(sandbox, cli);
  addSalesforce(sandbox, cli);
}

const common = (command: Command, content: string): Command =>
  command
    .option("--port <n>", "0: any free port", wholeNumber, 0)
    .option(
      "--control-port <n>",
      "a port for the API that plays reps, switches faults and moves the clock",
      wholeNumber,
    )
    .option("--seed <file>", `JSON: ${content} … (default: a small sales team)`);

function addHubspot(sandbox: Command, cli: Cli): void {
  common(
    sandbox.command("hubspot").description("a local HubSpot with one portal"),
    "owners, teams, companies, contacts, deals",
  )
    .option("--webhooks <url>", "where webhooks go", "http://127.0.0.1:3000/hubspot/webhooks")
    .option("--portal <id>", "the portal's id", wholeNumber, 62515)
    .action(async (given: Common & { portal: number; webhooks: string }) => {
      const { controlPort = null, seed = null, portal, ...flags } = given;
      const { sandboxHubspot } = await import("./cli/sandbox.ts");
      await sandboxHubspot(cli, { ...flags, controlPort, seedFile: seed, portalId: portal });
    });
}

function addSalesforce(sandbox: Command, cli: Cli): void {
  common(
    sandbox.command("salesforce").description("a local Salesforce with one org"),
    "users, queues, accounts, contacts, leads, opportunities",
  )
    .option("--grpc-port <n>", "of the Pub/Sub API; 0: any free port", wholeNumber, 0)
    .action(async ({ controlPort = null, seed = null, ...flags }: Common & { grpcPort: number }) => {
      const { sandboxSalesforce } = await import("./cli/sandbox-salesforce.ts");
      await sandboxSalesforce(cli, { ...flags, controlPort, seedFile: seed });
    });
}
