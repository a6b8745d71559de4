import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../../src/config.ts";
import type { Db, OnOutage } from "../../../src/store/db.ts";
import { configFor } from "../../journeys/world.ts";
import { openOnServer, openTestDatabase, testServer } from "../../store/database.ts";

/** A database of its own for one app: on the tests' server, or in memory where there is none. */
export async function openDatabase(): Promise<{
  /** The settings, with those of a CRM that is not there. */
  config: Config;
  open?: (onOutage: OnOutage) => Promise<Db>;
  drop(): Promise<void>;
}> {
  if (testServer !== undefined) {
    const { db, url } = await openOnServer(testServer);
    return { config: configFor({ url: "" }, { url }), drop: () => db.close() };
  }
  const dataDir = await mkdtemp(join(tmpdir(), "baton-test-empty-"));
  return {
    config: configFor({ url: "" }, { dataDir }),
    open: openTestDatabase,
    drop: () => rm(dataDir, { recursive: true }),
  };
}
