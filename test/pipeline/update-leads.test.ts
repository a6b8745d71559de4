import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Crm, CrmClient } from "../../src/crm/crm.ts";
import type { Permit, Throttle } from "../../src/crm/throttle.ts";
import type { Deps } from "../../src/deps.ts";
import { CrmError } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Lead } from "../../src/model/lead.ts";
import type { LeadWrite } from "../../src/model/task.ts";
import { createLink } from "../../src/pipeline/create-link.ts";
import type { Link, PublishedPolicy, UpdateJob, Workspace } from "../../src/pipeline/workspace.ts";
import type { Db } from "../../src/store/db.ts";
import { eventually } from "../eventually.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, anOperation, takeLease } from "../store/records.ts";

let db: Db;
let clock: ManualClock;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  clock = createManualClock();
});
afterAll(() => db.close());

/** A link to a CRM whose throttle grants when told to, and which is away: what it was asked for is kept, and fails. */
async function aLink(there: readonly Partial<Lead>[] | null = null) {
  const waiting: ((permit: Permit) => void)[] = [];
  const throttle: Partial<Throttle> = {
    take: () => new Promise((resolve) => waiting.push(resolve)),
    recheck: () => undefined,
  };
  const sent: LeadWrite[] = [];
  const asked: { call: string; leadIds: readonly string[] }[] = [];
  const away = async (call: string, leadIds: readonly string[]): Promise<never> => {
    asked.push({ call, leadIds });
    throw new CrmError("unavailable", "502");
  };
  const client: Partial<CrmClient> = {
    maxBatch: 100,
    leadWrites: { maxBatch: 100, withTasks: false, streams: null },
    readLeads: async (ids) => (there === null ? away("read", ids) : (there as Lead[])),
    updateLeads: (writes) => {
      sent.push(...writes);
      return away(
        "write",
        writes.map((write) => write.leadId),
      );
    },
  };
  const crm: Partial<Crm> = { createThrottle: () => throttle as Throttle, connect: () => client as CrmClient };
  const deps: Partial<Deps> = {
    ...clock,
    db,
    log: silentLog,
    metrics: createMetrics(),
    throttles: new Map(),
    crms: { hubspot: crm as Crm },
    settings: { publicUrl: "https://baton.example" } as Deps["settings"],
  };
  const workspace: Partial<Workspace> = {
    lease: await takeLease(db.query),
    readPolicy: async () =>
      ({ version: 1, policy: { qualifyingStage: "mql" } }) as Partial<PublishedPolicy> as PublishedPolicy,
  };
  const setup = { deps: deps as Deps, workspace: workspace as Workspace, connection: aConnection() };
  const link = await createLink({ ...setup, pause: async () => undefined });
  const grant = () => waiting.shift()?.({ release: () => undefined } as Partial<Permit> as Permit);
  return { link, asked, sent, grant };
}

/** An owner write that is recorded as in flight and was not sent yet; its owner was read at so many monotonic ms. */
function aJob(link: Link, leadId: string, readAtMs: number): UpdateJob {
  link.unsent.set(`owner-${leadId}`, [`owner-${leadId}`]);
  const body = { kind: "update-lead", update: { owner: { ownerId: "11", expectOwnerId: null } } } as const;
  const job: Partial<UpdateJob> = {
    operation: { ...anOperation(`owner-${leadId}`, { leadId }), body },
    tasks: [],
    seen: { ownerId: null, atMs: readAtMs },
    attempts: 0,
    releaseReserve: () => undefined,
  };
  return job as UpdateJob;
}

/** Sends what waits, and lets the retry of it come due. */
async function failOnce({ link, asked, grant }: Awaited<ReturnType<typeof aLink>>): Promise<void> {
  const before = asked.length;
  grant();
  await eventually(() => asked.length > before && !link.updates.busy());
  clock.advance(60_000);
}

test("an owner that was read ten seconds ago is written over; one read before that is read again first", async () => {
  const { link, asked, grant } = await aLink();
  clock.advance(10_001);
  link.updates.push([aJob(link, "fresh", 1), aJob(link, "stale", 0)]);
  grant();
  await eventually(() => asked.length === 1);

  expect(asked).toEqual([{ call: "write", leadIds: ["fresh"] }]);
});

test("the owner of a write that waited longer than ten seconds is read before it is sent", async () => {
  const { link, asked, grant } = await aLink();
  clock.advance(10_001);
  link.updates.push([aJob(link, "stale", 0)]);
  grant();
  await eventually(() => asked.length === 1);

  expect(asked).toEqual([{ call: "read", leadIds: ["stale"] }]);
});

test("writes that wait while the CRM is away do not multiply", async () => {
  const world = await aLink();
  const { link } = world;
  link.updates.push([aJob(link, "waited", -10_001)]);
  for (let round = 0; round < 3; round += 1) {
    link.updates.push([aJob(link, `new-${round}`, clock.monotonic())]);
    await failOnce(world);
    expect(link.updates.waiting()).toBe(round + 2);
  }
});

test.each([
  ["an account that somebody gave the lead meanwhile stays", { accountId: "a-2" }, undefined],
  ["so does one in the lookup that Baton fills", { accountId: null, notedAccountId: "a-2" }, undefined],
  ["one that has none gets it", { accountId: null }, "a-1"],
])("%s", async (_, read, accountId) => {
  const { link, sent, grant } = await aLink([{ id: "l", ownerId: null, ...read }]);
  clock.advance(10_001);
  const job = aJob(link, "l", 0);
  const update = { ...job.operation.body.update, account: { accountId: "a-1" } };
  link.updates.push([{ ...job, operation: { ...job.operation, body: { kind: "update-lead", update } } }]);
  await eventually(() => {
    grant();
    return sent.length === 1;
  });

  expect(sent[0]?.accountId).toBe(accountId);
});
