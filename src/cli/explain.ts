import { readStoreConfig, type StoreConfig } from "../config.ts";
import { StoreInUse, withStore } from "../open-store.ts";
import { explainLead } from "../pipeline/explain-lead.ts";
import { Refused } from "../refused.ts";
import { type RunningServer, readRunningServer } from "../running-server.ts";
import type { Cli } from "./cli.ts";

/** Prints why a lead went where it went, by its id in the CRM. */
export async function explain(cli: Cli, leadId: string): Promise<void> {
  const lines = await readStory(readStoreConfig(), leadId);
  if (lines.length === 0) throw new Refused(`Nothing is known of a lead ${leadId}: check the id, as the CRM has it.`);
  for (const line of lines) cli.print(line);
}

async function readStory(config: StoreConfig, leadId: string): Promise<readonly string[]> {
  try {
    return await withStore(config, (db) => explainLead({ db }, leadId));
  } catch (error) {
    if (!(error instanceof StoreInUse) || !("dataDir" in config.database)) throw error;
    const server = await readRunningServer(config.database.dataDir);
    if (server === null) throw error;
    return await askServer(server, leadId);
  }
}

/** The embedded database has one process; that one answers for it. */
async function askServer({ url, token }: RunningServer, leadId: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/internal/explain/${encodeURIComponent(leadId)}`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: "error",
  });
  if (!response.ok) {
    throw new Refused(
      `The running Baton at ${url} answered ${response.status}: wait until it has started, and try again.`,
    );
  }
  return parseLines(await response.json());
}

function parseLines(body: unknown): readonly string[] {
  const lines = typeof body === "object" && body !== null && "lines" in body ? body.lines : null;
  if (!Array.isArray(lines)) throw new Refused("The running Baton answered something else: it may be another version.");
  return lines.map(String);
}
