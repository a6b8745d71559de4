import { readStoreConfig } from "../config.ts";
import { StoreInUse, withStore } from "../open-store.ts";
import { type CommandName, commands } from "../pipeline/commands.ts";
import { Refused } from "../refused.ts";
import { type RunningServer, readRunningServer } from "../running-server.ts";
import type { Cli } from "./cli.ts";

/** Runs a command on the data that the configuration names, and prints what it answers. */
export async function runCommand(cli: Cli, name: CommandName, input: object): Promise<void> {
  for (const line of await answerOf(cli, name, input)) cli.print(line);
}

/** What a command answers on the data that the configuration names: in this process, or in the server that has it open. */
export async function answerOf(cli: Cli, name: CommandName, input: object): Promise<readonly string[]> {
  const config = readStoreConfig();
  try {
    return await withStore(config, (db) => commands[name](db, input, cli.clock.now().toISOString()));
  } catch (error) {
    if (!(error instanceof StoreInUse) || !("dataDir" in config.database)) throw error;
    const server = await readRunningServer(config.database.dataDir);
    if (server === null) throw error;
    return await askServer(server, name, input);
  }
}

/** The embedded database has one process; that one runs the command. */
async function askServer({ url, token }: RunningServer, name: CommandName, input: object): Promise<readonly string[]> {
  const response = await fetch(`${url}/internal/commands/${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(input),
    redirect: "error",
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.status === 409) throw new Refused(messageOf(answer) ?? "The running Baton refused.");
  if (!response.ok) {
    throw new Refused(
      `The running Baton at ${url} answered ${response.status}: wait until it has started, and try again; it may also be another version.`,
    );
  }
  const lines = typeof answer === "object" && answer !== null && "lines" in answer ? answer.lines : null;
  if (!Array.isArray(lines)) throw new Refused("The running Baton answered something else: it may be another version.");
  return lines.map(String);
}

function messageOf(answer: unknown): string | null {
  const error = typeof answer === "object" && answer !== null && "error" in answer ? answer.error : answer;
  const message = typeof error === "object" && error !== null && "message" in error ? error.message : null;
  return typeof message === "string" ? message : null;
}
