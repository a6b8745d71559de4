import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { markInflight, planOperations } from "../../src/store/operations.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { anOperation, workspaceId } from "../store/records.ts";
import { afterRead, anUpdateQueue, type Fate } from "./update-queue.ts";

// A CRM that writes a lead together with its tasks: what becomes of both at each turn, in the CRM and in the database.

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const withTasks = true;
/** Long enough for whatever was put off. */
const aWhile = 20_000;

const taskIds = async () =>
  (await db.query.selectFrom("followUps").select("taskId").execute()).map(({ taskId }) => taskId);

/** A lead that was decided, and sent with this fate. */
async function sent(fate: Fate, options: { absenceIsProof?: boolean } = {}) {
  const queue = await anUpdateQueue(db, { withTasks, ...options });
  queue.fates.push(fate);
  await queue.decide("101");
  await queue.send();
  return queue;
}

test("a decision's update and task are in flight from its recording on, go out as one, and the clock knows the task", async () => {
  const queue = await anUpdateQueue(db, { withTasks });
  await queue.decide("101");
  expect(await queue.statesOf("101")).toEqual(["create-task inflight", "update-lead inflight"]);

  await queue.send();

  expect(queue.written).toEqual([expect.stringMatching(/^101 → .* \+ task$/)]);
  expect(queue.tasks).toEqual([]);
  expect(await queue.statesOf("101")).toEqual(["create-task confirmed", "update-lead confirmed"]);
  expect(await taskIds()).toEqual([expect.stringMatching(/^id of /)]);
  expect(queue.link.inHand.size).toBe(0);
});

test("neither goes out to a lead that a person took meanwhile", async () => {
  const queue = await anUpdateQueue(db, { withTasks });
  await queue.decide("101");
  expect(await queue.claim("colleague", afterRead(2_000))).toBe("done");

  await queue.send();

  expect(queue.written).toEqual([]);
  expect(await queue.statesOf("101")).toEqual(["close-task planned", "create-task cancelled", "update-lead cancelled"]);
});

test("a lead that was held goes again with its task", async () => {
  const queue = await sent("held");
  expect(await queue.statesOf("101")).toEqual(["create-task planned", "update-lead planned"]);

  queue.pass(5_000);
  await queue.send();

  expect(queue.written).toHaveLength(2);
  expect(queue.written[1]).toBe(queue.written[0]);
  expect(await queue.statesOf("101")).toEqual(["create-task confirmed", "update-lead confirmed"]);
});

test("after a lost answer the owner is read and the task looked for: both are there, and nothing goes again", async () => {
  const queue = await sent("answer-lost");
  expect(await queue.statesOf("101")).toEqual(["create-task unknown", "update-lead unknown"]);

  queue.pass(aWhile);
  await queue.send();
  expect(await queue.statesOf("101")).toEqual(["create-task unknown", "update-lead confirmed"]);
  queue.pass(aWhile);
  await queue.look();

  expect(queue.written).toHaveLength(1);
  expect(await queue.statesOf("101")).toEqual(["create-task confirmed", "update-lead confirmed"]);
  expect(await taskIds()).toEqual([expect.stringMatching(/^id of /)]);
});

test("what never arrived goes again as it was, where keys are unique", async () => {
  const queue = await sent("not-arrived");

  queue.pass(aWhile);
  await queue.send();
  await queue.send();

  expect(queue.written).toEqual([queue.written[0], queue.written[0]]);
  expect(await queue.statesOf("101")).toEqual(["create-task confirmed", "update-lead confirmed"]);
});

test("where keys are not unique, the lead goes again alone, and its task is looked for before it is made", async () => {
  const queue = await sent("not-arrived", { absenceIsProof: false });

  queue.pass(aWhile);
  await queue.send();
  await queue.send();
  expect(queue.written[1]).not.toContain("task");
  queue.pass(aWhile);
  await queue.look();
  expect(queue.tasks).toEqual([]);
  queue.pass(100_000);
  await queue.look();
  queue.pass(0);

  expect(queue.tasks).toHaveLength(1);
  expect(await queue.statesOf("101")).toEqual(["create-task unknown", "update-lead confirmed"]);
});

test.each([
  ["was not made is not made any more", "not-arrived", "create-task cancelled"],
  ["was made is known, so that it can be closed", "answer-lost", "create-task confirmed"],
] as const)("when a person took the lead before the owner was read, a task that %s", async (_what, fate, state) => {
  const queue = await sent(fate);
  queue.inCrm.ownerId = "colleague";

  queue.pass(aWhile);
  await queue.send();
  queue.pass(aWhile);
  await queue.look();

  expect(queue.written).toHaveLength(1);
  expect(await queue.statesOf("101")).toEqual([state, "update-lead yielded"]);
  expect(queue.link.inHand.size).toBe(0);
});

test("a task that is refused alone is told of, and the lead has its owner", async () => {
  const queue = await sent("task-refused");

  expect(await queue.statesOf("101")).toEqual(["create-task refused", "update-lead confirmed"]);
  const alerts = await db.query.selectFrom("alerts").select(["kind", "message"]).execute();
  expect(alerts).toMatchObject([{ kind: "task-refused", message: expect.stringContaining("lead 101: NO_TASKS") }]);
});

test("of a rep who cannot own it neither is written: it is given to another", async () => {
  const queue = await anUpdateQueue(db, { withTasks });
  queue.fates.push("lead-refused", "lead-refused");
  await queue.decide("101");
  await queue.send();
  // Its parts go one by one, the owner first.
  await queue.send();

  const tasks = (await queue.statesOf("101")).filter((state) => state.startsWith("create-task"));
  expect(tasks).toEqual(["create-task cancelled"]);
  const events = await db.query.selectFrom("inbox").select("change").execute();
  expect(events).toMatchObject([{ change: { kind: "lead-reassign" } }]);
});

test.each([
  ["before it was sent", null],
  ["after it was sent", "answer-lost"],
  ["while its answer was on the way", "not-arrived"],
] as const)("a process that died %s loses nothing and makes no second task", async (_when, fate) => {
  const queue = await anUpdateQueue(db, { withTasks });
  await queue.decide("101");
  queue.fates.push(...(fate === null ? [] : [fate]));
  await Promise.all(fate === null ? [] : [queue.send()]);

  await queue.takeOver();
  await queue.send();
  await queue.send();
  queue.pass(aWhile);
  await queue.look();

  expect(queue.inCrm.ownerId).not.toBeNull();
  expect(queue.inCrm.tasks.size).toBe(1);
  expect(await queue.statesOf("101")).toEqual(["create-task confirmed", "update-lead confirmed"]);
  expect(queue.tasks).toEqual([]);
});

test("a conversion that was under way when a process died is sent again, and not looked for as a task", async () => {
  const queue = await sent("done");
  const [update] = await db.query.selectFrom("operations").selectAll().where("kind", "=", "update-lead").execute();
  const { decisionId = "", qualifiedAt = "" } = update ?? {};
  const body = { kind: "convert-lead", accountId: "acme", ownerId: "ada" } as const;
  const conversion = { ...anOperation("convert", { leadId: "101", decisionId, qualifiedAt }), body };
  await planOperations(db.query, { workspaceId, at: afterRead(6_000), operations: [conversion] });
  const keys = [{ key: "convert", qualifiedAt }];
  await markInflight(db.query, queue.workspace.lease, { keys, at: afterRead(6_000) });

  await queue.takeOver();
  queue.pass(aWhile);

  expect(queue.tasks.map(({ operation }) => operation.key)).toEqual(["convert"]);
  expect(queue.checks).toEqual([]);
});
