import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { type Db, openDatabase } from "../../src/store/db.ts";
import { outageCode } from "../../src/store/outage.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { eventually } from "../eventually.ts";
import { openOnServer, openTestDatabase, testServer } from "./database.ts";
import { now, workspaceIds } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

/** A promise and what to call to resolve it. */
function signal(): { given: Promise<void>; give: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { given: promise, give: () => resolve() };
}

test("both databases give the same values for the same types", async () => {
  const { rows } = await sql`
    select 9007199254740991::bigint as big_number, '2026-11-20 11:00:00.5+01'::timestamptz as some_time,
      '{"snake_key": [1]}'::jsonb as some_json, array['a', 'b'] as some_texts, null::timestamptz as no_time,
      count(*) as how_many from workspaces
  `.execute(db.query);
  expect(rows).toEqual([
    {
      bigNumber: 9007199254740991,
      someTime: "2026-11-20T10:00:00.500Z",
      someJson: { snake_key: [1] },
      someTexts: ["a", "b"],
      noTime: null,
      howMany: 0,
    },
  ]);
});

test("a transaction that throws leaves nothing, and the next one works", async () => {
  const failing = db.transaction(async (tx) => {
    await ensureWorkspace(tx, { id: "w1", name: "", at: now });
    throw new Error("half way");
  });
  await expect(failing).rejects.toThrow("half way");
  expect(await workspaceIds(db.query)).toEqual([]);
});

test("a failed statement fails its transaction, and nothing of it stays", async () => {
  const failing = db.transaction(async (tx) => {
    await ensureWorkspace(tx, { id: "w1", name: "", at: now });
    await sql`select 1 / 0`.execute(tx);
  });
  await expect(failing).rejects.toThrow("division by zero");
  expect(await workspaceIds(db.query)).toEqual([]);
});

test("what fails by the database's own fault is told, with its code; what was wrong with the data is not", async () => {
  const codes: (string | null)[] = [];
  const told = (error: unknown) => codes.push(outageCode(error));
  const mine = await openTestDatabase(told);
  await expect(sql`select 1 / 0`.execute(mine.query)).rejects.toThrow("division by zero");
  await expect(sql`do $$ begin raise disk_full; end $$`.execute(mine.query)).rejects.toThrow();
  await mine.close();
  const away = await openDatabase({ url: "postgres://root@127.0.0.1:1/nowhere" }, told);
  await expect(sql`select 1`.execute(away.query)).rejects.toThrow("ECONNREFUSED");
  await away.close();
  expect(codes).toEqual(["53100", "ECONNREFUSED"]);
});

test.each(["40001", "40P01"])("a transaction that meets %s runs again, three times at most", async (code) => {
  let runs = 0;
  const refused = () => {
    runs += 1;
    return Promise.reject(Object.assign(new Error("try again"), { code }));
  };
  await expect(db.transaction(refused)).rejects.toThrow("try again");
  expect(runs).toBe(3);
});

test("a listener is woken by its channel only, until it stops listening", async () => {
  const [mine, other] = [signal(), signal()];
  let wakes = 0;
  const stop = await db.listen("inbox w1", () => {
    wakes += 1;
    mine.give();
  });
  await db.listen('other "channel"', other.give);

  await db.notify("inbox w1");
  await mine.given;
  await stop();
  await db.notify("inbox w1");
  await db.notify('other "channel"');
  await other.given;
  expect(wakes).toBe(1);
});

(testServer === undefined ? test.skip : test)(
  "many who wake a channel at once share a notification, and who asks afterwards gets another",
  async () => {
    let wakes = 0;
    const stop = await db.listen("busy", () => {
      wakes += 1;
    });
    await Promise.all(Array.from({ length: 50 }, () => db.notify("busy")));
    await eventually(() => wakes > 0);
    const before = wakes;
    expect(before).toBeLessThanOrEqual(2);
    await db.notify("busy");
    await eventually(() => wakes > before);
    await stop();
  },
);

(testServer === undefined ? test.skip : test)(
  "when the server drops every connection, the pool and the listener come back",
  async () => {
    const server = await openOnServer(testServer ?? "");
    const woken = signal();
    await server.db.listen("inbox", woken.give);
    await Promise.all([1, 2, 3].map(() => workspaceIds(server.db.query)));

    // From another database: the one that is cut off cannot see its own end.
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity where datname = ${new URL(server.url).pathname.slice(1)}
    `.execute(db.query);
    await woken.given; // a listener is woken after each reconnection, for what it may have missed
    expect(await workspaceIds(server.db.query)).toEqual([]);
    await server.db.close();
  },
);
