import type { FileHandle } from "node:fs/promises";
import { readStoreConfig } from "../config.ts";
import { commandDeps } from "../create-deps.ts";
import { StoreInUse, withStore } from "../open-store.ts";
import { type ReportName, reports } from "../pipeline/reports.ts";
import type { Said } from "../pipeline/said.ts";
import { Refused } from "../refused.ts";
import { type RunningServer, readRunningServer } from "../running-server.ts";
import type { Cli } from "./cli.ts";
import { openOutput } from "./open-output.ts";
import { splitLines } from "./split-lines.ts";

/** Where the parts of a report go besides the terminal. */
export type ReportFiles = { csv?: string | null; json?: string | null };

/** Runs a report on the data that the configuration names, printing and writing what it says as it goes. */
export async function runReport(cli: Cli, name: ReportName, input: object, files: ReportFiles = {}): Promise<void> {
  const config = readStoreConfig();
  const sink = await openSink(cli, files);
  try {
    await withStore(config, (db) => {
      const deps = { db, reading: () => commandDeps(cli.clock, db) };
      return sink.take(reports[name](deps, input, cli.clock.now().toISOString()));
    });
  } catch (error) {
    if (!(error instanceof StoreInUse) || !("dataDir" in config.database)) throw error;
    const server = await readRunningServer(config.database.dataDir);
    if (server === null) throw error;
    await sink.take(askServer(server, name, input));
  } finally {
    await sink.close();
  }
}

async function openSink(cli: Cli, files: ReportFiles) {
  const opened: Record<"csv" | "json", FileHandle | null> = { csv: null, json: null };
  for (const kind of ["csv", "json"] as const) {
    const path = files[kind] ?? null;
    if (path !== null) opened[kind] = await openOutput(path);
  }
  return {
    async take(all: AsyncIterable<Said>): Promise<void> {
      for await (const said of all) {
        if ("progress" in said) cli.progress(said.progress);
        else if ("line" in said) cli.print(said.line);
        else if ("csv" in said) await opened.csv?.write(said.csv);
        else await opened.json?.write(said.json);
      }
    },
    async close(): Promise<void> {
      cli.progress(null);
      await opened.csv?.close();
      await opened.json?.close();
    },
  };
}

/** The embedded database has one process; that one makes the report. */
async function* askServer({ url, token }: RunningServer, name: ReportName, input: object): AsyncGenerator<Said> {
  const response = await fetch(`${url}/internal/commands/${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(input),
    redirect: "error",
  });
  if (response.status === 409) throw new Refused(await refusalOf(response));
  if (!response.ok || response.body === null) {
    throw new Refused(
      `The running Baton at ${url} answered ${response.status}: wait until it has started, and try again; it may also be another version.`,
    );
  }
  for await (const line of splitLines(response.body)) {
    const said = JSON.parse(line) as Said | { refused: string };
    if ("refused" in said) throw new Refused(said.refused);
    yield said;
  }
}

async function refusalOf(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => null)) as { error?: { message?: unknown } } | null;
  return typeof answer?.error?.message === "string" ? answer.error.message : "The running Baton refused.";
}
