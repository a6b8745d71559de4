import type { Command } from "commander";
import type { Cli } from "./cli/cli.ts";
import { wholeNumber } from "./program-numbers.ts";
import { localCrms } from "./sandbox/index.ts";
import type { LocalCrm, SandboxOption } from "./sandbox/local-crm.ts";

/** Adds `sandbox`: a local stand-in for a CRM, by its name. */
export function addSandbox(program: Command, cli: Cli): void {
  const sandbox = program.command("sandbox").description("run a local stand-in for a CRM");
  for (const crm of localCrms) addLocalCrm(sandbox, cli, crm);
}

type Common = { port: number; controlPort?: number; seed?: string };

function addLocalCrm(sandbox: Command, cli: Cli, crm: LocalCrm): void {
  const command = sandbox
    .command(crm.name)
    .description(crm.about)
    .option("--port <n>", "0: any free port", wholeNumber, 0)
    .option(
      "--control-port <n>",
      "a port for the API that plays reps, switches faults and moves the clock",
      wholeNumber,
    )
    .option("--seed <file>", `JSON: ${crm.seedHolds} … (default: a small sales team)`);
  for (const option of crm.options) addOption(command, option);
  command.action(async (given: Common & Record<string, string | number>) => {
    const { port, controlPort = null, seed = null, ...own } = given;
    const { sandbox: run } = await import("./cli/sandbox.ts");
    await run(cli, crm, { port, controlPort, seedFile: seed, own });
  });
}

/** Of a number by default only numbers are taken. */
function addOption(command: Command, { flags, about, default: usual }: SandboxOption): void {
  if (typeof usual === "number") command.option(flags, about, wholeNumber, usual);
  else command.option(flags, about, usual);
}
