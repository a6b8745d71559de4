import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Receipt } from "../../src/model/operation.ts";
import { openAlerts } from "../../src/store/alerts.ts";
import type { Db } from "../../src/store/db.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { workspaceId } from "../store/records.ts";
import { afterRead, anUpdateQueue } from "./update-queue.ts";

// Somebody who has got a lead is told of it in the CRM: once, or not at all.

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

/** A lead that was decided and sent. */
async function sent(fate: Parameters<typeof anUpdateQueue>[1] & { update?: "lead-refused" | "held" } = {}) {
  const { update, ...options } = fate;
  const queue = await anUpdateQueue(db, { notifies: true, withTasks: true, ...options });
  if (update !== undefined) queue.fates.push(update);
  await queue.decide("101");
  await queue.send();
  return queue;
}

const noticeOf = async (queue: Awaited<ReturnType<typeof sent>>) =>
  (await queue.statesOf("101")).filter((line) => line.startsWith("notify"));

test("who got a lead is told what, until when, and why", async () => {
  const queue = await sent();
  expect(await noticeOf(queue)).toEqual(["notify planned"]);
  await queue.ring();

  expect(queue.bell.rung).toEqual([
    expect.objectContaining({
      ...{ leadId: "101", recipientId: queue.inCrm.ownerId },
      title: expect.stringMatching(/^New lead, /),
      body: expect.stringMatching(/^Call or write by .+\(.+\)\. You are next/),
    }),
  ]);
  expect(await noticeOf(queue)).toEqual(["notify confirmed"]);
  expect(queue.link.inHand.size).toBe(0);
});

test.each([
  "lead-refused",
  "held",
] as const)("nobody is told of a lead whose owner was not written (%s)", async (update) => {
  const queue = await sent({ update });
  await queue.ring();

  expect(queue.bell.rung).toEqual([]);
  expect(await noticeOf(queue)).toEqual([]);
});

test("nobody is told of a lead that a person took meanwhile", async () => {
  const queue = await anUpdateQueue(db, { notifies: true, withTasks: true });
  await queue.decide("101");
  await queue.claim("colleague", afterRead(2_000));
  await queue.send();
  await queue.ring();

  expect(queue.bell.rung).toEqual([]);
});

test.each<[string, Receipt, number]>([
  ["that came without an answer is not sent again", { kind: "unknown", because: "no answer" }, 1],
  ["of which nothing was sent goes again", { kind: "retry", because: "busy", retryAt: afterRead(6_000) }, 1],
])("a notification %s", async (_, fate, times) => {
  const queue = await sent();
  queue.bell.fates.push(fate);
  await queue.ring();
  for (let again = 0; again < 3; again += 1) {
    queue.pass(20_000);
    await queue.takeOver();
    await queue.ring();
  }

  expect(queue.bell.rung).toHaveLength(times);
  expect(queue.link.inHand.size).toBe(0);
});

test("what a process had planned to tell when it died is told by the next one, and what it may have told is not", async () => {
  const queue = await sent();
  await queue.takeOver();
  await queue.ring();
  expect(queue.bell.rung).toHaveLength(1);

  await db.query
    .updateTable("operations")
    .set({ state: "unknown", settledAt: null })
    .where("kind", "=", "notify")
    .execute();
  await queue.takeOver();
  await queue.ring();

  expect(queue.bell.rung).toHaveLength(1);
  expect(await noticeOf(queue)).toEqual(["notify cancelled"]);
});

test("where the account lets nobody be told, that is told once, and nothing more is sent", async () => {
  const queue = await sent();
  queue.bell.fates.push({ kind: "refused", because: "no", rule: "NO", fields: [] });
  await queue.ring();
  expect((await openAlerts(db.query, workspaceId, 9)).map(({ kind, whatToDo }) => [kind, whatToDo])).toEqual([
    ["feature-off", "Buy one."],
  ]);

  await queue.decide("102");
  await queue.send();
  await queue.ring();

  expect(await queue.statesOf("102")).toEqual(["create-task confirmed", "update-lead confirmed"]);
  expect(queue.bell.rung).toEqual([]);
});

test("a CRM without notifications tells by the task alone", async () => {
  const queue = await sent({ notifies: false });

  expect(await queue.statesOf("101")).toEqual(["create-task confirmed", "update-lead confirmed"]);
});
