import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { silentLog } from "../../src/log.ts";
import { createMetrics, type Metrics } from "../../src/metrics.ts";
import { openServer, type WebServer } from "../../src/web/server.ts";
import { eventually } from "../eventually.ts";

const limits = {
  bodyBytes: 1_000,
  workedOnBytes: 1_500,
  leastBytes: 500,
  leastPosts: 1,
  posts: 3,
  slowMs: 400,
  arrivingBytes: 2_000,
};

let now: number;
let server: WebServer;
let metrics: Metrics;
/** The sizes of the bodies that the handler works on, and the way to let the first of them end. */
let workedOn: { size: number; end: () => void }[];
let sockets: Socket[];

beforeEach(async () => {
  metrics = createMetrics();
  workedOn = [];
  sockets = [];
  now = 0;
  const monotonic = () => now;
  const setTimer = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
  server = await openServer({
    host: "127.0.0.1",
    port: 0,
    log: silentLog,
    metrics,
    monotonic,
    setTimer,
    intake: limits,
  });
  server.serve([
    {
      method: "POST",
      path: "/in",
      access: "anyone",
      async handler({ body }) {
        await new Promise<void>((resolve) => workedOn.push({ size: body.length, end: resolve }));
        return { status: 204 };
      },
    },
  ]);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const { end } of workedOn) end();
  await server.stop(10);
});

const post = (size: number) => fetch(`${server.url}/in`, { method: "POST", body: "x".repeat(size) });

/** A sender that announces more than it sends, and then waits; the answer is what it was told so far. */
async function stalled(announced: number, sent: number): Promise<{ answer: () => string; socket: Socket }> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString();
  });
  await once(socket, "connect");
  socket.write(`POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: ${announced}\r\n\r\n${"x".repeat(sent)}`);
  return { answer: () => answer, socket };
}

/** Posts that are worked on until the test ends them. */
async function underWay(...sizes: number[]): Promise<Promise<Response>[]> {
  const before = workedOn.length;
  const posts: Promise<Response>[] = [];
  for (const size of sizes) {
    posts.push(post(size));
    await eventually(() => workedOn.length === before + posts.length);
  }
  return posts;
}

async function expectBusy(response: Response): Promise<void> {
  expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([
    503,
    "5",
    { error: { code: "busy", message: expect.any(String) } },
  ]);
}

describe("more than can be worked on at once is told to come back", () => {
  test.each([
    ["by bytes", [900], 700],
    ["by number", [1, 1, 1], 1],
  ])("%s, and taken when there is room again", async (_what, sizes, more) => {
    const first = await underWay(...sizes);
    await expectBusy(await post(more));
    expect(workedOn).toHaveLength(sizes.length);
    for (const { end } of workedOn) end();
    for (const one of first) expect((await one).status).toBe(204);
    const [again] = await underWay(more);
    for (const { end } of workedOn) end();
    expect((await again)?.status).toBe(204);
  });

  test("before its body has come", async () => {
    await underWay(900);
    const { answer } = await stalled(700, 0);
    await eventually(() => answer().startsWith("HTTP/1.1 503"));
    expect(answer().toLowerCase()).toContain("retry-after: 5");
  });

  test("also when many bodies end at the same moment", async () => {
    const senders = await Promise.all([1, 2, 3, 4, 5].map(() => stalled(400, 399)));
    for (const { socket } of senders) socket.write("x");
    await eventually(() => workedOn.length === 3 && senders.filter(({ answer }) => answer() !== "").length === 2);
    expect(senders.map(({ answer }) => answer().split("\r\n")[0]).sort()).toEqual([
      "",
      "",
      "",
      "HTTP/1.1 503 Service Unavailable",
      "HTTP/1.1 503 Service Unavailable",
    ]);
  });

  test("and counted, so that an operator sees it", async () => {
    await underWay(900);
    await post(700);
    expect(await metrics.text()).toContain('baton_deliveries_refused_total{because="busy"} 1');
  });
});

test("while posts take long, fewer are let in; when they are fast again, as many as before", async () => {
  const workOff = async (count: number, ms: number) => {
    for (let each = 0; each < count; each += 1) {
      const [one] = await underWay(700);
      now += ms;
      workedOn.at(-1)?.end();
      expect((await one)?.status).toBe(204);
    }
  };
  /** Whether a second post is let in beside one. */
  const fits = async () => {
    const first = await underWay(700);
    const second = post(700);
    const outcome = await Promise.race([
      second.then(({ status }) => status),
      eventually(() => workedOn.length === before + 2).then(() => "taken"),
    ]);
    for (const { end } of workedOn) end();
    await Promise.all([...first, second]);
    return outcome;
  };
  let before = workedOn.length;
  expect(await fits()).toBe("taken");
  await workOff(10, 401);
  before = workedOn.length;
  expect(await fits()).toBe(503);
  await workOff(10, 400);
  before = workedOn.length;
  expect(await fits()).toBe("taken");
});

describe("bodies that do not end", () => {
  test("hold up nobody: what is announced and does not come takes no room", async () => {
    await Promise.all(Array.from({ length: 50 }, () => stalled(1_000, 10)));
    await underWay(900);
    expect(workedOn).toEqual([expect.objectContaining({ size: 900 })]);
  });

  test("are let go, the oldest first, when they hold too much together", async () => {
    const old = await stalled(1_000, 900);
    const next = await stalled(1_000, 900);
    await underWay(400);
    await eventually(() => old.answer().startsWith("HTTP/1.1 503"));
    expect([next.answer(), workedOn.length]).toEqual(["", 1]);
  });

  test("whose sender goes away free what they held", async () => {
    for (const _round of [1, 2, 3]) {
      const { socket } = await stalled(1_000, 900);
      socket.destroy();
    }
    const late = await stalled(1_000, 900);
    await underWay(900);
    expect([late.answer(), workedOn.length]).toEqual(["", 1]);
  });
});

test("as many as one vendor has in flight are taken, whatever they hold", async () => {
  await server.stop();
  const small = { ...limits, workedOnBytes: 10, leastPosts: 2 };
  const base = { log: silentLog, metrics, monotonic: () => 0, setTimer: () => () => undefined };
  server = await openServer({ ...base, host: "127.0.0.1", port: 0, intake: small });
  const slow = Promise.withResolvers<void>();
  let begun = 0;
  const handler = () => {
    begun += 1;
    return slow.promise.then(() => ({ status: 204 }));
  };
  server.serve([{ method: "POST", path: "/in", access: "anyone", handler }]);
  const posts = [post(900), post(900)];
  await eventually(() => begun === 2);
  expect((await post(900)).status).toBe(503);
  slow.resolve();
  expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([204, 204]);
});

test("a body that grows beyond the limit without having been announced is refused", async () => {
  const body = new ReadableStream({
    start(controller) {
      for (let each = 0; each < 11; each += 1) controller.enqueue(new Uint8Array(100));
      controller.close();
    },
  });
  const response = await fetch(`${server.url}/in`, { method: "POST", body, duplex: "half" });
  expect([response.status, workedOn]).toEqual([413, []]);
});
