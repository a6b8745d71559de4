import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Tier } from "../../src/engine/decision.ts";
import type { RecentWork, Shared } from "../../src/engine/snapshot.ts";
import { moveState } from "../../src/engine/working.ts";
import { countsAfter, lockState } from "../../src/pipeline/lock-state.ts";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { aMatch, aRep, aShared, someFacts } from "../builders.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aBatch, aConnection, aDecidedLead, aDecision, takeLease } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const link = { connection: aConnection() };
const reps = [aRep({ id: "berlin" }), aRep({ id: "new-york", timeZone: "America/New_York" })];
const sharedAt = (now: string): Shared => aShared({ now, reps });

let given = 0;
/** Gives each of these a lead of account-1, as a batch of its own. */
async function give(at: string, repIds: readonly string[], tier: Tier = "T2"): Promise<void> {
  const shared = sharedAt(at);
  const lease = await takeLease(db.query, { now: at });
  await db.transaction(async (tx) => {
    const before = await lockState(tx, link, { shared, facts: [] });
    const leads = repIds.map((repId) => {
      given += 1;
      const outcome = { kind: "assigned", repId, stage: "pick" } as const;
      const lead = aDecidedLead(`lead-${given}`, { qualifiedAt: at });
      return {
        ...lead,
        facts: { ...lead.facts, match: aMatch() },
        decision: aDecision(`lead-${given}`, { outcome, tier }),
      };
    });
    const made = leads.map(({ decision }) => ({ ...decision, ledger: null, accountId: "account-1", at }));
    const counts = countsAfter(shared, { before, after: made.reduce(moveState, before) });
    const batch = { batchId: `b${given}`, decidedAt: at, counts, stateBefore: before, picks: leads.map(() => null) };
    await recordBatch(tx, aBatch(lease, leads, batch));
  });
}

const stateAt = (now: string, facts = [someFacts()]) =>
  db.transaction((tx) => lockState(tx, link, { shared: sharedAt(now), facts }));

/** Today, this week, T1 in 60 minutes. */
async function countsOf(repId: string, now: string): Promise<number[] | null> {
  const recent: RecentWork | undefined = (await stateAt(now)).recent?.[repId];
  return recent === undefined ? null : [recent.today, recent.thisWeek, recent.t1ThisHour];
}

test("who left a pool lately is known to the next batch", async () => {
  const now = "2026-11-20T10:00:00.000Z";
  const ledgers = { credits: { dach: { berlin: 0.5 } }, leavers: { dach: { gone: { credit: -0.5, at: now } } } };
  await db.transaction(async (tx) => {
    const before = await lockState(tx, link, { shared: sharedAt(now), facts: [] });
    const after = { ...before, credits: { ...before.credits, ...ledgers.credits }, leavers: ledgers.leavers };
    await recordBatch(
      tx,
      aBatch(await takeLease(tx, { now }), [], { stateBefore: before, ledgersAfter: after, picks: [] }),
    );
  });
  expect(await stateAt(now, [])).toMatchObject(ledgers);
});

test("a day and a week are the rep's own: they end at the rep's midnight, and on Sunday", async () => {
  // A Sunday, 23:30 in Berlin and 17:30 in New York.
  await give("2026-11-22T22:30:00.000Z", ["berlin", "new-york"]);
  expect(await countsOf("berlin", "2026-11-22T22:59:59.000Z")).toEqual([1, 1, 0]);

  expect(await countsOf("berlin", "2026-11-22T23:00:00.000Z")).toEqual([0, 0, 0]);
  expect(await countsOf("new-york", "2026-11-23T04:59:59.000Z")).toEqual([1, 1, 0]);
  expect(await countsOf("new-york", "2026-11-23T05:00:00.000Z")).toEqual([0, 0, 0]);

  await give("2026-11-23T09:00:00.000Z", ["berlin"]);
  await give("2026-11-23T09:10:00.000Z", ["berlin"]);
  expect(await countsOf("berlin", "2026-11-23T22:59:00.000Z")).toEqual([2, 2, 0]);
  expect(await countsOf("berlin", "2026-11-24T09:00:00.000Z")).toEqual([0, 2, 0]);
});

test("T1 leads count for 60 minutes, across midnight too", async () => {
  await give("2026-11-19T22:40:00.000Z", ["berlin", "berlin"], "T1");
  await give("2026-11-19T22:50:00.000Z", ["berlin"], "T2");

  expect(await countsOf("berlin", "2026-11-19T23:39:59.000Z")).toEqual([0, 3, 2]);
  expect(await countsOf("berlin", "2026-11-19T23:40:00.000Z")).toEqual([0, 3, 0]);
});

test("a batch whose now lies before that of the last one forgets nothing of the new day", async () => {
  await give("2026-11-19T23:00:00.000Z", ["berlin"]);
  await give("2026-11-19T22:59:59.000Z", ["berlin"]);

  expect(await countsOf("berlin", "2026-11-19T23:00:01.000Z")).toEqual([2, 2, 0]);
  expect((await stateAt("2026-11-19T23:00:01.000Z")).recent?.berlin?.lastAt).toBe("2026-11-19T23:00:00.000Z");
});

test("a state names only what its batch can ask for", async () => {
  await give("2026-11-19T09:00:00.000Z", ["berlin", "somebody-gone"]);
  const now = "2026-11-19T09:30:00.000Z";

  expect(Object.keys((await stateAt(now)).recent ?? {})).toEqual(["berlin"]);
  expect((await stateAt(now)).accounts).toEqual({});
  const ofAccount = await stateAt(now, [someFacts({ match: aMatch() }), someFacts({ match: aMatch({ id: "new" }) })]);
  expect(Object.keys(ofAccount.accounts ?? {})).toEqual(["account-1"]);
});
