import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openOnServer, testServer } from "../store/database.ts";

/** An empty database for processes: on the server that `TEST_DATABASE_URL` names, or in a folder of its own. */
export type FaultDatabase = { address: { url: string } | { dataDir: string }; drop(): Promise<void> };

export async function openFaultDatabase(): Promise<FaultDatabase> {
  if (testServer === undefined) {
    const folder = await mkdtemp(join(tmpdir(), "baton-faults-data-"));
    return { address: { dataDir: join(folder, "data") }, drop: () => rm(folder, { recursive: true, force: true }) };
  }
  const { db, url } = await openOnServer(testServer);
  return { address: { url }, drop: () => db.close() };
}
