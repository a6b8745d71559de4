import type { Deps } from "../deps.ts";
import { setCapabilities } from "../store/connections.ts";
import { readCursor } from "../store/sync-cursors.ts";
import { readSyncCursor, saveSyncCursor } from "./cursors.ts";
import { tellFeaturesOff } from "./tell-features-off.ts";
import type { Link } from "./workspace.ts";

type Probing = Pick<Deps, "db" | "now">;
type Probed = Pick<Link, "client" | "connection">;

/** Makes what Baton needs in the CRM's account, as far as it may, and tells what the account does not let it do. */
async function probe(deps: Probing, { client, connection }: Probed): Promise<void> {
  const capabilities = await client.ensureSchema({ lane: "sync" });
  await tellFeaturesOff(deps, connection, capabilities.off ?? []);
  await setCapabilities(deps.db.query, connection.id, capabilities);
  await saveSyncCursor(deps, { connection }, { kind: "schema", cursor: capabilities });
}

/** True when it was never done before for this account. */
export async function probeFirst(deps: Probing, link: Probed): Promise<boolean> {
  const isFirst = (await readSyncCursor(deps, link.connection.id, "schema")) === null;
  if (isFirst) await probe(deps, link);
  return isFirst;
}

const dayMs = 86_400_000;

/**
 * An admin may grant or take away something at any time: once a day is soon enough to see it. Not in shadow, where nothing is
 * made in the CRM: whoever goes live is probed then.
 */
export async function probeDaily(deps: Probing, link: Probed): Promise<void> {
  if (link.connection.mode === "shadow") return;
  const probed = await readCursor(deps.db.query, link.connection.id, "schema");
  if (probed === null || deps.now().getTime() - Date.parse(probed.at) >= dayMs) await probe(deps, link);
}
