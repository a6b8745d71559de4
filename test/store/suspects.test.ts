import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { addEvents, claimInbox, redrive, redriveAll, releaseClaims, settleInbox } from "../../src/store/inbox.ts";
import { endLeases, type Lease } from "../../src/store/leases.ts";
import { killedItsProcess, readKillers, readSuspects, takeOverClaims } from "../../src/store/suspects.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { after, anEvent, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const mostDeaths = 3;
const upTo = (limit: number, at = now) => ({ connectionIds: [connectionId], limit, now: at, number: 1 });
const keys = (rows: readonly { eventKey: string }[]) => rows.map(({ eventKey }) => eventKey);
const rows = () =>
  db.query.selectFrom("inbox").select(["eventKey", "state", "deaths", "because"]).orderBy("eventKey").execute();
const deathsOf = async () => Object.fromEntries((await rows()).map(({ eventKey, deaths }) => [eventKey, deaths]));
const add = (...eventKeys: string[]) =>
  addEvents(
    db.query,
    eventKeys.map((key, index) => anEvent(key, { subjectId: key, receivedAt: after(index) })),
  );

let minutes = 0;
/** A holder that dies leaves its lease to run out; the next one takes over. */
async function nextLife(holder: string): Promise<{ lease: Lease; parked: string[] }> {
  minutes += 1;
  const lease = await takeLease(db.query, { holder, now: after(60 * minutes) });
  return { lease, parked: keys(await takeOver(lease)) };
}
const takeOver = (lease: Lease) => db.transaction((tx) => takeOverClaims(tx, lease, mostDeaths));

test("what was in hand when a process was lost is counted once, and what was not is not", async () => {
  await add("held", "settled", "given-back", "waiting");
  const { lease } = await nextLife("one");
  const claimed = await claimInbox(db.query, lease, upTo(3));
  await settleInbox(db.query, lease, { done: claimed.slice(1, 2), again: claimed.slice(2, 3) });

  const { lease: second } = await nextLife("two");
  expect(await deathsOf()).toEqual({ held: 1, settled: 0, "given-back": 0, waiting: 0 });
  expect(await takeOver(second)).toEqual([]);
  expect(await deathsOf()).toMatchObject({ held: 1 });
});

test("a death is not missed when the next holder dies before it counted", async () => {
  await add("held");
  await claimInbox(db.query, (await nextLife("one")).lease, upTo(1));
  minutes += 1;
  await takeLease(db.query, { holder: "died before it counted", now: after(60 * minutes) });
  await nextLife("three");
  expect(await deathsOf()).toEqual({ held: 1 });
});

test("a process that lost its lease for a while and has it again did not die", async () => {
  await add("held");
  await claimInbox(db.query, (await nextLife("one")).lease, upTo(1));
  const { lease } = await nextLife("one");
  expect(lease.token).toBe(2);
  expect(await deathsOf()).toEqual({ held: 0 });
  expect(await claimInbox(db.query, lease, upTo(1))).toMatchObject([{ eventKey: "held" }]);
});

test("a process that has its lease again and is then killed by what it had in hand before: that death counts", async () => {
  await add("killer");
  await claimInbox(db.query, (await nextLife("one")).lease, upTo(1));
  await nextLife("one");
  const { lease } = await nextLife("two");
  expect(await deathsOf()).toEqual({ killer: 1 });
  expect(await claimInbox(db.query, lease, { ...upTo(1), deaths: 1 })).toMatchObject([{ eventKey: "killer" }]);
});

test("what was given back before the lease was, is nobody's death", async () => {
  await add("a", "b");
  const { lease } = await nextLife("one");
  await claimInbox(db.query, lease, upTo(2));
  expect(await releaseClaims(db.query, lease)).toBe(2);
  await nextLife("two");
  expect(await deathsOf()).toEqual({ a: 0, b: 0 });
});

test("a row that was in hand at three deaths is parked with its payload and reason, and a re-drive begins anew", async () => {
  await add("killer");
  for (const deaths of [0, 1, 2]) {
    const { lease, parked } = await nextLife(`life-${deaths}`);
    expect(parked).toEqual([]);
    expect(await claimInbox(db.query, lease, { ...upTo(1), deaths })).toMatchObject([{ eventKey: "killer", deaths }]);
  }
  const { parked } = await nextLife("last");
  expect(parked).toEqual(["killer"]);
  const [killer] = await readKillers(db.query, workspaceId, { subjectIds: ["killer"], limit: 10 });
  expect(killer).toMatchObject({ because: killedItsProcess, deaths: 3, change: anEvent("killer").change });
  expect(await readKillers(db.query, workspaceId, { subjectIds: ["another"], limit: 10 })).toEqual([]);

  expect(await redriveAll(db.query, workspaceId)).toBe(1);
  expect(await rows()).toEqual([{ eventKey: "killer", state: "pending", deaths: 0, because: null }]);
  await db.query.updateTable("inbox").set({ state: "parked", deaths: 3 }).execute();
  expect(await redrive(db.query, workspaceId, killer === undefined ? [] : [killer])).toBe(1);
  expect(await deathsOf()).toEqual({ killer: 0 });
});

test("suspects are claimed by their deaths, apart from the rest and from new events of the same lead", async () => {
  await add("one", "two", "fresh");
  await db.query.updateTable("inbox").set({ deaths: 1 }).where("eventKey", "=", "one").execute();
  await db.query.updateTable("inbox").set({ deaths: 2 }).where("eventKey", "=", "two").execute();
  await addEvents(db.query, [anEvent("more-of-one", { subjectId: "one" })]);
  const { lease } = await nextLife("one");
  const look = { connectionIds: [connectionId], now, claim: 7 };

  expect(await readSuspects(db.query, lease, look)).toEqual({ waiting: 2, inHand: 0, nextDeaths: 1 });
  expect(keys(await claimInbox(db.query, lease, { ...upTo(9), besideSuspects: true }))).toEqual(["fresh"]);
  expect(keys(await claimInbox(db.query, lease, { ...upTo(9), deaths: 1, number: 7 }))).toEqual(["one"]);
  expect(await readSuspects(db.query, lease, look)).toEqual({ waiting: 2, inHand: 1, nextDeaths: 2 });
  expect(await readSuspects(db.query, lease, { ...look, connectionIds: [] })).toMatchObject({
    inHand: 0,
    nextDeaths: null,
  });
  expect(keys(await claimInbox(db.query, lease, upTo(9)))).toEqual(["more-of-one"]);
});

test("a suspect whose time has not come is not the next", async () => {
  await add("later");
  await db.query
    .updateTable("inbox")
    .set({ deaths: 1, notBefore: after(5) })
    .execute();
  const { lease } = await nextLife("one");
  const look = { connectionIds: [connectionId], claim: 1 };
  expect(await readSuspects(db.query, lease, { ...look, now })).toMatchObject({ waiting: 1, nextDeaths: null });
  expect(await readSuspects(db.query, lease, { ...look, now: after(5) })).toMatchObject({ nextDeaths: 1 });
});

test("every lease can be ended at once, and its holder counts as lost", async () => {
  await add("held");
  const dead = await takeLease(db.query, { holder: "dead" });
  await claimInbox(db.query, dead, upTo(1));
  await endLeases(db.query);
  const lease = await takeLease(db.query, { holder: "next", now: after(1) });
  expect(lease).toMatchObject({ token: 2, previousHolder: "dead" });
  await takeOver(lease);
  expect(await deathsOf()).toEqual({ held: 1 });
});
