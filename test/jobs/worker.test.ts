import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { acquireLease, type Lease, requireLease } from "../../src/store/leases.ts";
import { beat } from "../../src/store/workers.ts";
import { eventually } from "../eventually.ts";
import { openTestDatabase } from "../store/database.ts";
import { never, type Statement, started, startWorld, type World } from "./world.ts";

let world: World;
let aWorker: World["aWorker"];
let pass: World["pass"];
let db: World["db"];
let clock: World["clock"];

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  world = await startWorld(db);
  ({ aWorker, pass, clock } = world);
  await world.addWorkspaces("w1");
});

afterEach(() => world.stop());

describe("a worker", () => {
  test("leases every workspace and starts it once", async () => {
    await world.addWorkspaces("w2");
    const { worker, journal } = await started(aWorker("a"));
    await eventually(() => worker.held().length === 2);
    await pass(10_000, never);
    expect(journal.filter((line) => line.startsWith("start"))).toEqual(["start w1", "start w2"]);
  });

  test("finds a workspace that was made after its start within a second", async () => {
    const { worker } = await started(aWorker("a"));
    await world.addWorkspaces("w2");
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

  test("that cannot renew the lease of one workspace keeps those of the others", async () => {
    await world.addWorkspaces("w2");
    const { worker } = await started(aWorker("a"));
    await eventually(() => worker.held().length === 2);
    world.breakDatabase((statement) => isRenewal(statement) && statement.parameters.includes("w1"));
    await pass(26_000, never);
    expect(worker.held()).toEqual(["w2"]);
    await pass(60_000, () => !worker.held().includes("w2"));
    expect(worker.held()).toContain("w2");
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

const isRenewal = ({ sql }: Statement): boolean => sql.includes("update leases set until");
const isBeat = ({ sql }: Statement): boolean => sql.includes("into workers");

/** The database hears nothing of this holder any more, once so many leases of theirs were renewed and beats made. */
function dies(holder: string, after: number): void {
  let left = after;
  world.breakDatabase((statement) => {
    if (!statement.parameters.includes(holder)) return false;
    if (left === 0) return true;
    if (isRenewal(statement) || isBeat(statement)) left -= 1;
    return false;
  });
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

  test("after an outage that outlasted their leases take nothing before everyone could say that he lives, and nobody counts as lost", async () => {
    await leaseOf("other");
    const b = aWorker("b");
    await b.worker.start();
    const recover = world.breakDatabase();
    await pass(40_000, never);
    expect(b.worker.held()).toEqual([]);
    recover();

    await pass(1_000, never);
    expect(b.worker.held()).toEqual([]);
    await beat(db.query, { holder: "other", now: clock.now().toISOString(), leaseMs: 30_000 });
    await pass(2_000, () => b.leases.length > 0);
    expect(b.leases).toMatchObject([{ workspaceId: "w1", token: 2, previousHolder: "" }]);
  });

  test.each([0, 1, 2])("a holder that dies after %i statements of a renewal counts as lost", async (statements) => {
    await started(aWorker("a"));
    await pass(9_000, never);
    dies("a", statements);
    const b = aWorker("b");
    await b.worker.start();
    await pass(61_000, () => b.leases.length > 0);
    expect(b.leases).toMatchObject([{ workspaceId: "w1", previousHolder: "a" }]);
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
