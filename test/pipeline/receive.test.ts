import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createMetrics } from "../../src/metrics.ts";
import { createInboxStore } from "../../src/pipeline/receive.ts";
import type { Db } from "../../src/store/db.ts";
import { inboxDepth } from "../../src/store/inbox.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { anEvent, workspaceId } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

test.each([
  ["fails", () => Promise.reject(new Error("Connection terminated unexpectedly"))],
  ["is not answered", () => new Promise<void>(() => undefined)],
])("what is committed is acknowledged, though waking the worker %s", async (_what, notify) => {
  const store = createInboxStore({ db: { ...db, notify }, metrics: createMetrics() });
  await store([anEvent("a"), anEvent("b")]);
  expect(await inboxDepth(db.query, workspaceId, 10)).toBe(2);
});

test("deliveries that come at the same time are all stored, and the one that cannot be fails alone", async () => {
  const store = createInboxStore({ db, metrics: createMetrics() });
  const deliveries = Array.from({ length: 20 }, (_, index) => [anEvent(`e${index}`), anEvent(`f${index}`)]);
  const bad = [{ ...anEvent("bad"), receivedAt: "no time" }];
  const answers = await Promise.allSettled([...deliveries.slice(0, 7), bad, ...deliveries.slice(7)].map(store));
  expect(answers.flatMap(({ status }, at) => (status === "rejected" ? [at] : []))).toEqual([7]);
  expect(await inboxDepth(db.query, workspaceId, 100)).toBe(40);
});
