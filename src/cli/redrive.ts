import { readStoreConfig } from "../config.ts";
import { withStore } from "../open-store.ts";
import { redriveParked } from "../pipeline/redrive.ts";
import type { Cli } from "./cli.ts";

/** Lets parked events wait again; a running worker takes them at once. */
export async function redrive(cli: Cli, { workspaceId }: { workspaceId: string | null }): Promise<void> {
  const at = cli.clock.now().toISOString();
  const { events, tasks } = await withStore(readStoreConfig(), (db) => redriveParked(db, { workspaceId, at }));
  cli.print(`${events} parked ${events === 1 ? "event waits" : "events wait"} again.`);
  if (tasks > 0) cli.print(`${tasks} refused ${tasks === 1 ? "task is" : "tasks are"} tried again.`);
}
