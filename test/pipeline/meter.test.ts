import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createThrottle } from "../../src/crm/throttle.ts";
import { createWindow } from "../../src/crm/window.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createMeter } from "../../src/pipeline/meter.ts";
import { raiseAlert, resolveAlert } from "../../src/store/alerts.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { addEvents, claimInbox, settleInbox } from "../../src/store/inbox.ts";
import { planOperations } from "../../src/store/operations.ts";
import { saveCursor } from "../../src/store/sync-cursors.ts";
import { createManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import {
  aConnection,
  after,
  anEvent,
  anOperation,
  connectionId,
  now,
  takeLease,
  workspaceId,
} from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const undecided = { workspaceId, kind: "undecided" as const, subjectId: workspaceId };
const raised = { ...undecided, connectionId: null, message: "m", whatToDo: "w", raisedAt: now };
const alertLine = (count: number) => `baton_alerts_open{workspace="w1",kind="undecided"} ${count}\n`;
const budgetLine = (share: number) => `baton_crm_budget_used{connection="c1"} ${share}\n`;

/** A meter of a workspace whose one connection has used one call of four. */
async function aMeter() {
  const clock = createManualClock();
  const window = createWindow({ limit: 4, windowMs: 10_000 });
  const throttle = createThrottle({ window, now: clock.monotonic, setTimer: clock.setTimer });
  const permit = await throttle.take("sync");
  permit.started();
  const metrics = createMetrics();
  const links = new Map([[connectionId, { throttle }]]);
  return {
    metrics,
    links,
    meter: createMeter(
      { db, metrics, now: clock.now, settings: { inboxHighWater: 3 } },
      { lease: { workspaceId }, links },
    ),
  };
}

test("open alerts are counted by kind, and resolved ones no more", async () => {
  const { metrics, meter } = await aMeter();
  await raiseAlert(db.query, raised);
  await raiseAlert(db.query, { ...raised, subjectId: "another" });
  await meter.read();
  expect(await metrics.text()).toContain(alertLine(2));
  await resolveAlert(db.query, undecided, now);
  await resolveAlert(db.query, { ...undecided, subjectId: "another" }, now);
  await meter.read();
  expect(await metrics.text()).toContain(alertLine(0));
});

test("the used share of the window is shown as long as the connection is open", async () => {
  const { metrics, links, meter } = await aMeter();
  await meter.read();
  expect(await metrics.text()).toContain(budgetLine(0.25));
  links.clear();
  await meter.read();
  expect(await metrics.text()).toContain(budgetLine(0));
});

test("a stopped meter shows nothing, also when a reading was under way", async () => {
  const { metrics, meter } = await aMeter();
  await raiseAlert(db.query, raised);
  await meter.read();
  const late = meter.read();
  meter.stop();
  await late;
  expect(await metrics.text()).toContain(alertLine(0));
  expect(await metrics.text()).toContain(budgetLine(0));
});

test("what waits, since when, and what was parked is shown, and gone when nothing is left", async () => {
  const { metrics, meter } = await aMeter();
  const lease = await takeLease(db.query);
  const events = ["a", "b", "c", "d"].map((key) => anEvent(key, { receivedAt: after(-90) }));
  await addEvents(db.query, [...events, anEvent("parked"), anEvent("junk", { subjectKind: "junk" })]);
  await claimInbox(db.query, lease, { connectionIds: [connectionId], limit: 10, now, number: 1 });
  await settleInbox(db.query, lease, {
    parked: [
      { ...anEvent("parked"), because: "failed" },
      // No re-drive helps what was no event: it would be shown for ever.
      { ...anEvent("junk"), because: "no-event" },
    ],
  });
  await planOperations(db.query, { workspaceId, at: after(-20), operations: [anOperation("101")] });
  await linkConnection(db.query, aConnection(), now);
  await saveCursor(db.query, { workspaceId, connectionId, kind: "qualified", cursor: {}, at: after(-600) });

  await meter.read();
  expect(figuresOf(await metrics.text())).toEqual([
    'baton_catch_up_timestamp_seconds{connection="c1"} 1795168200',
    // Counted to the high-water mark of three.
    'baton_inbox_depth{workspace="w1"} 3',
    'baton_inbox_oldest_seconds{workspace="w1"} 90',
    'baton_inbox_parked{workspace="w1"} 1',
    'baton_writes_oldest_seconds{workspace="w1"} 20',
  ]);
  meter.stop();
  expect(figuresOf(await metrics.text())).toEqual([]);
});

const standing = /^baton_(catch_up_timestamp_seconds|inbox_\w+|writes_oldest_seconds)\{.*$/gm;
const figuresOf = (text: string) => [...text.matchAll(standing)].map(([line]) => line).sort();
