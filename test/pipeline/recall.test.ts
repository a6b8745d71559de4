import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Permit } from "../../src/crm/throttle.ts";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { leadGone, leadMerged } from "../../src/pipeline/lead-events.ts";
import { createSettler } from "../../src/pipeline/note-settled.ts";
import { ownerChanged } from "../../src/pipeline/owner-changed.ts";
import { createRecorder } from "../../src/pipeline/route.ts";
import { updateLeads } from "../../src/pipeline/update-leads.ts";
import type { GatheredBatch, Head, Link, UpdateJob, Workspace } from "../../src/pipeline/workspace.ts";
import type { Db } from "../../src/store/db.ts";
import { aLead, aShared, someFacts } from "../builders.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, takeLease } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const readAt = Date.parse(aShared().now);
const after = (ms: number) => new Date(readAt + ms).toISOString();

/** A connection whose updates wait in `queued` until `send`; `written` is what the CRM was told. */
async function aQueue() {
  const lease = await takeLease(db.query);
  const queued: UpdateJob[] = [];
  const written: string[] = [];
  const inCrm: { ownerId: string | null } = { ownerId: null };
  const deps = {
    db,
    log: silentLog,
    metrics: createMetrics(),
    onProgress: () => undefined,
    monotonic: () => 5_000,
    settings: { publicUrl: "http://x" } as Partial<Deps["settings"]> as Deps["settings"],
    now: () => new Date(readAt + 5_000),
  } as Partial<Deps> as Deps;
  const workspace = { lease, wake: () => undefined } as Partial<Workspace> as Workspace;
  const idle = { waiting: () => 0, busy: () => false, drain: async () => undefined };
  const link = {
    connection: aConnection(),
    inHand: new Set<string>(),
    unsent: new Set<string>(),
    heads: new Map(),
    ownerLooks: new Map(),
    roster: { reps: [], stages: [] },
    updates: { ...idle, push: (jobs) => queued.push(...jobs) },
    tasks: { ...idle, push: () => undefined },
    settle: createSettler(deps, workspace),
    loadPlanned: () => undefined,
    client: {
      readLeads: async (ids) => ids.map((id) => aLead({ id, ownerId: inCrm.ownerId })),
      updateLeads: async (writes) => {
        inCrm.ownerId = writes.at(-1)?.ownerId ?? inCrm.ownerId;
        written.push(...writes.map(({ leadId, ownerId }) => `${leadId} → ${ownerId}`));
        return new Map(writes.map(({ key, leadId }) => [key, { kind: "done", crmId: leadId }]));
      },
    } as Partial<Link["client"]> as Link["client"],
  } as Partial<Link> as Link;
  const record = createRecorder(deps, workspace, () => link);
  const permit = { release: () => undefined, releaseReserve: () => undefined } as Partial<Permit> as Permit;
  const decide = (leadId: string, { now, ownerId = null }: { now?: string; ownerId?: string | null } = {}) => {
    const shared = aShared(now === undefined ? {} : { now });
    const head: Partial<Head> = { leadId, receivedAt: shared.now, rows: [], late: [], known: null };
    const ready = [{ head: head as Head, facts: someFacts({ lead: aLead({ id: leadId, ownerId }) }) }];
    const batch: GatheredBatch = { gathered: { shared, ready, ignored: [], readAtMs: 0 }, permit };
    return record(batch);
  };
  const send = () => updateLeads(deps, workspace, link, { jobs: queued.splice(0), permit });
  const claim = (ownerId: string | null, at: string) =>
    ownerChanged(deps, workspace, link, { leadId: "101", ownerId, at });
  return { deps, workspace, link, written, inCrm, decide, send, claim };
}

const statesOf = async (leadId: string) =>
  (
    await db.query
      .selectFrom("operations")
      .select(["kind", "state"])
      .where("leadId", "=", leadId)
      .orderBy("kind")
      .execute()
  ).map(({ kind, state }) => `${kind} ${state}`);

test("a write that waits for its token goes out as it was recorded", async () => {
  const queue = await aQueue();
  await queue.decide("101");
  await queue.send();
  expect(queue.written).toHaveLength(1);
  expect(await statesOf("101")).toEqual(["create-task planned", "update-lead confirmed"]);
});

test("it does not go over a person of whom we have heard meanwhile", async () => {
  const queue = await aQueue();
  await queue.decide("101");
  expect(await queue.claim("colleague", after(2_000))).toBe("done");
  await queue.send();
  expect(queue.written).toEqual([]);
  expect(await statesOf("101")).toEqual(["close-task planned", "create-task cancelled", "update-lead cancelled"]);
});

test("it does not go to a lead that was deleted meanwhile", async () => {
  const queue = await aQueue();
  await queue.decide("101");
  await leadGone(queue.deps, queue.workspace, queue.link, { leadId: "101", erase: false });
  await queue.send();
  expect(queue.written).toEqual([]);
});

test("it does not go over the survivor of a merge", async () => {
  const queue = await aQueue();
  await queue.decide("202");
  await queue.send();
  await queue.decide("101");
  await leadMerged(queue.deps, queue.workspace, queue.link, { into: "202", from: ["101"] });
  await queue.send();
  expect(queue.written).toEqual([expect.stringMatching(/^202 →/)]);
});

test("it goes out after all when the change could not be followed", async () => {
  const queue = await aQueue();
  await queue.decide("101");
  const failing = { ...queue.deps, db: { ...db, transaction: async () => Promise.reject(new Error("away")) } };
  const change = { leadId: "101", ownerId: "colleague", at: after(2_000) };
  await expect(ownerChanged(failing, queue.workspace, queue.link, change)).rejects.toThrow("away");
  await queue.send();
  expect(queue.written).toHaveLength(1);
});

test("an owner that our facts knew is not put back: a joint recording is dated by its first read", async () => {
  const queue = await aQueue();
  await queue.decide("101", { ownerId: "ghost" });
  await queue.send();
  expect(await queue.claim("ghost", after(4_000))).toBe("later");
  expect(await queue.claim("ghost", after(4_000))).toBe("ignored");
  expect(await statesOf("101")).toEqual(["create-task planned", "update-lead confirmed"]);
});

test.each([
  ["whom our facts knew", "ghost"],
  ["nobody", null],
])("when the CRM has the owner of before again, it came after our write, and stands: %s", async (_who, before) => {
  const queue = await aQueue();
  await queue.decide("101", { ownerId: before });
  await queue.send();
  queue.inCrm.ownerId = before;
  expect(await queue.claim(before, after(4_000))).toBe("later");
  expect(await queue.claim(before, after(4_000))).toBe("done");
  expect(queue.written).toHaveLength(1);
  expect(await statesOf("101")).toEqual(["close-task planned", "create-task cancelled", "update-lead confirmed"]);
});
