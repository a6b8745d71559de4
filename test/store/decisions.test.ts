import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { Db } from "../../src/store/db.ts";
import {
  type BatchRecord,
  decidedIds,
  decisionsOfLead,
  readBatch,
  readDecision,
  readDecisions,
  recentDecisionCounts,
  recordBatch,
} from "../../src/store/decisions.ts";
import { unclosedFollowUpsOf } from "../../src/store/follow-ups.ts";
import { readLeads } from "../../src/store/leads.ts";
import { type Lease, LeaseLost, requireLease } from "../../src/store/leases.ts";
import { readOperations } from "../../src/store/operations.ts";
import { dueTimers } from "../../src/store/timers.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, aDecision, after, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
let lease: Lease;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  lease = await takeLease(db.query);
});
afterAll(() => db.close());

function record(batch: BatchRecord): Promise<void> {
  return db.transaction(async (tx) => {
    await requireLease(tx, batch.lease);
    await recordBatch(tx, batch);
  });
}

test("a batch is stored whole and can be read back for replay, in the order it was decided", async () => {
  const batch = aBatch(
    lease,
    ["103", "101", "102"].map((id) => aDecidedLead(id)),
  );
  await record(batch);

  const stored = await readBatch(db.query, workspaceId, "b1");
  expect(stored?.shared).toBe(batch.shared.body);
  expect(stored?.batch).toMatchObject({ stateBefore: batch.stateBefore, fencingToken: 1, decidedAt: now });
  expect(stored?.decisions.map(({ facts, decision }) => ({ facts, decision }))).toEqual(
    batch.leads.map(({ facts, decision }) => ({ facts, decision })),
  );
});

test("batches keep the order in which they moved the ledgers, whichever of them had read first", async () => {
  await record(aBatch(lease, [aDecidedLead("101")], { batchId: "read-last", decidedAt: now }));
  const earlier = new Date(Date.parse(now) - 1_000).toISOString();
  await record(aBatch(lease, [aDecidedLead("102")], { batchId: "read-first", decidedAt: earlier }));

  const inOrder = await db.query.selectFrom("batches").select("id").orderBy("position").execute();
  expect(inOrder.map(({ id }) => id)).toEqual(["read-last", "read-first"]);
});

test("a decision is found by its id and by its lead, with what reports need beside it", async () => {
  const lead = aDecidedLead("101");
  await record(aBatch(lease, [lead]));

  expect(await readDecision(db.query, workspaceId, lead.decisionId)).toMatchObject({
    leadId: "101",
    qualifiedAt: now,
    round: 0,
    cause: "qualified",
    tier: "T2",
    outcomeKind: "assigned",
    repId: "rep-a",
    stage: "pick",
    poolId: "dach",
    policyVersion: 1,
    engineVersion: 1,
    receivedAt: now,
    erasedAt: null,
  });
  expect(await decisionsOfLead(db.query, workspaceId, "101")).toHaveLength(1);
  expect(await readDecision(db.query, "another workspace", lead.decisionId)).toBeNull();
  expect(await decidedIds(db.query, [lead.decisionId, "unknown"])).toEqual(new Set([lead.decisionId]));
});

test("many decisions are read at once, of one workspace only", async () => {
  const leads = ["101", "102"].map((id) => aDecidedLead(id));
  const ids = [...leads.map(({ decisionId }) => decisionId), "unknown"];
  await record(aBatch(lease, leads));
  const found = await readDecisions(db.query, workspaceId, ids);
  expect(found.map(({ leadId }) => leadId).sort()).toEqual(["101", "102"]);
  expect(await readDecisions(db.query, "w2", ids)).toEqual([]);
});

test("operations, timers and the follow-up of a decision are stored with it", async () => {
  const lead = aDecidedLead("101");
  await record(aBatch(lease, [lead]));

  const keys = lead.operations.map(({ key }) => key);
  const operations = await readOperations(db.query, keys);
  expect(operations.map(({ key, kind, state, body }) => ({ key, kind, state, body }))).toEqual(
    lead.operations.map(({ key, body }) => ({ key, kind: body.kind, state: "planned", body })),
  );
  const due = { connectionIds: [connectionId], now: after(1800), limit: 10 };
  expect(await dueTimers(db.query, workspaceId, due)).toMatchObject([{ kind: "at-risk" }]);
  expect(await unclosedFollowUpsOf(db.query, connectionId, ["101"])).toMatchObject([
    { taskId: null, holderId: "rep-a" },
  ]);
});

test("a decision that is recorded already is refused, and its whole batch with it", async () => {
  await record(aBatch(lease, [aDecidedLead("101")]));
  const second = record(aBatch(lease, [aDecidedLead("102"), aDecidedLead("101")], { batchId: "b2" }));

  await expect(second).rejects.toThrow(/duplicate key/);
  expect(await decisionsOfLead(db.query, workspaceId, "102")).toEqual([]);
});

test("a worker that lost its lease records nothing", async () => {
  await takeLease(db.query, { holder: "two", now: after(31) });
  await expect(record(aBatch(lease, [aDecidedLead("101")]))).rejects.toThrow(LeaseLost);
  expect(await decisionsOfLead(db.query, workspaceId, "101")).toEqual([]);
});

test("facts come back byte by byte, whatever a lead typed into a form", async () => {
  const lead = aDecidedLead("101");
  const fields = { firstName: "a\u0000b", lastName: "\ud800 half", company: '"); drop table decisions; --' };
  const facts = { ...lead.facts, lead: { ...lead.facts.lead, fields } };
  await record(aBatch(lease, [{ ...lead, facts }]));

  const stored = await readDecision(db.query, workspaceId, lead.decisionId);
  expect(JSON.stringify(stored?.facts)).toBe(JSON.stringify(facts));
});

test("shared facts of the same content are stored once", async () => {
  await record(aBatch(lease, [aDecidedLead("101")], { batchId: "b1" }));
  await record(aBatch(lease, [aDecidedLead("102")], { batchId: "b2" }));
  const stored = await db.query.selectFrom("sharedFacts").select("hash").execute();
  expect(stored.map(({ hash }) => hash)).toEqual(["h1"]);
});

test("the rep of an earlier qualification is remembered, that of an earlier round is not", async () => {
  await record(aBatch(lease, [aDecidedLead("101")]));
  const again = aDecidedLead("101", { qualifiedAt: after(86_400) });
  const given = {
    ...again,
    decision: aDecision("101", { outcome: { kind: "assigned", repId: "rep-b", stage: "pick" } }),
  };
  await record(aBatch(lease, [given], { batchId: "b2", decidedAt: after(86_400) }));
  const round = { ...given, decisionId: "round-1", operations: [], timers: [], followUp: null };
  await record(aBatch(lease, [round], { batchId: "b3", decidedAt: after(90_000) }));

  const leads = await readLeads(db.query, connectionId, ["101"]);
  expect(leads.get("101")).toMatchObject({
    ownerId: "rep-b",
    earlierRepId: "rep-a",
    earlierAt: now,
    state: "assigned",
  });
});

test.each([
  [{ kind: "kept", ownerId: "rep-z", because: "human-owner" } as const, { state: "kept", ownerId: "rep-z" }],
  [{ kind: "queued", queueId: "q", because: "nobody" } as const, { state: "queued", ownerId: null }],
  [{ kind: "stopped", because: "do-not-route" } as const, { state: "stopped", ownerId: null }],
])("a lead that is %j stands so", async (outcome, expected) => {
  await record(aBatch(lease, [{ ...aDecidedLead("101"), decision: aDecision("101", { outcome }) }]));
  expect((await readLeads(db.query, connectionId, ["101"])).get("101")).toMatchObject(expected);
});

test("recent decisions are counted per lead, within one connection", async () => {
  await record(aBatch(lease, [aDecidedLead("101"), aDecidedLead("102")]));
  const later = after(300);
  await record(aBatch(lease, [aDecidedLead("101", { qualifiedAt: later })], { batchId: "b2", decidedAt: later }));

  const recent = { workspaceId, connectionId, leadIds: ["101", "102", "103"] };
  expect(await recentDecisionCounts(db.query, { ...recent, since: now })).toEqual(
    new Map([
      ["101", 2],
      ["102", 1],
    ]),
  );
  expect(await recentDecisionCounts(db.query, { ...recent, since: after(1) })).toEqual(new Map([["101", 1]]));
  expect(await recentDecisionCounts(db.query, { ...recent, connectionId: "c2", since: now })).toEqual(new Map());
});

test("reps who were passed over for the same reasons are stored once, and come back with each decision", async () => {
  const away = ["rep-b", "rep-c"].map((repId) => ({ step: "rep-excluded" as const, repId, because: "away" as const }));
  const { trace } = aDecision("101");
  const leads = ["101", "102"].map((id) => ({
    ...aDecidedLead(id),
    decision: aDecision(id, { trace: [...away, ...trace, ...away.slice(0, 1)] }),
  }));
  await record(aBatch(lease, leads));
  expect(await db.query.selectFrom("sharedFacts").select("hash").execute()).toHaveLength(3);
  const found = await readDecisions(
    db.query,
    workspaceId,
    leads.map(({ decisionId }) => decisionId),
  );
  expect(found.map(({ decision }) => decision)).toEqual(expect.arrayContaining(leads.map(({ decision }) => decision)));
  const { rows } = await sql<{ text: string }>`select decision::text as text from decisions`.execute(db.query);
  expect(rows.filter(({ text }) => text.includes("rep-excluded"))).toEqual([]);
});
