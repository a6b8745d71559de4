import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createObserver } from "../../src/jobs/observer.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Db } from "../../src/store/db.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { eventually } from "../eventually.ts";
import { createManualClock } from "../manual-clock.ts";
import { openTestDatabase } from "../store/database.ts";
import { now, takeLease, workspaceId } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
  await ensureWorkspace(db.query, { id: workspaceId, name: "", at: now });
});
afterAll(() => db.close());

function anObserver(query = db.query) {
  const clock = createManualClock();
  const metrics = createMetrics();
  const observer = createObserver({ ...clock, db: { ...db, query }, metrics, log: silentLog });
  const shows = (value: string) =>
    eventually(async () => (await metrics.text()).includes(`baton_workspaces_unleased ${value}\n`));
  return { clock, metrics, observer, shows };
}

test("workspaces that nobody works on are counted, until somebody does", async () => {
  const { clock, observer, shows } = anObserver();
  observer.start();
  await shows("1");
  await takeLease(db.query);
  clock.advance(15_000);
  await shows("0");
  await observer.stop();
});

test("while the database is away there is no such figure, and counters are noted all the same", async () => {
  const away = await openTestDatabase();
  await away.close();
  const { clock, metrics, observer, shows } = anObserver(away.query);
  metrics.timersFired(3);
  observer.start();
  await shows("Nan");
  await observer.stop();
  clock.advance(5 * 60_000);
  const noted = observer.history.ago(5, clock.monotonic());
  expect(noted).toContainEqual({ name: "baton_timers_fired_total", labels: {}, value: 3 });
});
