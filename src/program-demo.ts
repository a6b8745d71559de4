import { type Command, Option } from "commander";
import type { Cli } from "./cli/cli.ts";
import type { DemoOptions } from "./cli/demo.ts";
import { countFromOne, wholeNumber } from "./program-numbers.ts";
import { localCrms } from "./sandbox/index.ts";

type DemoFlags = Omit<DemoOptions, "accounts" | "leadsFile"> & { accounts?: string; leadsFile?: string };

/** Adds `demo`: Baton at work on local CRMs. */
export function addDemo(program: Command, cli: Cli): void {
  const [first] = localCrms;
  const choices = [...localCrms.map(({ name }) => name), "both"];
  program
    .command("demo")
    .description("show Baton at work on a local CRM: nothing to install, no account anywhere")
    .addOption(
      new Option("--crm <name>", "which one; both: leads of both, in one workspace")
        .choices(choices)
        .default(first.name),
    )
    .option("--once", "stop when every lead has its owner and the first clocks ran, and print a summary", false)
    .option("--json", "print the summary as one JSON object on the last line", false)
    .option("--leads <n>", "how many leads qualify", countFromOne, 40)
    .option("--seed <n>", "the same number gives the same demo", wholeNumber, 1)
    .option("--accounts <file>", "a CSV of companies")
    .option("--leads-file <file>", "a CSV of leads")
    .option("--policy <file>", "a policy.yaml instead of the one made for the demo")
    .option("--data <folder>", "a new folder that keeps the data afterwards")
    .action(async (flags: DemoFlags) => {
      const { demo } = await import("./cli/demo.ts");
      await demo(cli, { ...flags, accounts: flags.accounts ?? null, leadsFile: flags.leadsFile ?? null });
    });
}
