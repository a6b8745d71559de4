import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ChangeFeed, FeedEnd } from "../../src/crm/crm.ts";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { EventChange } from "../../src/model/event.ts";
import { createListening } from "../../src/pipeline/listen.ts";
import type { Loop } from "../../src/pipeline/loop.ts";
import type { Link } from "../../src/pipeline/workspace.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { readCursor } from "../../src/store/sync-cursors.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { eventually } from "../eventually.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { openTestDatabase } from "../store/database.ts";
import { aConnection, connectionId, now, workspaceId } from "../store/records.ts";

type Opened = Parameters<ChangeFeed["open"]>[0] & { end(why: FeedEnd["why"]): void };

let db: Db;
let clock: ManualClock;
let opened: Opened[];
let links: Map<string, Link>;
let loop: Loop;
let asked: number;
beforeEach(async () => {
  db = await openTestDatabase();
  await ensureWorkspace(db.query, { id: workspaceId, name: "Acme", at: now });
  await linkConnection(db.query, aConnection(), now);
  clock = createManualClock(now);
  opened = [];
  asked = 0;
  links = new Map([[connectionId, aLink()]]);
  const deps = { ...clock, db, log: silentLog, metrics: createMetrics() } as Partial<Deps> as Deps;
  loop = createListening(deps, { links }, () => {
    asked += 1;
  });
  loop.start();
  await eventually(() => opened.length === 1);
});
afterEach(async () => {
  await loop.stop();
  await db.close();
});

function aLink(): Link {
  const feed: ChangeFeed = {
    async open(options) {
      const ended = Promise.withResolvers<FeedEnd>();
      const end = (why: FeedEnd["why"]) => ended.resolve({ why, because: why });
      opened.push({ ...options, end });
      return { ended: ended.promise, stop: () => end("stopped") };
    },
  };
  return { connection: aConnection(), client: { feed } } as unknown as Link;
}

const tell = (cursor: string, subjectId = "7", isIncomplete = false) => {
  const change: EventChange = { kind: "lead-changed", field: "stage", value: "MQL" };
  const event = { key: `${cursor}-${subjectId}`, externalId: "62515", subjectId, occurredAt: now, change };
  return opened.at(-1)?.onBatch({ events: [{ ...event, byThisApp: false }], isIncomplete, cursor });
};
const inbox = async () =>
  (await db.query.selectFrom("inbox").select("subjectId").execute()).map((row) => row.subjectId);
const place = async () => (await readCursor(db.query, connectionId, "changes"))?.cursor ?? null;

/** Lets a time pass and everything that it wakes run. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    clock.advance(Math.min(left, 1_000));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Time goes on until the feed was opened this often, however long the database takes. */
const openedTimes = (count: number) =>
  eventually(async () => {
    if (opened.length < count) await pass(1_000);
    return opened.length === count;
  });

test("what comes is stored together with its place, and the same event is stored once", async () => {
  await tell("r1");
  await tell("r1");
  await tell("r2", "8");

  expect([await inbox(), await place()]).toEqual([["7", "8"], "r2"]);
});

test("a feed that was cut goes on from its place, the later the oftener it was cut", async () => {
  await tell("r1");
  opened.at(-1)?.end("cut");
  await openedTimes(2);
  expect(opened.map(({ after }) => after)).toEqual([null, "r1"]);
  for (let cuts = 2; cuts < 6; cuts += 1) {
    opened.at(-1)?.end("cut");
    await openedTimes(cuts + 1);
  }
  opened.at(-1)?.end("cut");
  await pass(20_000);
  expect(opened).toHaveLength(6);
  await openedTimes(7);
});

test("a place that the CRM does not know any more is forgotten, and the CRM is asked", async () => {
  await tell("r1");
  opened.at(-1)?.end("lost");
  await openedTimes(2);

  expect(opened.map(({ after }) => after)).toEqual([null, null]);
  expect([asked, await place()]).toEqual([1, null]);
});

test("what a feed could not tell the CRM is asked about", async () => {
  await tell("r1", "7", true);

  expect(asked).toBe(1);
});

test.each<[FeedEnd["why"], number]>([
  ["denied", 10],
  ["spent", 60],
])("one that ended as %s rests for %i minutes", async (why, minutes) => {
  opened.at(-1)?.end(why);
  await pass(2_000);
  clock.advance((minutes - 1) * 60_000);
  await pass(2_000);
  expect(opened).toHaveLength(1);
  clock.advance(60_000);
  await openedTimes(2);
});

test("a feed that the CRM denies is told to who can grant it, until it tells something again", async () => {
  const messages = async () => (await openAlerts(db.query, workspaceId, 10)).map(({ message }) => message);
  opened.at(-1)?.end("denied");
  const toldOf = expect.stringMatching(/may not hear of changes any more.*The CRM says: denied/);
  await eventually(async () => (await messages()).length === 1);
  expect(await messages()).toEqual([toldOf]);

  await pass(11 * 60_000);
  await eventually(() => opened.length === 2);
  await tell("b");
  expect(await messages()).toEqual([]);
});

test("a connection that was opened anew gets a feed of its own, and the one before is closed", async () => {
  await tell("r1");
  links.set(connectionId, aLink());
  await openedTimes(2);

  expect(opened.map(({ after }) => after)).toEqual([null, "r1"]);
});

test("after the end nothing is opened any more", async () => {
  await loop.stop();
  await pass(5_000);

  expect(opened).toHaveLength(1);
});
