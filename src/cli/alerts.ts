import { readStoreConfig } from "../config.ts";
import { withStore } from "../open-store.ts";
import { endedWhenSeen } from "../operator/alert-advice.ts";
import { endSeenAlerts } from "../pipeline/end-seen-alerts.ts";
import { listAlerts } from "../pipeline/list-alerts.ts";
import type { Cli } from "./cli.ts";

const atMost = 1_000;

/** Prints the open alerts of all workspaces: what happened, to what, and what to do. */
export async function alerts(cli: Cli): Promise<void> {
  const lines = await withStore(readStoreConfig(), (db) => listAlerts(db.query, atMost));
  if (lines.length === 0) cli.print("No alert is open.");
  for (const line of lines) cli.print(line);
}

/** Ends the alarms that nothing but a person can end. */
export async function alertsSeen(cli: Cli): Promise<void> {
  const at = cli.clock.now().toISOString();
  const count = await withStore(readStoreConfig(), (db) => endSeenAlerts(db, at));
  cli.print(`${count} ${count === 1 ? "alert" : "alerts"} of the kinds ${endedWhenSeen.join(", ")} ended.`);
}
