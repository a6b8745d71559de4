import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createWorker, type Running, type Worker, type WorkerOptions } from "../../src/jobs/worker.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Db } from "../../src/store/db.ts";
import { acquireLease, type Lease, requireLease } from "../../src/store/leases.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { eventually } from "../eventually.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { openTestDatabase } from "../store/database.ts";

let db: Db;
let clock: ManualClock;
let statements: { underWay: number };
const workers: Worker[] = [];

beforeEach(async () => {
  db = await openTestDatabase();
  statements = count(db);
  clock = createManualClock();
  await ensureWorkspace(db.query, { id: "w1", name: "One", at: clock.now().toISOString() });
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await db.close();
});

type Fake = { worker: Worker; journal: string[]; leases: Lease[] };

/** A worker whose workspaces only write down what is done to them. */
function aWorker(holder: string, changes: Partial<WorkerOptions> & { running?: Partial<Running> } = {}): Fake {
  const journal: string[] = [];
  const leases: Lease[] = [];
  const worker = createWorker({
    db,
    ...clock,
    leaseTime: async () => clock.now(),
    log: silentLog,
    metrics: createMetrics(),
    holder,
    leaseMs: 30_000,
    shutdownMs: 20_000,
    channel: "inbox",
    chance: () => 0.5,
    async start(lease) {
      journal.push(`start ${lease.workspaceId}`);
      leases.push(lease);
      return {
        wake: () => void journal.push("wake"),
        drain: async () => void journal.push("drain"),
        abandon: () => void journal.push("abandon"),
        ...changes.running,
      };
    },
    ...changes,
  });
  workers.push(worker);
  return { worker, journal, leases };
}

async function started(fake: Fake): Promise<Fake> {
  await fake.worker.start();
  await eventually(() => fake.journal.includes("wake"));
  return fake;
}

/** Moves the clock in steps, so that what each step begins is done before the next. */
async function pass(ms: number, isTrue: () => boolean): Promise<void> {
  for (let passed = 0; passed < ms && !isTrue(); passed += 1_000) {
    clock.advance(1_000);
    await quiet();
  }
}

/** No statement is under way, and none follows at once. */
async function quiet(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) {
    await eventually(() => statements.underWay === 0);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function count(watched: Db): { underWay: number } {
  const counter = { underWay: 0 };
  const executor = watched.query.getExecutor();
  const execute = executor.executeQuery.bind(executor);
  executor.executeQuery = (query) => {
    counter.underWay += 1;
    return execute(query).finally(() => {
      counter.underWay -= 1;
    });
  };
  return counter;
}

const never = () => false;

describe("a worker", () => {
  test("leases every workspace and starts it once", async () => {
    await ensureWorkspace(db.query, { id: "w2", name: "Two", at: clock.now().toISOString() });
    const { worker, journal } = await started(aWorker("a"));
    await eventually(() => worker.held().length === 2);
    await pass(10_000, never);
    expect(journal.filter((line) => line.startsWith("start"))).toEqual(["start w1", "start w2"]);
  });

  test("finds a workspace that was made after its start within a second", async () => {
    const { worker } = await started(aWorker("a"));
    await ensureWorkspace(db.query, { id: "w2", name: "Two", at: clock.now().toISOString() });
    clock.advance(1_000);
    await eventually(() => worker.held().includes("w2"));
    expect(worker.held()).toEqual(["w1", "w2"]);
  });

  test("is woken by a notification at once, and by the clock when that was lost", async () => {
    const { journal } = await started(aWorker("a"));
    journal.length = 0;
    await db.notify("inbox");
    await eventually(() => journal.length === 1);
    clock.advance(1_000);
    await eventually(() => journal.length === 2);
  });

  test("keeps its lease for as long as it lives, whatever the wall clock does", async () => {
    const { worker, journal } = await started(aWorker("a"));
    clock.jumpWall(3_600_000);
    await pass(120_000, never);
    clock.jumpWall(-7_200_000);
    await pass(120_000, never);
    expect([worker.held(), journal.includes("abandon")]).toEqual([["w1"], false]);
  });

  test("whose workspace does not start gives it back and tries again, less and less often", async () => {
    let tries = 0;
    const failing = aWorker("a", {
      async start() {
        tries += 1;
        throw new Error("the CRM is away");
      },
    });
    await failing.worker.start();
    await eventually(() => tries === 1);
    await eventually(async () => (await acquireLease(db.query, someLease)) !== null);
    await pass(60_000, never);
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(9);
  });
});

/** A process that took the workspace and is never heard of again. */
async function leaseOf(holder: string): Promise<Lease> {
  const lease = await acquireLease(db.query, { ...someLease, holder, leaseMs: 30_000 });
  if (lease === null) throw new Error("somebody has it");
  return lease;
}

const someLease = { workspaceId: "w1", holder: "test", now: "2026-11-20T10:00:00.000Z", leaseMs: 1 };

describe("two workers on one database", () => {
  test("never work on one workspace at the same time", async () => {
    const a = await started(aWorker("a"));
    const b = aWorker("b");
    await b.worker.start();
    await pass(60_000, never);
    expect([a.worker.held(), b.worker.held(), b.journal]).toEqual([["w1"], [], []]);
  });

  test("hand over at once when one stops", async () => {
    const a = await started(aWorker("a"));
    const b = aWorker("b");
    await b.worker.start();
    await a.worker.stop();
    clock.advance(1_000);
    await eventually(() => b.worker.held().includes("w1"));
    expect(a.journal.at(-1)).toBe("drain");
  });

  test("the second takes over when the first is dead, and the first one's lease fences nothing in any more", async () => {
    const dead = await leaseOf("dead");
    const b = aWorker("b");
    await b.worker.start();
    await pass(31_000, () => b.worker.held().length === 1);
    const [lease] = b.leases;
    expect(lease?.token).toBeGreaterThan(dead.token);
    await expect(db.transaction((tx) => requireLease(tx, dead))).rejects.toMatchObject({ name: "LeaseLost" });
  });
});

describe("a lost lease", () => {
  test("that another holder took ends the work within a third of the lease", async () => {
    const { worker, journal } = await started(aWorker("a"));
    await db.query.updateTable("leases").set({ holder: "thief", token: 99 }).execute();
    await pass(11_000, () => journal.includes("abandon"));
    expect([journal.includes("abandon"), worker.held()]).toEqual([true, []]);
  });

  test("is noticed without the database: after a standstill the work is abandoned before anything else", async () => {
    const { journal } = await started(aWorker("a"));
    journal.length = 0;
    clock.standStill(60_000);
    expect(journal[0]).toBe("abandon");
  });

  test("that went while the workspace was starting: it is abandoned as soon as it has started", async () => {
    const slowly = Promise.withResolvers<void>();
    const journal: string[] = [];
    const slow = aWorker("a", {
      async start() {
        await slowly.promise;
        return { wake: () => undefined, drain: async () => undefined, abandon: () => void journal.push("abandon") };
      },
    });
    await slow.worker.start();
    await eventually(() => slow.worker.held().length === 1);
    clock.standStill(60_000);
    slowly.resolve();
    await eventually(() => journal.length === 1);
    expect(journal).toEqual(["abandon"]);
  });
});

describe("a stop", () => {
  test("waits for what is in flight, keeps the lease meanwhile and releases it afterwards", async () => {
    const inFlight = Promise.withResolvers<void>();
    const a = await started(aWorker("a", { running: { drain: () => inFlight.promise } }));
    const stopped = a.worker.stop();
    await pass(15_000, never);
    expect(await acquireLease(db.query, { ...someLease, now: clock.now().toISOString() })).toBeNull();
    inFlight.resolve();
    await stopped;
    expect(await acquireLease(db.query, { ...someLease, now: clock.now().toISOString() })).not.toBeNull();
  });

  test("gives up after the shutdown time: the work is abandoned and the lease left to run out", async () => {
    const a = await started(aWorker("a", { running: { drain: () => Promise.withResolvers<void>().promise } }));
    const stopped = a.worker.stop();
    await pass(21_000, () => a.journal.includes("abandon"));
    await stopped;
    expect(a.journal.at(-1)).toBe("abandon");
    expect(await acquireLease(db.query, { ...someLease, now: clock.now().toISOString() })).toBeNull();
  });

  test("asked for twice is one stop", async () => {
    const a = await started(aWorker("a"));
    await Promise.all([a.worker.stop(), a.worker.stop()]);
    expect(a.journal.filter((line) => line === "drain")).toHaveLength(1);
  });
});
