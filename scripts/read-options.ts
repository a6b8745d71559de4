import { type ParseArgsConfig, parseArgs } from "node:util";

/** The options and names on the command line. With `--help`, or what is no option, it shows the usage and ends the process. */
export function readOptions<T extends ParseArgsConfig>(config: T, usage: string) {
  const isHelp = process.argv.slice(2).some((arg) => arg === "--help" || arg === "-h");
  try {
    if (!isHelp) return parseArgs(config);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  console[isHelp ? "log" : "error"](usage);
  process.exit(isHelp ? 0 : 2);
}
