import type { CommandName } from "../pipeline/commands.ts";
import type { Cli } from "./cli.ts";

/** Runs a command on the data that the configuration names; what that takes is loaded when it is asked for. */
export async function runLazily(cli: Cli, name: CommandName, input: object): Promise<void> {
  const { runCommand } = await import("./run-command.ts");
  await runCommand(cli, name, input);
}
