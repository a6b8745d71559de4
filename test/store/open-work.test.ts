import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import { moveOpenWork, readLoads, type WorkItem } from "../../src/store/open-work.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const lead = (itemId: string, repId: string, points = 1): WorkItem => ({ itemKind: "lead", itemId, repId, points });

function move(moves: { add?: WorkItem[]; remove?: Pick<WorkItem, "itemKind" | "itemId">[] }): Promise<void> {
  return db.transaction((tx) => moveOpenWork(tx, { workspaceId, add: [], remove: [], ...moves }));
}

async function sums(): Promise<Record<string, number>> {
  const items = await db.query.selectFrom("openWork").selectAll().execute();
  const found: Record<string, number> = {};
  for (const { repId, points } of items) found[repId] = (found[repId] ?? 0) + points;
  return found;
}

test("a rep's load is the sum of the rep's open work, however often it is added", async () => {
  await move({ add: [lead("1", "rep-a"), lead("2", "rep-a", 3), lead("3", "rep-b")] });
  await move({ add: [lead("1", "rep-a"), lead("2", "rep-a", 3)] });
  expect(await readLoads(db.query, workspaceId)).toEqual({ "rep-a": 4, "rep-b": 1 });
});

test("adding a known item for another rep moves it", async () => {
  await move({ add: [lead("1", "rep-a", 2)] });
  await move({ add: [lead("1", "rep-b", 3)] });
  expect(await readLoads(db.query, workspaceId)).toEqual({ "rep-a": 0, "rep-b": 3 });
});

test("removing takes the points off once; of an item in both lists, adding counts", async () => {
  await move({ add: [lead("1", "rep-a"), lead("2", "rep-a")] });
  const removal = { remove: [lead("1", "rep-a"), lead("unknown", "rep-a")] };
  await move(removal);
  await move(removal);
  await move({ add: [lead("2", "rep-b")], remove: [lead("2", "rep-a")] });
  expect(await readLoads(db.query, workspaceId)).toEqual({ "rep-a": 0, "rep-b": 1 });
});

test("a lead and an opportunity of one id are two items, and other workspaces see neither", async () => {
  await move({ add: [lead("1", "rep-a"), { ...lead("1", "rep-a", 5), itemKind: "opportunity" }] });
  expect(await readLoads(db.query, workspaceId)).toEqual({ "rep-a": 6 });
  expect(await readLoads(db.query, "w2")).toEqual({});
});

test("many moves of the same items at once leave the loads equal to the sums", async () => {
  const rounds = Array.from({ length: 20 }, (_, round) => ({
    add: Array.from({ length: 10 }, (_, item) =>
      lead(`${(item + round) % 13}`, `rep-${(item * round) % 4}`, 1 + (round % 3)),
    ),
    remove: [lead(`${round % 7}`, "any")],
  }));
  await Promise.all(rounds.map(move));
  const loads = Object.entries(await readLoads(db.query, workspaceId)).filter(([, points]) => points !== 0);
  expect(Object.fromEntries(loads)).toEqual(await sums());
});
