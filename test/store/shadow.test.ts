import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { connectionsOf, linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { planOperations, settleOperations } from "../../src/store/operations.ts";
import {
  endWriting,
  modeChanges,
  noteShadowDecisions,
  noteShadowOwner,
  outcomesToRead,
  setMode,
  settleOutcomes,
  shadowOutcomes,
} from "../../src/store/shadow.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import {
  aBatch,
  aConnection,
  aDecidedLead,
  after,
  anOperation,
  connectionId,
  now,
  takeLease,
  workspaceId,
} from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const connection = { id: connectionId, workspaceId };
const decided = (leadId: string, more: { ownerId?: string | null; decisionId?: string; decidedAt?: string } = {}) => ({
  leadId,
  qualifiedAt: now,
  decisionId: `d-${leadId}-${now}`,
  decidedAt: now,
  ownerId: null,
  ...more,
});

const note = (...leads: ReturnType<typeof decided>[]) =>
  db.transaction((tx) => noteShadowDecisions(tx, connection, leads));
const hear = (leadId: string, ownerId: string | null, at: string) =>
  db.transaction((tx) => noteShadowOwner(tx, connectionId, { leadId, ownerId, at }));
const rows = () =>
  db.query
    .selectFrom("shadowOutcomes")
    .select(["leadId", "decisionId", "ownerId", "settledAt"])
    .orderBy("leadId")
    .execute();

test("a connection is live until it is switched; each switch is kept with who did it, and doing it twice is none", async () => {
  await linkConnection(db.query, aConnection(), now);
  const to = (mode: "live" | "shadow", by: string, at: string) =>
    db.transaction((tx) => setMode(tx, { connection, mode, by, at }));

  expect(await connectionsOf(db.query, workspaceId)).toMatchObject([{ mode: "live" }]);
  expect(await to("live", "Ada", now)).toBe(false);
  expect(await to("shadow", "Ada", now)).toBe(true);
  expect(await to("shadow", "Bo", after(1))).toBe(false);
  // Installing again leaves it in shadow.
  expect(await linkConnection(db.query, aConnection(), after(2))).toMatchObject({ mode: "shadow" });
  expect(await to("live", "Bo", after(60))).toBe(true);
  expect(await modeChanges(db.query, connectionId)).toEqual([
    { at: now, mode: "shadow", by: "Ada" },
    { at: after(60), mode: "live", by: "Bo" },
  ]);
});

test("the end of writing takes every write that is not settled, the clocks and the follow-ups, of this connection only", async () => {
  const lease = await takeLease(db.query);
  const lead = aDecidedLead("101");
  const wait = { id: "wait", leadId: "101", decisionId: "d", qualifiedAt: now, kind: "wait", dueAt: after(60) };
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [{ ...lead, timers: [...lead.timers, wait] }])));
  const others = [anOperation("done"), anOperation("elsewhere", { connectionId: "c2" })];
  await planOperations(db.query, { workspaceId, operations: others, at: now });
  await settleOperations(db.query, lease, [{ key: "done", qualifiedAt: now, state: "confirmed", at: now }]);

  expect(await db.transaction((tx) => endWriting(tx, connectionId, after(5)))).toBe(2);
  expect(await db.transaction((tx) => endWriting(tx, connectionId, after(6)))).toBe(0);
  const operations = await db.query.selectFrom("operations").select(["key", "state"]).orderBy("key").execute();
  expect(operations).toEqual([
    { key: `d-101-${now}-owner`, state: "cancelled" },
    { key: `d-101-${now}-task`, state: "cancelled" },
    { key: "done", state: "confirmed" },
    { key: "elsewhere", state: "planned" },
  ]);
  const timers = await db.query.selectFrom("timers").select(["kind", "state"]).orderBy("kind").execute();
  expect(timers).toEqual([
    { kind: "at-risk", state: "cancelled" },
    { kind: "breach", state: "cancelled" },
    { kind: "wait", state: "armed" },
  ]);
  expect(await db.query.selectFrom("followUps").select("state").execute()).toEqual([{ state: "closed" }]);
});

test("a later decision counts as long as nobody has the lead, and not once somebody has", async () => {
  await note(decided("1"), decided("2"));
  await note(decided("1", { decisionId: "later", decidedAt: after(60) }));
  await hear("2", "rep-b", after(30));
  await note(decided("2", { decisionId: "later", decidedAt: after(60), ownerId: "rep-b" }));
  await note(decided("3", { ownerId: "rep-a" }));

  expect(await rows()).toMatchObject([
    { leadId: "1", decisionId: "later", ownerId: null },
    { leadId: "2", decisionId: `d-2-${now}`, ownerId: "rep-b" },
    { leadId: "3", ownerId: "rep-a" },
  ]);
});

test("of the owners that are heard the latest counts, whatever order they come in, and none of before the decision", async () => {
  await note(decided("1"), decided("2"));
  await hear("1", "rep-b", after(60));
  await hear("1", "rep-a", after(30));
  await hear("2", "rep-a", after(-1));
  await hear("9", "rep-a", after(30));

  expect(await rows()).toMatchObject([
    { leadId: "1", ownerId: "rep-b" },
    { leadId: "2", ownerId: null },
  ]);
});

test("each is looked up once; what the CRM then says counts, and where it says nothing what was heard", async () => {
  await note(decided("1"), decided("2"), decided("3"), decided("4", { decidedAt: after(90_000) }));
  await hear("1", "rep-b", after(60));
  await hear("2", "rep-b", after(60));
  const due = { before: after(86_400), limit: 100 };
  const page = await outcomesToRead(db.query, connectionId, due);
  expect(page.map(({ leadId }) => leadId)).toEqual(["1", "2", "3"]);

  const owners: Record<string, string | null | undefined> = { "1": "rep-a", "2": undefined, "3": null };
  const read = page.map((name) => ({ ...name, ownerId: owners[name.leadId] }));
  await settleOutcomes(db.query, connectionId, { read, at: after(86_400) });
  await hear("1", "rep-c", after(86_500));

  expect(await outcomesToRead(db.query, connectionId, due)).toEqual([]);
  expect(await rows()).toMatchObject([
    { leadId: "1", ownerId: "rep-a", settledAt: after(86_400) },
    { leadId: "2", ownerId: "rep-b", settledAt: after(86_400) },
    { leadId: "3", ownerId: null, settledAt: after(86_400) },
    { leadId: "4", ownerId: null, settledAt: null },
  ]);
});

test("an outcome is told with whom its decision names", async () => {
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [aDecidedLead("101")])));
  await note(decided("101"));
  await hear("101", "rep-b", after(60));

  const told = { leadId: "101", repId: "rep-a", outcomeKind: "assigned", ownerId: "rep-b", decidedAt: now };
  expect(await shadowOutcomes(db.query, { connectionId, since: now })).toMatchObject([told]);
  expect(await shadowOutcomes(db.query, { connectionId, since: after(1) })).toEqual([]);
});
