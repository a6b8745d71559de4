import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { KyselyPlugin } from "kysely";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { takeIn } from "../../src/pipeline/intake.ts";
import { createTurnstile } from "../../src/pipeline/turnstile.ts";
import type { Link, PublishedPolicy, Workspace } from "../../src/pipeline/workspace.ts";
import type { Db } from "../../src/store/db.ts";
import { addEvents, claimInbox } from "../../src/store/inbox.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, anEvent, connectionId, now, takeLease } from "../store/records.ts";
import { idleStation } from "./idle-station.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

let clock: ManualClock;
beforeEach(() => {
  clock = createManualClock(now);
});

const depsOn = (on: Db) => ({ ...clock, db: on, log: silentLog, metrics: createMetrics() }) as Partial<Deps> as Deps;

/** Carries the next statement out and loses its answer. */
function losingAnswers(): Db {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: () => Promise.reject(new Error("Connection terminated unexpectedly")),
  };
  return { ...db, query: db.query.withPlugin(plugin) };
}

async function aWorkspace(links = new Map<string, Link>()): Promise<Workspace> {
  const link = {
    connection: aConnection(),
    people: null,
    heads: new Map(),
    owed: [],
    refresh: () => undefined,
    leads: idleStation(),
  } as Partial<Link> as Link;
  links.set(connectionId, link);
  return {
    lease: await takeLease(db.query),
    links,
    readPolicy: async () => ({ version: 1, policy: { qualifyingStage: "mql" } }) as Partial<PublishedPolicy>,
    claims: { last: 0, unanswered: new Map() },
    suspects: {
      turnstile: createTurnstile(clock, 10_000),
      visitor: { wake: () => undefined },
      sinceMs: 0,
      any: false,
      claim: 0,
      killers: false,
    },
  } as Partial<Workspace> as Workspace;
}

const read = () => db.query.selectFrom("inbox").select(["state", "claimToken", "attempts"]).execute();

test("rows of a claim whose answer got lost are taken by the next run, under the same lease", async () => {
  await addEvents(db.query, [anEvent("a", { change: { kind: "unused" } })]);
  const workspace = await aWorkspace();

  await expect(takeIn(depsOn(losingAnswers()), workspace)).rejects.toThrow("Connection terminated");
  expect(await read()).toMatchObject([{ state: "pending", claimToken: workspace.lease.token, attempts: 1 }]);
  await takeIn(depsOn(db), workspace);

  expect(await read()).toMatchObject([{ state: "ignored", attempts: 2 }]);
});

test("rows of a claim that the server carries out long after its connection failed are taken too", async () => {
  const workspace = await aWorkspace();
  await expect(takeIn(depsOn(losingAnswers()), workspace)).rejects.toThrow("Connection terminated");
  clock.advance(10_000);
  await takeIn(depsOn(db), workspace);
  await addEvents(db.query, [anEvent("a", { change: { kind: "unused" } })]);
  const lost = { connectionIds: [connectionId], limit: 10, now, number: 1 };
  await claimInbox(db.query, workspace.lease, lost);
  clock.advance(20_000);
  await takeIn(depsOn(db), workspace);

  expect(await read()).toMatchObject([{ state: "ignored", attempts: 2 }]);
});

test("a lost claim is looked for no longer than the server may be at it", async () => {
  const workspace = await aWorkspace();
  await expect(takeIn(depsOn(losingAnswers()), workspace)).rejects.toThrow("Connection terminated");
  clock.advance(60_000);
  await takeIn(depsOn(db), workspace);
  expect(workspace.claims.unanswered.size).toBe(1);
  clock.advance(1);
  await takeIn(depsOn(db), workspace);
  expect(workspace.claims.unanswered.size).toBe(0);
});

test("rows of a connection that is closed while they are sorted wait again", async () => {
  await addEvents(db.query, [anEvent("a", { change: { kind: "lead-changed", field: "stage", value: "mql" } })]);
  const links = new Map<string, Link>();
  const workspace = await aWorkspace(links);
  const { readPolicy } = workspace;
  workspace.readPolicy = () => {
    links.clear();
    return readPolicy();
  };
  await takeIn(depsOn(db), workspace);

  expect(await read()).toEqual([{ state: "pending", claimToken: null, attempts: 1 }]);
});
