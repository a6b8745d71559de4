import { freshDirectory, openOnServer, testServer } from "../store/database.ts";

/** An empty database for processes: on the server that `TEST_DATABASE_URL` names, or in a folder of its own. */
export type FaultDatabase = { address: { url: string } | { dataDir: string }; drop(): Promise<void> };

export async function openFaultDatabase(): Promise<FaultDatabase> {
  if (testServer === undefined) {
    const { dataDir, remove } = await freshDirectory();
    return { address: { dataDir }, drop: remove };
  }
  const { db, url } = await openOnServer(testServer);
  return { address: { url }, drop: () => db.close() };
}
