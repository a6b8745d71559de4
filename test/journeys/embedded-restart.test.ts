import { expect, test } from "@jest/globals";
import { createApp } from "../../src/app.ts";
import { silentLog } from "../../src/log.ts";
import { createClock } from "../../src/sandbox/create-clock.ts";
import { openDatabase } from "../../src/store/db.ts";
import { acquireLease } from "../../src/store/leases.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { eventually } from "../eventually.ts";
import { freshDirectory } from "../store/database.ts";
import { appClock, configFor, startOfTime } from "./world.ts";

test("whoever opens the embedded database after a crash has its workspaces at once: their holder is dead", async () => {
  const { dataDir, remove } = await freshDirectory();
  const database = { dataDir };
  const now = new Date(startOfTime).toISOString();
  const db = await openDatabase(database);
  await ensureWorkspace(db.query, { id: "w1", name: "One", at: now });
  await acquireLease(db.query, { workspaceId: "w1", holder: "dead", now, leaseMs: 30_000 });
  await db.close();

  const clock = createClock({ startAt: startOfTime, speed: 1 });
  const config = configFor({ url: "http://127.0.0.1:1" }, database);
  const app = await createApp({ config, clock: appClock(clock), log: silentLog });
  await app.start();
  const leases = () => app.deps.db.query.selectFrom("leases").select(["token", "previousHolder"]).execute();
  await eventually(async () => (await leases()).some(({ token }) => token > 1));
  expect(await leases()).toEqual([{ token: 2, previousHolder: "dead" }]);
  expect(clock.now() - startOfTime).toBeLessThan(30_000);
  await app.stop();
  clock.stop();
  await remove();
}, 60_000);
