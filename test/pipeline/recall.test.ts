import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { leadGone, leadMerged } from "../../src/pipeline/lead-events.ts";
import { ownerChanged } from "../../src/pipeline/owner-changed.ts";
import type { Db } from "../../src/store/db.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { afterRead as after, anUpdateQueue } from "./update-queue.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

test("a write that waits for its token goes out as it was recorded", async () => {
  const queue = await anUpdateQueue(db);
  await queue.decide("101");
  await queue.send();
  expect(queue.written).toHaveLength(1);
  expect(await queue.statesOf("101")).toEqual(["create-task planned", "update-lead confirmed"]);
});

test("it does not go over a person of whom we have heard meanwhile", async () => {
  const queue = await anUpdateQueue(db);
  await queue.decide("101");
  expect(await queue.claim("colleague", after(2_000))).toBe("done");
  await queue.send();
  expect(queue.written).toEqual([]);
  expect(await queue.statesOf("101")).toEqual(["close-task planned", "create-task cancelled", "update-lead cancelled"]);
});

test("it does not go to a lead that was deleted meanwhile", async () => {
  const queue = await anUpdateQueue(db);
  await queue.decide("101");
  await leadGone(queue.deps, queue.workspace, queue.link, { leadId: "101", erase: false });
  await queue.send();
  expect(queue.written).toEqual([]);
});

test("it does not go over the survivor of a merge", async () => {
  const queue = await anUpdateQueue(db);
  await queue.decide("202");
  await queue.send();
  await queue.decide("101");
  await leadMerged(queue.deps, queue.workspace, queue.link, { into: "202", from: ["101"] });
  await queue.send();
  expect(queue.written).toEqual([expect.stringMatching(/^202 →/)]);
});

test("it goes out after all when the change could not be followed", async () => {
  const queue = await anUpdateQueue(db);
  await queue.decide("101");
  const failing = { ...queue.deps, db: { ...db, transaction: async () => Promise.reject(new Error("away")) } };
  const change = { leadId: "101", ownerId: "colleague", at: after(2_000) };
  await expect(ownerChanged(failing, queue.workspace, queue.link, change)).rejects.toThrow("away");
  await queue.send();
  expect(queue.written).toHaveLength(1);
});

test("an owner that our facts knew is not put back: a joint recording is dated by its first read", async () => {
  const queue = await anUpdateQueue(db);
  await queue.decide("101", { ownerId: "ghost" });
  await queue.send();
  expect(await queue.claim("ghost", after(4_000))).toBe("later");
  expect(await queue.claim("ghost", after(4_000))).toBe("ignored");
  expect(await queue.statesOf("101")).toEqual(["create-task planned", "update-lead confirmed"]);
});

test.each([
  ["whom our facts knew", "ghost"],
  ["nobody", null],
])("when the CRM has the owner of before again, it came after our write, and stands: %s", async (_who, before) => {
  const queue = await anUpdateQueue(db);
  await queue.decide("101", { ownerId: before });
  await queue.send();
  queue.inCrm.ownerId = before;
  expect(await queue.claim(before, after(4_000))).toBe("later");
  expect(await queue.claim(before, after(4_000))).toBe("done");
  expect(queue.written).toHaveLength(1);
  expect(await queue.statesOf("101")).toEqual(["close-task planned", "create-task cancelled", "update-lead confirmed"]);
});
