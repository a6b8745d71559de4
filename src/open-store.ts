import { existsSync } from "node:fs";
import type { StoreConfig } from "./config.ts";
import { Refused } from "./refused.ts";
import { type Db, type OnOutage, openDatabase } from "./store/db.ts";
import { DirectoryInUse } from "./store/directory-lock.ts";
import { migrate } from "./store/migrate.ts";

/** Another process has the embedded database open; the message says which, and what to do. */
export class StoreInUse extends Refused {
  override name = "StoreInUse";
}

/** Opens the database as the configuration names it. Throws StoreInUse. */
export async function openStore({ database }: Pick<StoreConfig, "database">, onOutage?: OnOutage): Promise<Db> {
  try {
    return await openDatabase(database, onOutage);
  } catch (error) {
    throw error instanceof DirectoryInUse ? new StoreInUse(error.message, { cause: error }) : error;
  }
}

/** For a command that does one thing with a database that exists, its schema brought up to date first. */
export async function withStore<T>(config: Pick<StoreConfig, "database">, run: (db: Db) => Promise<T>): Promise<T> {
  if ("dataDir" in config.database && !existsSync(config.database.dataDir)) {
    const { dataDir } = config.database;
    throw new Refused(`There is no data directory ${dataDir}: set BATON_DATA_DIR or DATABASE_URL as for the server.`);
  }
  const db = await openStore(config);
  try {
    await migrate(db);
    return await run(db);
  } finally {
    await db.close();
  }
}
