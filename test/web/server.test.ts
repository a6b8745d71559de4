import { Agent, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Route } from "../../src/web/route.ts";
import { openServer, type ServerOptions, type WebServer } from "../../src/web/server.ts";

const setTimer = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

function open(options: Partial<ServerOptions> = {}): Promise<WebServer> {
  return openServer({
    host: "127.0.0.1",
    port: 0,
    log: silentLog,
    metrics: createMetrics(),
    monotonic: () => 0,
    setTimer,
    ...options,
  });
}

const routes: Route[] = [
  {
    method: "POST",
    path: "/echo/:id",
    access: "anyone",
    handler: async ({ target, params, query, body }) => ({
      status: 200,
      json: { target, id: params.id, q: query.get("q"), body: Buffer.from(body).toString("latin1") },
    }),
  },
  {
    method: "GET",
    path: "/full",
    access: "anyone",
    handler: async () => {
      throw Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" });
    },
  },
  {
    method: "GET",
    path: "/broken",
    access: "anyone",
    handler: async () => {
      throw new Error("anna@example.com is not in the table");
    },
  },
];

let server: WebServer;

beforeAll(async () => {
  server = await open();
  server.serve(routes);
});

afterAll(() => server.stop());

/** The first line of the answer to these exact bytes. */
function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = "";
    socket.on("data", (data) => {
      answer += data.toString();
      if (answer.includes("\r\n")) socket.destroy();
    });
    socket.on("close", () => resolve(answer.split("\r\n")[0] ?? ""));
    socket.on("error", reject);
  });
}

const head = "POST /echo/1 HTTP/1.1\r\nHost: x";

describe("a handler", () => {
  test("sees the exact target, parameters and bytes", async () => {
    const response = await fetch(`${server.url}/echo/7?q=a%40b&q=c`, { method: "POST", body: '{"a": 1}' });
    expect(await response.json()).toEqual({ target: "/echo/7?q=a%40b&q=c", id: "7", q: "a@b", body: '{"a": 1}' });
  });

  test("whose database is away or full answers that the sender should come back", async () => {
    const response = await fetch(`${server.url}/full`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  });

  test("that fails is answered without a word of what failed", async () => {
    const response = await fetch(`${server.url}/broken`);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("anna")]);
  });
});

describe("what is not served", () => {
  test.each([
    ["an unknown address", "GET", "/nothing", 404, "not-found"],
    ["another method", "GET", "/echo/1", 405, "method-not-allowed"],
    ["a slash at the end", "POST", "/echo/1/", 404, "not-found"],
    ["another case", "POST", "/ECHO/1", 404, "not-found"],
    ["a broken escape", "POST", "/echo/%E0%A4%A", 400, "bad-request"],
  ])("%s", async (_what, method, path, status, code) => {
    const response = await fetch(`${server.url}${path}`, { method });
    expect([response.status, await response.json()]).toEqual([
      status,
      { error: { code, message: expect.any(String) } },
    ]);
  });

  test.each(["POST", "GET"])("when the start takes too long, who comes is told to come back: %s", async (method) => {
    const early = await open({ setTimer: (_ms, run) => setTimer(0, run) });
    const response = await fetch(`${early.url}/echo/1`, { method });
    await early.stop();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  });

  test("a delivery that comes during the start is answered by what is served then", async () => {
    const waits = Promise.withResolvers<void>();
    const early = await open({
      setTimer: () => {
        waits.resolve();
        return () => undefined;
      },
    });
    const answered = fetch(`${early.url}/echo/1`, { method: "POST", body: "early" });
    await waits.promise;
    early.serve(routes);
    const response = await answered;
    await early.stop();
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ body: "early" })]);
  });
});

test("a stop does not wait for a sender who keeps his connection busy", async () => {
  const stopping = await open();
  stopping.serve(routes);
  const agent = new Agent({ keepAlive: true });
  let isOver = false;
  const busy = (async () => {
    while (!isOver) {
      await new Promise<void>((resolve) => {
        const sent = request(`${stopping.url}/echo/1`, { method: "POST", agent }, (answer) => {
          answer.resume().on("end", () => setTimeout(resolve, 100));
        });
        sent.on("error", () => setTimeout(resolve, 100));
        sent.end("again");
      });
    }
  })();
  const startedAt = performance.now();
  await stopping.stop();
  const tookMs = performance.now() - startedAt;
  isOver = true;
  await busy;
  agent.destroy();
  expect(tookMs).toBeLessThan(2_500);
});

test("every answer carries the headers that keep it out of frames, caches and guesses", async () => {
  const { headers } = await fetch(`${server.url}/nothing`);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-security-policy": "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "strict-transport-security": expect.any(String),
  });
});

// Bodies, B049–B066 of reliability.md §5.4: test/bad-inputs/framing.test.ts.
describe("framing", () => {
  test("headers that never end: let go after the limit", async () => {
    const hasty = await open({ limits: { headersMs: 100, requestMs: 150, checkMs: 20, connections: 10 } });
    hasty.serve(routes);
    const answer = await sendRaw(hasty.url, `${head}\r\nX-Slow: `);
    await hasty.stop();
    expect(answer).toContain("408");
  });

  test("headers of more than 16 kB are refused", async () => {
    expect(await sendRaw(server.url, `${head}\r\nX-Long: ${"x".repeat(17_000)}\r\n\r\n`)).toContain("431");
  });

  test("a stalled sender does not hold up the end", async () => {
    const stopping = await open();
    stopping.serve(routes);
    const { hostname, port } = new URL(stopping.url);
    const socket = connect(Number(port), hostname, () => socket.write(`${head}\r\nContent-Length: 20\r\n\r\n[]`));
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.resume().once("close", resolve));
    await stopping.stop(50);
    await expect(closed).resolves.toBeDefined();
  });
});

test("a port that is taken is an error, not a crash", async () => {
  await expect(open({ port: Number(new URL(server.url).port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
});
