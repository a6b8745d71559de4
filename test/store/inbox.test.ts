import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { Db } from "../../src/store/db.ts";
import {
  addEvents,
  type ClaimedKey,
  claimInbox,
  inboxDepth,
  oldestWaiting,
  parkedEvents,
  redrive,
  releaseClaims,
  settleInbox,
} from "../../src/store/inbox.ts";
import type { Lease } from "../../src/store/leases.ts";
import { eventually } from "../eventually.ts";
import { emptyTables, openTestDatabase, testServer } from "./database.ts";
import { after, anEvent, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const upTo = (limit: number, at = now) => ({ connectionIds: [connectionId], limit, now: at, number: 1 });
const keys = (rows: readonly { eventKey: string }[]) => rows.map(({ eventKey }) => eventKey);

test("the same event twice is stored once, in one post and in two", async () => {
  expect(await addEvents(db.query, [anEvent("a"), anEvent("b"), anEvent("a")])).toBe(2);
  expect(await addEvents(db.query, [anEvent("b"), anEvent("c")])).toBe(1);
  expect(await inboxDepth(db.query, workspaceId, 100)).toBe(3);
});

test("the same key on another connection is another event", async () => {
  expect(await addEvents(db.query, [anEvent("a"), anEvent("a", { connectionId: "c2" })])).toBe(2);
});

(testServer === undefined ? test.skip : test)(
  "posts of the same events in other orders wait for each other, never for ever",
  async () => {
    const waiting = await db.transaction(async (tx) => {
      await addEvents(tx, [anEvent("a")]);
      const other = addEvents(db.query, [anEvent("z"), anEvent("a")]);
      await eventually(isSomebodyWaiting);
      // Had the other stored z before it came to a, each would wait for what the other holds.
      expect(await addEvents(tx, [anEvent("z")])).toBe(1);
      return { other };
    });
    expect(await waiting.other).toBe(0);
  },
);

async function isSomebodyWaiting(): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  `.execute(db.query);
  return rows.length > 0;
}

test("posts of the same events at the same time store each once", async () => {
  const events = Array.from({ length: 100 }, (_, index) => anEvent(`e${index}`));
  const stored = await Promise.all([1, 2, 3, 4].map(() => addEvents(db.query, events)));
  expect(stored.reduce((sum, count) => sum + count, 0)).toBe(100);
});

test("a claim takes the oldest first and gives rows as they came", async () => {
  await addEvents(db.query, [anEvent("late", { receivedAt: after(2) }), anEvent("early", { receivedAt: after(1) })]);
  const lease = await takeLease(db.query);
  const [first] = await claimInbox(db.query, lease, upTo(1));
  expect(first).toEqual({
    ...anEvent("early", { receivedAt: after(1) }),
    state: "pending",
    claimToken: 1,
    claimNumber: 1,
    attempts: 1,
    notBefore: null,
    because: null,
    deaths: 0,
  });
});

test("what one claim took no other claim of the same lease takes", async () => {
  await addEvents(
    db.query,
    Array.from({ length: 200 }, (_, index) => anEvent(`e${index}`)),
  );
  const lease = await takeLease(db.query);
  const atOnce = await Promise.all([1, 2, 3, 4].map(() => claimInbox(db.query, lease, upTo(50))));
  const claimed = [...atOnce.flat(), ...(await claimInbox(db.query, lease, upTo(200)))];
  expect(new Set(keys(claimed)).size).toBe(200);
  expect(claimed).toHaveLength(200);
});

test("a new holder takes over what the old one had claimed, and the old one claims nothing more", async () => {
  await addEvents(db.query, [anEvent("a"), anEvent("b")]);
  const old = await takeLease(db.query, { holder: "one" });
  await claimInbox(db.query, old, upTo(1));
  const taker = await takeLease(db.query, { holder: "two", now: after(31) });

  expect(await claimInbox(db.query, old, upTo(10))).toEqual([]);
  expect(await claimInbox(db.query, taker, upTo(10))).toMatchObject([{ attempts: 2 }, { attempts: 1 }]);
});

// The embedded database has one connection: there no statement waits for another.
(testServer === undefined ? test.skip : test)(
  "a claim that waited for the next holder's leaves him his rows",
  async () => {
    await addEvents(db.query, [anEvent("a")]);
    const old = await takeLease(db.query, { holder: "one" });
    let late: Promise<unknown[]> | undefined;
    const taker = await db.transaction(async (tx): Promise<Lease> => {
      const lease = await takeLease(tx, { holder: "two", now: after(31) });
      await claimInbox(tx, lease, upTo(10));
      late = claimInbox(db.query, old, upTo(10));
      await eventually(oneWaits);
      return lease;
    });

    expect(await late).toEqual([]);
    expect(await releaseClaims(db.query, taker, { number: 1 })).toBe(1);
  },
);

/** A statement of this database waits for a lock. */
async function oneWaits(): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  `.execute(db.query);
  return rows.length > 0;
}

test("only the lease that claimed a row can settle it", async () => {
  await addEvents(db.query, [anEvent("a")]);
  const old = await takeLease(db.query, { holder: "one" });
  const rows = await claimInbox(db.query, old, upTo(10));
  const taker = await takeLease(db.query, { holder: "two", now: after(31) });
  await claimInbox(db.query, taker, upTo(10));

  expect(await settleInbox(db.query, old, { done: rows })).toBe(0);
  expect(await settleInbox(db.query, taker, { done: rows })).toBe(1);
  expect(await inboxDepth(db.query, workspaceId, 100)).toBe(0);
});

test("each end is stored with its reason, and what is given back waits again", async () => {
  await addEvents(
    db.query,
    ["done", "ignored", "parked", "again"].map((key) => anEvent(key)),
  );
  const lease = await takeLease(db.query);
  const rows = Object.fromEntries((await claimInbox(db.query, lease, upTo(10))).map((row) => [row.eventKey, row]));
  const key = (eventKey: string) => rows[eventKey] as ClaimedKey;
  await settleInbox(db.query, lease, {
    done: [key("done")],
    ignored: [{ ...key("ignored"), because: "echo" }],
    parked: [{ ...key("parked"), because: "threw" }],
    again: [key("again")],
  });

  const settled = await db.query
    .selectFrom("inbox")
    .select(["eventKey", "state", "because"])
    .orderBy("eventKey")
    .execute();
  expect(settled).toEqual([
    { eventKey: "again", state: "pending", because: null },
    { eventKey: "done", state: "done", because: null },
    { eventKey: "ignored", state: "ignored", because: "echo" },
    { eventKey: "parked", state: "parked", because: "threw" },
  ]);
});

test("rows of a connection that is not worked on keep waiting", async () => {
  await addEvents(db.query, [anEvent("active"), anEvent("paused", { connectionId: "c2" })]);
  const lease = await takeLease(db.query);
  expect(keys(await claimInbox(db.query, lease, upTo(10)))).toEqual(["active"]);
  expect(await claimInbox(db.query, lease, { ...upTo(10), connectionIds: [] })).toEqual([]);
});

test("claims of a connection can be given back, by the lease that has them", async () => {
  await addEvents(db.query, [anEvent("a"), anEvent("b", { connectionId: "c2" })]);
  const lease = await takeLease(db.query);
  const both = { ...upTo(10), connectionIds: [connectionId, "c2"] };
  await claimInbox(db.query, lease, both);
  expect(await releaseClaims(db.query, { ...lease, token: 99 }, { connectionId })).toBe(0);
  expect(await releaseClaims(db.query, lease, { connectionId })).toBe(1);
  expect(keys(await claimInbox(db.query, lease, both))).toEqual(["a"]);
});

test("one claim can be undone, and the others stand", async () => {
  await addEvents(db.query, [anEvent("a", { receivedAt: after(1) }), anEvent("b", { receivedAt: after(2) })]);
  const lease = await takeLease(db.query);
  await claimInbox(db.query, lease, { ...upTo(1), number: 1 });
  await claimInbox(db.query, lease, { ...upTo(1), number: 2 });
  expect(await releaseClaims(db.query, { ...lease, token: 99 }, { number: 1 })).toBe(0);
  expect(await releaseClaims(db.query, lease, { number: 1 })).toBe(1);
  expect(keys(await claimInbox(db.query, lease, { ...upTo(10), number: 3 }))).toEqual(["a"]);
});

test("what is given back for later is not claimed before its time", async () => {
  await addEvents(db.query, [anEvent("a")]);
  const lease = await takeLease(db.query);
  const rows = await claimInbox(db.query, lease, upTo(10));
  await settleInbox(db.query, lease, { again: rows.map((row) => ({ ...row, notBefore: after(10) })) });
  expect(await claimInbox(db.query, lease, upTo(10, after(9)))).toEqual([]);
  expect(await claimInbox(db.query, lease, upTo(10, after(10)))).toMatchObject([{ eventKey: "a", attempts: 2 }]);
});

test("a wait that a clock set which was hours ahead is over", async () => {
  await addEvents(db.query, [anEvent("a")]);
  const lease = await takeLease(db.query);
  const rows = await claimInbox(db.query, lease, upTo(10));
  await settleInbox(db.query, lease, { again: rows.map((row) => ({ ...row, notBefore: after(3_600) })) });
  expect(await claimInbox(db.query, lease, upTo(10))).toMatchObject([{ eventKey: "a", attempts: 2 }]);
});

test("parked events are shown and can be driven again", async () => {
  const junk = { key: "j", externalId: "62515", raw: "{", problem: "no object id" };
  await addEvents(db.query, [
    anEvent("j", { subjectKind: "junk", subjectId: "", change: junk, state: "parked", because: "junk" }),
  ]);
  const parked = await parkedEvents(db.query, workspaceId, 10);
  expect(parked).toMatchObject([{ change: junk, because: "junk" }]);

  expect(await redrive(db.query, workspaceId, parked)).toBe(1);
  expect(await claimInbox(db.query, await takeLease(db.query), upTo(10))).toMatchObject([
    { eventKey: "j", attempts: 1 },
  ]);
});

test("depth stops counting at its limit, and counts one workspace or all", async () => {
  const events = ["w1", "w1", "w2"].map((id, index) => anEvent(`e${index}`, { workspaceId: id }));
  await addEvents(db.query, events);
  expect(await inboxDepth(db.query, "w1", 100)).toBe(2);
  expect(await inboxDepth(db.query, null, 100)).toBe(3);
  expect(await inboxDepth(db.query, null, 2)).toBe(2);
  expect(await oldestWaiting(db.query, "w1")).toBe(now);
  expect(await oldestWaiting(db.query, "w3")).toBeNull();
});

test.each([
  ["+275760-09-13T00:00:00.000Z", "9999-12-31T23:59:59.999Z"],
  ["-000001-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"],
  ["no date at all", "1970-01-01T00:00:00.000Z"],
])("an event of %s costs its siblings nothing", async (occurredAt, stored) => {
  expect(await addEvents(db.query, [anEvent("sane"), anEvent("odd", { occurredAt })])).toBe(2);
  const row = await db.query.selectFrom("inbox").select("occurredAt").where("eventKey", "=", "odd").executeTakeFirst();
  expect(row).toEqual({ occurredAt: stored });
});

test("text that PostgreSQL cannot hold costs its siblings nothing", async () => {
  const odd = anEvent("odd\u0000", { change: { kind: "lead-changed", field: "status", value: "a\u0000b\ud800" } });
  await addEvents(db.query, [odd, anEvent("sane")]);
  const row = await db.query.selectFrom("inbox").select("change").where("eventKey", "=", "odd").executeTakeFirst();
  expect(row).toMatchObject({ change: { value: "ab\ufffd" } });
});
