import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { type DatabaseProxy, startDatabaseProxy } from "../../scripts/chaos/database-proxy.ts";
import { createDeck } from "../../scripts/chaos/deck.ts";
import { createGate } from "../../scripts/chaos/gate.ts";
import type { DatabasePoint } from "../../scripts/chaos/points.ts";
import { neverStruck } from "../../scripts/chaos/report.ts";
import type { RunResult } from "../../scripts/chaos/run.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { testServer } from "../store/database.ts";

test("a deck gives every card once before any comes again, in the same order for the same seed", () => {
  const cards = ["a", "b", "c", "d", "e"];
  const drawn = (seed: number) => {
    const draw = createDeck(cards, createRandom(seed));
    return Array.from({ length: 10 }, draw);
  };
  expect(drawn(1).slice(0, 5).toSorted()).toEqual(cards);
  expect(drawn(1).slice(5).toSorted()).toEqual(cards);
  expect(drawn(1)).toEqual(drawn(1));
});

test("a fault that never struck fails a run of 20 rounds, and not a shorter one", () => {
  const result = (rounds: number) => ({ rounds, struck: { kill: 3, storm: 0 } }) as unknown as RunResult;
  expect(neverStruck(result(20))).toEqual(["storm"]);
  expect(neverStruck(result(19))).toEqual([]);
});

test("a gate leads somewhere only while it is open", async () => {
  const gate = await createGate();
  const url = `http://127.0.0.1:${gate.port}/`;
  const { createServer } = await import("node:http");
  const server = createServer((_request, response) => response.end("here"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  await expect(fetch(url)).rejects.toThrow();
  gate.open({ host: "127.0.0.1", port });
  expect(await (await fetch(url)).text()).toBe("here");
  gate.shut();
  await expect(fetch(url)).rejects.toThrow();
  await gate.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const onServer = testServer === undefined ? test.skip : test;
let proxy: DatabaseProxy | null = null;
let direct: pg.Client | null = null;
beforeAll(async () => {
  if (testServer === undefined) return;
  const url = new URL(testServer);
  proxy = await startDatabaseProxy({ host: url.hostname, port: Number(url.port || 5432) });
  direct = new pg.Client({ connectionString: testServer });
  await direct.connect();
  await direct.query("create table if not exists chaos_points (name text)");
});
afterEach(() => proxy?.restore());
afterAll(async () => {
  await direct?.query("drop table chaos_points");
  await direct?.end();
  await proxy?.stop();
});

/** Inserts one row in a transaction while the point is watched; tells whether its commit stands. */
async function commitThrough(point: DatabasePoint, remark = ""): Promise<boolean> {
  const url = new URL(testServer ?? "");
  url.host = `127.0.0.1:${proxy?.port}`;
  const name = `${point.at} ${point.when} ${point.nth} ${remark}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on("error", () => undefined);
  await client.connect();
  const struck = Promise.withResolvers<void>();
  const unwatch = proxy?.watch(point, () => {
    // As a process that is killed: its sockets are gone.
    client.connection.stream.destroy();
    struck.resolve();
  });
  const work = async () => {
    await client.query("begin");
    await client.query(`${remark}insert into chaos_points values ($1)`, [name]);
    await client.query("commit");
    await client.query("select 1");
    struck.resolve();
  };
  await Promise.all([struck.promise, work().catch(() => undefined)]);
  unwatch?.();
  client.connection.stream.destroy();
  const { rows } = (await direct?.query("select 1 from chaos_points where name = $1", [name])) ?? { rows: [] };
  return rows.length > 0;
}

onServer.each([
  ["unsent", false],
  ["unanswered", true],
  ["answered", true],
] as const)("a process that is struck at a commit that is %s: its work stands = %s", async (when, stands) => {
  expect(await commitThrough({ at: "commit", of: "anything", when, nth: 1 })).toBe(stands);
});

onServer("at the commit of decisions no other transaction is struck", async () => {
  const point = { at: "commit", of: "decisions", when: "unsent", nth: 1 } as const;
  expect(await commitThrough(point)).toBe(true);
  expect(await commitThrough(point, "/* insert into decisions */ ")).toBe(false);
});

onServer("a process that is struck between two statements leaves nothing behind", async () => {
  expect(await commitThrough({ at: "statement", when: "answered", nth: 2 })).toBe(false);
});
