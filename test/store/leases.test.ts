import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Db, openDatabase } from "../../src/store/db.ts";
import {
  acquireLease,
  claimableWorkspaces,
  endLeases,
  LeaseLost,
  releaseLease,
  renewLease,
  requireLease,
} from "../../src/store/leases.ts";
import { isDatabaseOutage } from "../../src/store/outage.ts";
import { beat, headcount } from "../../src/store/workers.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { eventually } from "../eventually.ts";
import { emptyTables, openOnServer, openTestDatabase, testServer } from "./database.ts";
import { after, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const wanted = { workspaceId, now, leaseMs: 30_000 };

test("one holder at a time, and of many that ask at once one gets it", async () => {
  const holders = ["one", "two", "three", "four"];
  const leases = await Promise.all(holders.map((holder) => acquireLease(db.query, { ...wanted, holder })));
  expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
});

test("a lease ends after its time, and the next holder's token is higher", async () => {
  const first = await takeLease(db.query, { holder: "one" });
  expect(first).toEqual({ workspaceId, holder: "one", token: 1, until: after(30), previousHolder: "" });
  expect(await acquireLease(db.query, { ...wanted, holder: "two", now: after(29.999) })).toBeNull();
  expect(await acquireLease(db.query, { ...wanted, holder: "two", now: after(30) })).toMatchObject({ token: 2 });
});

test("the holder before was lost with its lease, unless it says that it lives", async () => {
  await takeLease(db.query, { holder: "dead" });
  expect(await takeLease(db.query, { holder: "two", now: after(30) })).toMatchObject({ previousHolder: "dead" });
  await beat(db.query, { holder: "two", now: after(59), leaseMs: 30_000 });
  expect(await takeLease(db.query, { holder: "three", now: after(60) })).toMatchObject({ previousHolder: "" });
});

test("whoever opens the embedded database finds every lease ended, and nobody to share with", async () => {
  await takeLease(db.query, { holder: "one" });
  await beat(db.query, { holder: "one", now, leaseMs: 30_000 });
  await endLeases(db.query);
  expect(await acquireLease(db.query, { ...wanted, holder: "two", now: after(1) })).toMatchObject({ token: 2 });
  expect(await headcount(db.query, { now: after(1), settledSince: after(-30) })).toMatchObject({ living: 0 });
});

test("a holder that asks again keeps its token while its lease runs, and gets a new one when it ran out", async () => {
  await takeLease(db.query);
  expect(await takeLease(db.query, { now: after(10) })).toMatchObject({ token: 1, until: after(40) });
  expect(await takeLease(db.query, { now: after(50) })).toMatchObject({ token: 2 });
});

test("renewing extends the lease, and fails once another has it", async () => {
  const first = await takeLease(db.query, { holder: "one" });
  expect(await renewLease(db.query, first, { now: after(10), leaseMs: 30_000 })).toMatchObject({ until: after(40) });
  await takeLease(db.query, { holder: "two", now: after(41) });
  expect(await renewLease(db.query, first, { now: after(42), leaseMs: 30_000 })).toBeNull();
});

test("a released lease is free at once; releasing a lost one takes nothing away", async () => {
  const first = await takeLease(db.query, { holder: "one" });
  await releaseLease(db.query, first);
  const second = await takeLease(db.query, { holder: "two" });
  await releaseLease(db.query, first);
  expect(await acquireLease(db.query, { ...wanted, holder: "three" })).toBeNull();
  expect(second.token).toBe(2);
});

test("a stale fencing token is refused in a recording transaction, and nothing of it stays", async () => {
  const stale = await takeLease(db.query, { holder: "one" });
  await takeLease(db.query, { holder: "two", now: after(31) });

  const recording = db.transaction(async (tx) => {
    await ensureWorkspace(tx, { id: "made-by-stale", name: "", at: now });
    await requireLease(tx, stale);
  });
  await expect(recording).rejects.toThrow(LeaseLost);
  expect(await db.query.selectFrom("workspaces").selectAll().execute()).toEqual([]);
});

test("the lease holds in a recording transaction, even when its time ran out and nobody took it", async () => {
  const lease = await takeLease(db.query);
  await expect(db.transaction((tx) => requireLease(tx, lease))).resolves.toBeUndefined();
});

test("workspaces without a running lease can be claimed", async () => {
  await ensureWorkspace(db.query, { id: workspaceId, name: "One", at: now });
  await ensureWorkspace(db.query, { id: "w2", name: "Two", at: now });
  await takeLease(db.query);
  expect(await claimableWorkspaces(db.query, now)).toEqual(["w2"]);
  expect(await claimableWorkspaces(db.query, after(30))).toEqual(["w1", "w2"]);
});

(testServer === undefined ? test.skip : test)(
  "a holder that hangs in the middle of a recording keeps nobody waiting, and its own workspace no longer than the server's limit",
  async () => {
    const server = await openOnServer(testServer ?? "");
    await ensureWorkspace(server.db.query, { id: workspaceId, name: "one", at: now });
    await ensureWorkspace(server.db.query, { id: "w2", name: "two", at: now });
    const hanging = await openDatabase({ url: server.url, idleTransactionMs: 500 });
    const lease = await takeLease(hanging.query, { holder: "hanging" });
    const over = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const recording = hanging.transaction(async (tx) => {
      await requireLease(tx, lease);
      locked.resolve();
      await over.promise;
    });
    await locked.promise;
    // In which its holder goes on to live.
    expect(await renewLease(server.db.query, lease, { now: after(10), leaseMs: 20_000 })).toMatchObject({
      until: after(30),
    });

    const take = (id: string) =>
      acquireLease(server.db.query, { workspaceId: id, holder: "living", now: after(30), leaseMs: 30_000 });
    expect(await claimableWorkspaces(server.db.query, after(30))).toHaveLength(2);
    expect([await take(workspaceId), (await take("w2"))?.holder]).toEqual([null, "living"]);
    await eventually(async () => (await take(workspaceId)) !== null);

    over.resolve();
    const error = await recording.catch((cause: unknown) => cause);
    // No lead is to blame for it.
    expect(isDatabaseOutage(error)).toBe(true);
    await hanging.close();
    await server.db.close();
  },
);
