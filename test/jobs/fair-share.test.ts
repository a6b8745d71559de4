import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fairShare } from "../../src/jobs/fair-share.ts";
import { bowOut } from "../../src/store/workers.ts";
import { eventually } from "../eventually.ts";
import { openTestDatabase } from "../store/database.ts";
import { type Fake, never, started, startWorld, type World } from "./world.ts";

test.each([
  [
    { workspaces: 40, living: 1, settled: 1 },
    { take: 40, keep: 40 },
  ],
  [
    { workspaces: 40, living: 4, settled: 4 },
    { take: 10, keep: 10 },
  ],
  [
    { workspaces: 40, living: 3, settled: 3 },
    { take: 14, keep: 14 },
  ],
  [
    { workspaces: 40, living: 2, settled: 1 },
    { take: 20, keep: 40 },
  ],
  [
    { workspaces: 3, living: 4, settled: 4 },
    { take: 1, keep: 1 },
  ],
  [
    { workspaces: 5, living: 0, settled: 0 },
    { take: 5, keep: 5 },
  ],
])("of %j each has %j", (people, share) => {
  expect(fairShare(people)).toEqual(share);
});

test("there is room for every workspace, and what one hands over fits into what another takes", () => {
  const people = fc.record({ workspaces: fc.nat(500), living: fc.integer({ min: 1, max: 40 }), settled: fc.nat(40) });
  fc.assert(
    fc.property(people, ({ workspaces, living, settled }) => {
      const { take, keep } = fairShare({ workspaces, living, settled: Math.min(settled, living) });
      expect(take * living).toBeGreaterThanOrEqual(workspaces);
      expect(keep).toBeGreaterThanOrEqual(take);
    }),
  );
});

describe("workers on one database", () => {
  let world: World;
  let db: World["db"];

  beforeAll(async () => {
    db = await openTestDatabase();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    world = await startWorld(db);
    await world.addWorkspaces("w1", "w2", "w3", "w4", "w5");
  });

  afterEach(() => world.stop());

  const sizes = (...fakes: Fake[]) => fakes.map(({ worker }) => worker.held().length);
  const all = (...fakes: Fake[]) => fakes.flatMap(({ worker }) => worker.held()).sort();
  const five = ["w1", "w2", "w3", "w4", "w5"];
  const abandoned = (...fakes: Fake[]) => fakes.flatMap(({ journal }) => journal.filter((line) => line === "abandon"));

  async function first(): Promise<Fake> {
    const one = await started(world.aWorker("a"));
    await eventually(() => one.worker.held().length === 5);
    return one;
  }

  /** With one that has lived for long, and one that came a lease ago. */
  async function two(): Promise<[Fake, Fake]> {
    const a = await first();
    const b = world.aWorker("b");
    await b.worker.start();
    await world.pass(40_000, () => all(b).length === 2);
    return [a, b];
  }

  test("a newcomer gets its share once it has lived for a lease, each workspace ended in order before", async () => {
    const a = await first();
    const b = world.aWorker("b");
    await b.worker.start();
    await world.pass(29_000, never);
    expect(sizes(a, b)).toEqual([5, 0]);
    await world.pass(5_000, never);
    expect([sizes(a, b), all(a, b), abandoned(a, b)]).toEqual([[3, 2], five, []]);
    expect(a.journal.filter((line) => line === "drain")).toHaveLength(2);
  });

  test("nothing moves any more once each has its share", async () => {
    const [a, b] = await two();
    const before = [a.worker.held(), b.worker.held()];
    await world.pass(120_000, never);
    expect([a.worker.held(), b.worker.held()]).toEqual(before);
    expect([a.leases.length, b.leases.length]).toEqual([5, 2]);
  });

  test("a workspace that is made takes nothing beyond the share: the one with room has it", async () => {
    const [a, b] = await two();
    await world.addWorkspaces("w6");
    await world.pass(3_000, never);
    expect(sizes(a, b)).toEqual([3, 3]);
  });

  test("the share of one that ends in order is taken at once", async () => {
    const [a, b] = await two();
    await b.worker.stop();
    await world.pass(2_000, never);
    expect(all(a)).toEqual(five);
  });

  test("the share of one that died is taken when its lease has run out, within two seconds", async () => {
    const a = await first();
    const now = world.clock.now();
    const until = new Date(now.getTime() + 30_000).toISOString();
    await world.db.query
      .insertInto("workers")
      .values({ holder: "dead", since: "2026-11-01T00:00:00.000Z", until })
      .execute();
    // The dead one has what the first hands over.
    await world.db.query.updateTable("leases").set({ holder: "dead", until }).where("workspaceId", ">", "w3").execute();
    await world.pass(29_000, never);
    expect(sizes(a)).toEqual([3]);
    await world.pass(3_000, never);
    expect(all(a)).toEqual(five);
  });

  test("what nobody takes for half a lease is taken by whoever lives, and stays there", async () => {
    const a = await first();
    const asleep = world.aWorker("asleep", { start: async () => Promise.reject(new Error("the CRM is away")) });
    await asleep.worker.start();
    await world.pass(120_000, never);
    const startsBefore = a.leases.length;
    await world.pass(60_000, never);
    expect(a.leases.length - startsBefore).toBe(0);
    expect(all(a)).toEqual(five);
  });

  test("one whose place was taken from the list says again that it lives", async () => {
    const [a, b] = await two();
    await bowOut(world.db.query, "b");
    await world.pass(60_000, never);
    expect([sizes(a, b), all(a, b), abandoned(a, b)]).toEqual([[3, 2], five, []]);
  });
});
