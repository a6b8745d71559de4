import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { startWorkspace } from "../../src/pipeline/run-workspace.ts";
import { createTurnstile } from "../../src/pipeline/turnstile.ts";
import type { Db } from "../../src/store/db.ts";
import { addEvents, claimInbox } from "../../src/store/inbox.ts";
import { createManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { after, anEvent, connectionId, now, takeLease } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const settings: Deps["settings"] = {
  publicUrl: "http://127.0.0.1",
  inboxHighWater: 100,
  leaseMs: 30_000,
  timerPollMs: 1_000,
  taskSweepMs: 900_000,
  repairMs: 120_000,
  reconcileMs: 600_000,
  repSyncMs: 300_000,
};

/** Runs a workspace that has one event in hand. */
async function running(holder: string, at = now) {
  const clock = createManualClock(at);
  const deps = { ...clock, db, log: silentLog, metrics: createMetrics(), settings } as Partial<Deps> as Deps;
  const lease = await takeLease(db.query, { holder, now: at });
  const workspace = await startWorkspace(deps, createTurnstile(clock, 10_000), lease);
  await claimInbox(db.query, lease, { connectionIds: [connectionId], limit: 1, now: at, number: 1 });
  return workspace;
}

const rows = () => db.query.selectFrom("inbox").select(["claimToken", "deaths"]).execute();

test("a workspace that is drained lets go of what it had in hand, and its end is no death", async () => {
  await addEvents(db.query, [anEvent("a")]);
  const first = await running("one");
  expect(await rows()).toEqual([{ claimToken: 1, deaths: 0 }]);
  await first.drain();
  expect(await rows()).toEqual([{ claimToken: null, deaths: 0 }]);

  const second = await running("two", after(60));
  expect(await rows()).toEqual([{ claimToken: 2, deaths: 0 }]);
  await second.drain();
});

test("one that was lost counts before anything else is done under the next lease", async () => {
  await addEvents(db.query, [anEvent("a")]);
  const lost = await running("one");
  const second = await running("two", after(60));
  expect(await rows()).toEqual([{ claimToken: null, deaths: 1 }]);
  lost.abandon();
  await second.drain();
});
