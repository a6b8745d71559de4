import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Permit } from "../../src/crm/throttle.ts";
import type { Deps } from "../../src/deps.ts";
import type { Trigger } from "../../src/engine/snapshot.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createRecorder } from "../../src/pipeline/recorder.ts";
import type { GatheredBatch, Head, Link, UpdateJob, Workspace } from "../../src/pipeline/workspace.ts";
import type { Db } from "../../src/store/db.ts";
import { aLead, aShared, someFacts } from "../builders.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, connectionId, takeLease } from "../store/records.ts";
import { idleStation } from "./idle-station.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

/** Commits, and loses the answer that says so. */
const losingCommits = (): Db => ({
  ...db,
  transaction: async (run) => {
    await db.transaction(run);
    throw new Error("Connection terminated unexpectedly");
  },
});

async function aRecorder(on: Db) {
  const pushed: UpdateJob[] = [];
  const link = {
    connection: aConnection(),
    people: null,
    inHand: new Set<string>(),
    unsent: new Map(),
    client: { leadWrites: { maxBatch: 100, withTasks: false, streams: null } } as Partial<
      Link["client"]
    > as Link["client"],
    updates: idleStation((jobs) => pushed.push(...jobs)),
    loadPlanned: () => undefined,
  } as Partial<Link> as Link;
  const deps = { db: on, log: silentLog, metrics: createMetrics(), onProgress: () => undefined };
  const workspace = { lease: await takeLease(db.query) };
  const record = createRecorder(
    deps as Partial<Deps> as Deps,
    workspace as Partial<Workspace> as Workspace,
    () => link,
  );
  return { record, link, pushed };
}

function gathered(leadId: string, trigger: Partial<Trigger> = {}): GatheredBatch {
  const head: Partial<Head> = { leadId, receivedAt: aShared().now, rows: [], late: [], known: null };
  const facts = someFacts({ lead: aLead({ id: leadId }) });
  facts.trigger = { ...facts.trigger, ...trigger };
  const ready = [{ head: head as Head, facts }];
  const permit: Partial<Permit> = { releaseReserve: () => undefined };
  return { gathered: { shared: aShared(), ready, ignored: [], readAtMs: 0 }, permit: permit as Permit };
}

const operations = () =>
  db.query.selectFrom("operations").select(["kind", "state", "attempts"]).orderBy("kind").execute();

test("a decision's update is recorded as being sent, its task as planned, and both are in hand", async () => {
  const { record, link, pushed } = await aRecorder(db);
  await record(gathered("101"));

  expect(await operations()).toEqual([
    { kind: "create-task", state: "planned", attempts: 0 },
    { kind: "update-lead", state: "inflight", attempts: 1 },
  ]);
  expect(pushed).toMatchObject([{ attempts: 0 }]);
  expect([...link.unsent.keys()]).toEqual(pushed.map(({ operation }) => operation.key));
  expect(link.inHand.size).toBe(2);
});

test("a decision whose commit was not answered leaves its writes to the repair sweep, and is made once", async () => {
  const { record, link, pushed } = await aRecorder(losingCommits());
  await expect(record(gathered("101"))).rejects.toThrow("Connection terminated");

  expect([link.inHand.size, pushed]).toEqual([0, []]);
  const again = await aRecorder(db);
  await again.record(gathered("101"));
  expect([again.link.inHand.size, again.pushed]).toEqual([0, []]);
  const decisions = await db.query.selectFrom("decisions").select("connectionId").execute();
  expect(decisions).toEqual([{ connectionId }]);
});

test("a reassignment of before the lead qualified anew changes nothing any more", async () => {
  const { record, pushed } = await aRecorder(db);
  await record(gathered("101", { qualifiedAt: "2026-11-17T14:03:00.000Z" }));
  await record(gathered("101", { qualifiedAt: "2026-11-17T14:16:00.000Z" }));
  await record(gathered("101", { qualifiedAt: "2026-11-17T14:03:00.000Z", round: 1, cause: "breached" }));
  expect(pushed.map(({ operation }) => operation.qualifiedAt)).toEqual([
    "2026-11-17T14:03:00.000Z",
    "2026-11-17T14:16:00.000Z",
  ]);

  await record(gathered("101", { qualifiedAt: "2026-11-17T14:16:00.000Z", round: 1, cause: "breached" }));
  expect(pushed).toHaveLength(3);
});
