import { afterEach, expect } from "@jest/globals";
import { sql } from "kysely";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { type Rig, startRig } from "./baton-process.ts";
import { onlyWhere } from "./only-where.ts";
import { type OwnPostgres, startOwnPostgres, whyNoPostgres } from "./own-postgres.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged, type Post } from "./signed-load.ts";
import { pause, until } from "./until.ts";

// reliability.md §3.9, F13: the database goes away and comes back, or its disk is full.

const rounds = scale(2, 20);
const roles = { web: "web", worker: "worker" } as const;
const firstJobWithinMs = 5_000;

let rig: Rig | null = null;
let postgres: OwnPostgres | null = null;
afterEach(async () => {
  await rig?.stop();
  await postgres?.remove();
  rig = null;
  postgres = null;
}, 30_000);

async function start(options: { diskMb?: number }): Promise<{ own: Rig; server: OwnPostgres }> {
  postgres = await startOwnPostgres(options);
  rig = await startRig({ database: { url: postgres.url }, roles });
  return { own: rig, server: postgres };
}

onlyWhere(whyNoPostgres({ small: false }))(
  "PostgreSQL is killed and comes back under load: senders are told to come back, work goes on within 5 s, nothing is lost",
  async () => {
    const { own, server } = await start({});
    const random = createRandom(13);
    const load = own.sender().load({ connections: 3, eventsPerPost: 20, everyMs: 10 });
    const firstJobMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let each = 0; each < 5; each += 1) own.qualify();
      await pause(100 + random() * 500);
      await server.stopImmediately();
      own.qualify();
      await pause(200 + random() * 500);
      await server.start();
      firstJobMs.push(await untilDecided(own));
    }
    const posts = await load.stop();

    expect(await own.violations({ withinMs: 40_000 })).toEqual([]);
    await expectAnsweredWell(own, posts);
    expect(Math.max(...firstJobMs)).toBeLessThanOrEqual(firstJobWithinMs);
    expect([...own.processes.values()].filter((one) => !one.isAlive())).toEqual([]);
  },
  isWhole ? 300_000 : 90_000,
);

onlyWhere(whyNoPostgres({ small: true }))(
  "the disk is full: senders are told to come back, nothing is corrupt or lost, and work goes on when there is space again",
  async () => {
    const { own, server } = await start({ diskMb: 96 });
    const load = own.sender().load({ connections: 3, eventsPerPost: 100, everyMs: 10 });
    await pause(300);
    await server.fillDisk();
    await until("a post is refused", () => load.posts.some((post) => !isAcknowledged(post)), { withinMs: 30_000 });
    for (let each = 0; each < 5; each += 1) own.qualify();
    await pause(scale(1_000, 20_000));
    await server.freeDisk();
    await server.start();
    const firstJobMs = await untilDecided(own);
    const posts = await load.stop();

    expect(await own.violations({ withinMs: 40_000 })).toEqual([]);
    await expectAnsweredWell(own, posts);
    expect(firstJobMs).toBeLessThanOrEqual(firstJobWithinMs);
    expect(await corruptionOf(own)).toEqual([]);
    expect([...own.processes.values()].filter((one) => !one.isAlive())).toEqual([]);
  },
  90_000,
);

/** A lead that qualifies now is decided; answers how many ms that took. */
async function untilDecided(own: Rig): Promise<number> {
  const leadId = own.qualify();
  return own.read((db) =>
    until("a lead is decided", async () => {
      const { rows } = await sql`select 1 from decisions where lead_id = ${leadId}`.execute(db.query);
      return rows.length > 0;
    }),
  );
}

/** Some were refused, each with a clean 503; every post was answered in the vendor's time; what was acknowledged is there. */
async function expectAnsweredWell(own: Rig, posts: readonly Post[]): Promise<void> {
  const stored = await own.storedIds();
  const refused = posts.filter((post) => !isAcknowledged(post));
  const acknowledged = posts.filter(isAcknowledged).flatMap(({ ids }) => ids);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
  expect(Math.max(...posts.map(({ ms }) => ms))).toBeLessThan(5_000);
}

/** Every table is read whole and every index held against its table. */
async function corruptionOf(own: Rig): Promise<string[]> {
  return own.read(async ({ query }) => {
    await sql`create extension amcheck`.execute(query);
    const { rows: heaps } = await sql<{ what: string }>`
      select c.relname || ': ' || v.msg as what from pg_class c, lateral verify_heapam(c.oid) v where c.relkind = 'r'
    `.execute(query);
    await sql`
      select bt_index_check(c.oid, true) from pg_class c join pg_am a on a.oid = c.relam
      where c.relkind = 'i' and a.amname = 'btree'
    `.execute(query);
    return heaps.map(({ what }) => what);
  });
}
