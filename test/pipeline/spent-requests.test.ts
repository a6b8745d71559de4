import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { DayUse } from "../../src/crm/day-pot.ts";
import type { Lane } from "../../src/crm/lanes.ts";
import { salesforce } from "../../src/crm/salesforce/index.ts";
import { createMetrics } from "../../src/metrics.ts";
import { keepCount, openThrottle } from "../../src/pipeline/open-throttle.ts";
import { alertSpentRequests } from "../../src/pipeline/spent-requests.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, workspaceId } from "../store/records.ts";

let db: Db;
let clock: ManualClock;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  clock = createManualClock("2026-11-20T10:00:00.000Z");
});
afterAll(() => db.close());

const connection = aConnection({ crm: "salesforce", externalId: "00D000000000001AAA" });
const requests = { share: 0.5, urgent: 0.05 };
const crm = salesforce({
  ...{ clientId: "baton", clientSecret: "secret", loginUrl: "https://login.example.com", pubSubUrl: "x:1" },
  ...{ leadAccountField: null, holidayNames: [], publicUrl: "https://app.example.com" },
});
const hourMs = 3_600_000;

/** A process that calls in the connection's name. */
async function aProcess() {
  const deps = { db, crms: { salesforce: crm }, metrics: createMetrics(), ...clock };
  const { throttle, pot } = await openThrottle(deps, connection, { requests });
  const call = async (lane: Lane, day?: DayUse) => {
    const permit = await throttle.take(lane);
    permit.started();
    permit.answered(day === undefined ? {} : { day });
  };
  const calls = async (lane: Lane, count: number, day?: DayUse) => {
    for (let n = 0; n < count; n += 1) {
      clock.advance(200);
      await call(lane, day);
    }
  };
  return { throttle, pot, call, calls, keep: () => keepCount(deps, connection, pot) };
}

const alert = (process: Awaited<ReturnType<typeof aProcess>>) =>
  alertSpentRequests({ db, now: clock.now }, { connection, throttle: process.throttle });
const told = async () =>
  (await openAlerts(db.query, workspaceId, 10)).map(({ kind, message }) => `${kind}: ${message}`);

test("a restart forgets none of the day's calls, nor what another process made", async () => {
  await linkConnection(db.query, connection, clock.now().toISOString());
  const first = await aProcess();
  await first.calls("sync", 6, { used: 6, limit: 30 });
  await first.keep();
  await first.calls("sync", 1);
  await first.keep();
  const beside = await aProcess();
  await beside.calls("backfill", 5, { used: 12, limit: 30 });
  await beside.keep();

  const second = await aProcess();
  await second.call("live-read", { used: 12, limit: 30 });
  await second.keep();
  await first.keep();

  expect(second.throttle.state().day).toMatchObject({ used: 13, limit: 15, urgent: 1 });
  expect(first.pot.fresh()).toEqual([]);
  await first.call("live-read", { used: 13, limit: 30 });
  expect(first.throttle.state().day).toMatchObject({ used: 14 });
});

test("where the CRM tells of no limit nothing is stored", async () => {
  const process = await aProcess();
  await process.calls("sync", 3);
  await process.keep();

  expect(await db.query.selectFrom("spentCalls").select("calls").execute()).toEqual([]);
});

test("a day later what was called is forgotten, in the database too", async () => {
  await linkConnection(db.query, connection, clock.now().toISOString());
  const first = await aProcess();
  await first.calls("sync", 6, { used: 6, limit: 30 });
  await first.keep();
  clock.advance(25 * hourMs);
  await first.call("sync", { used: 1, limit: 30 });
  await first.keep();

  expect(first.throttle.state().day).toMatchObject({ used: 1 });
  expect(await db.query.selectFrom("spentCalls").select("calls").execute()).toEqual([{ calls: 1 }]);
});

test("calls that are used up are told with how many and until when, and the alert ends when there is room again", async () => {
  const process = await aProcess();
  await process.call("sync", { used: 1, limit: 200 });
  await process.calls("sync", 94);
  await alert(process);
  expect(await told()).toEqual([
    "requests-spent: Baton has made 95 of the 100 calls that the policy leaves it of 200 in 24 hours in Salesforce account 00D000000000001AAA. The last 5 are kept for owners: all else waits until 2026-11-21T10:15:00.000Z, when the first of them come back.",
  ]);

  await process.calls("owner-write", 5);
  await alert(process);
  expect(await told()).toEqual([
    "requests-spent: Baton has made the 100 calls that the policy leaves it of 200 in 24 hours in Salesforce account 00D000000000001AAA: no lead gets an owner and nothing is read before 2026-11-21T10:15:00.000Z, when the first of them come back.",
  ]);

  clock.advance(24.5 * hourMs);
  await alert(process);
  expect(await told()).toEqual([]);
});

test("it is told that the account's other apps have used up its day", async () => {
  const process = await aProcess();
  await process.call("sync", { used: 180, limit: 200 });
  await alert(process);

  expect(await told()).toEqual([
    "requests-spent: All apps together have made 180 of the 200 calls that Salesforce account 00D000000000001AAA allows in 24 hours, Baton 1 of them. Leads get their owners; nothing is searched for or listed before 2026-11-20T10:15:00.000Z, when the CRM is asked again.",
  ]);
});
