import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createInboxStore, type Door } from "../../src/pipeline/receive.ts";
import { webhookHandler } from "../../src/web/handlers/webhooks.ts";
import { usualIntake } from "../../src/web/intake.ts";
import type { Route } from "../../src/web/route.ts";
import { openServer, type WebServer } from "../../src/web/server.ts";
import { aConnection } from "../store/records.ts";
import { createFakeCrm } from "./fake-crm.ts";

const metrics = createMetrics();
const monotonic = () => performance.now();
/** Time runs forty times as fast, so that the four seconds of patience are a tenth of one. */
const setTimer = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms / 40);
  return () => clearTimeout(timer);
};

let server: WebServer;
afterEach(() => server.stop(10));

async function serve(handler: Route["handler"]): Promise<URL> {
  server = await openServer({ host: "127.0.0.1", port: 0, log: silentLog, metrics, monotonic, setTimer });
  server.serve([{ method: "POST", path: "/in", access: "signed", handler }]);
  return new URL(`${server.url}/in`);
}

test("a body of one-byte chunks, by a stranger, holds no more memory than bodies may", async () => {
  const url = await serve(async () => ({ status: 204 }));
  const before = process.memoryUsage().rss;
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, "connect");
  socket.write("POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const chunks = Buffer.from("1\r\nx\r\n".repeat(10_000));
  for (let each = 0; each < 100; each += 1) if (!socket.write(chunks)) await once(socket, "drain");
  // The answer tells that all was read.
  const answer = once(socket, "data");
  socket.write("0\r\n\r\n");
  expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 204 /);
  const grownMb = (process.memoryUsage().rss - before) / 1e6;
  socket.destroy();

  // A body of less than 1 MB, and what the garbage collector has not taken yet. Chunks that are held are 470 MB.
  expect(grownMb).toBeLessThan(usualIntake.arrivingBytes / 1e6 + 250);
}, 60_000);

test("while the database hangs, no more deliveries are held than are let in, however often senders come back", async () => {
  const inserts: number[] = [];
  const released = Promise.withResolvers<void>();
  const query = {
    getExecutor: () => ({
      transformQuery: (node: unknown) => node,
      compileQuery: (node: unknown) => ({ query: node, sql: "", parameters: [] }),
      async executeQuery() {
        inserts.push(1);
        await released.promise;
        return { rows: [], numAffectedRows: 1n };
      },
    }),
  };
  const db = { kind: "postgres", query, notify: async () => undefined } as unknown as Deps["db"];
  const commit = createInboxStore({ db, metrics });
  let held = 0;
  const store: Door["store"] = async (rows) => {
    held += 1;
    await commit(rows).finally(() => {
      held -= 1;
    });
  };
  const door = {
    db,
    metrics,
    log: silentLog,
    setTimer,
    now: () => new Date(),
    directory: { find: async () => new Map([["62515", aConnection()]]), forget: () => undefined },
    gauge: { wouldOverflow: async () => false, added: () => undefined },
    store,
  };
  const url = await serve(webhookHandler(door, "hubspot", createFakeCrm().webhooks));
  const post = (lead: number) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-signature": "good" },
      body: JSON.stringify([{ lead, portal: "62515" }]),
    }).then(({ status }) => status);
  // As one vendor does it: ten at a time, and again when they were told to come back.
  for (let round = 0; round < 20; round += 1) {
    const statuses = await Promise.all(Array.from({ length: 10 }, (_, at) => post(round * 10 + at + 1)));
    expect(new Set(statuses)).toEqual(new Set([503]));
  }
  const heldAfter = held;
  released.resolve();

  expect(heldAfter).toBeLessThanOrEqual(2 * usualIntake.leastPosts);
}, 30_000);
