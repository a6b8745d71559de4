import { readStoreConfig } from "../config.ts";
import { withStore } from "../open-store.ts";
import { redriveParked } from "../pipeline/redrive.ts";
import type { Cli } from "./cli.ts";

/** Lets parked events wait again; a running worker takes them at once. */
export async function redrive(cli: Cli, { workspaceId }: { workspaceId: string | null }): Promise<void> {
  const at = cli.clock.now().toISOString();
  const count = await withStore(readStoreConfig(), (db) => redriveParked(db, { workspaceId, at }));
  cli.print(`${count} parked ${count === 1 ? "event waits" : "events wait"} again.`);
}
