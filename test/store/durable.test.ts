import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openDatabase } from "../../src/store/db.ts";
import { addEvents } from "../../src/store/inbox.ts";
import { startChild } from "./children/start.ts";
import { type FreshDirectory, freshDirectory } from "./database.ts";
import { anEvent } from "./records.ts";

let directory: string;
let remove: FreshDirectory["remove"];
beforeEach(async () => {
  ({ dataDir: directory, remove } = await freshDirectory());
}, 60_000);
afterEach(() => remove());

test("each commit reaches the disk: about one flush per commit, none for a read", async () => {
  const db = await openDatabase({ dataDir: directory });
  const before = db.flushes();
  await inTurn(50, (commit) => addEvents(db.query, [anEvent(`e${commit}`)]));
  const afterWrites = db.flushes();
  await inTurn(50, () => db.query.selectFrom("workspaces").selectAll().execute());
  const afterReads = db.flushes();
  await db.close();

  expect(afterWrites - before).toBeGreaterThanOrEqual(50);
  expect(afterWrites - before).toBeLessThanOrEqual(60);
  expect(afterReads - afterWrites).toBeLessThanOrEqual(1);
}, 60_000);

test("what was stored is there when the directory is opened again", async () => {
  const first = await openDatabase({ dataDir: directory });
  await addEvents(first.query, [anEvent("a")]);
  await first.close();
  const second = await openDatabase({ dataDir: directory });
  expect(await second.query.selectFrom("inbox").select("eventKey").execute()).toEqual([{ eventKey: "a" }]);
  await second.close();
}, 60_000);

test("killed three times in mid-write: nothing that was acknowledged is missing", async () => {
  const acknowledged = new Set<string>();
  await inTurn(3, async (round) => {
    for (const key of await storeUntilKilled(`r${round}`)) acknowledged.add(key);
  });

  const db = await openDatabase({ dataDir: directory });
  const rows = await db.query.selectFrom("inbox").select("eventKey").execute();
  await db.close();
  const stored = new Set(rows.map(({ eventKey }) => eventKey));
  expect([...acknowledged].filter((key) => !stored.has(key))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(600);
}, 120_000);

/** Stores events in a process of its own, kills it under way, and answers the keys that were acknowledged. */
async function storeUntilKilled(prefix: string): Promise<string[]> {
  const child = startChild("store-events.ts", [directory, prefix]);
  await child.says(`${prefix}-40-0`);
  await child.kill();
  // The last line may be cut off by the kill.
  return child.output().split("\n").slice(0, -1);
}

async function inTurn(times: number, run: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index++) await run(index);
}
