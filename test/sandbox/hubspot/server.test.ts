import { afterEach, expect, test } from "@jest/globals";
import type { HubspotSandbox } from "../../../src/sandbox/hubspot/sandbox.ts";
import { type StartOptions, startHubspot } from "../../../src/sandbox/hubspot/server.ts";
import { createRequestLog } from "../../../src/sandbox/request-log.ts";

const started: HubspotSandbox[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((sandbox) => sandbox.stop()));
});

async function start(options: StartOptions = {}): Promise<HubspotSandbox> {
  const sandbox = await startHubspot(options);
  started.push(sandbox);
  return sandbox;
}

test("two sandboxes in one process know nothing of each other's tokens", async () => {
  const [one, other] = [await start({ seed: 1 }), await start({ seed: 2 })];
  one.addPortal({ id: 1 });
  const { accessToken } = one.install({ portalId: 1 });
  const reply = await fetch(`${other.url}/account-info/2026-09/details`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  });

  expect(reply.status).toBe(401);
});

test("a port that is taken is said so", async () => {
  const { url } = await start();

  await expect(startHubspot({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("a control port that is taken leaves nothing listening", async () => {
  const taken = Number(new URL((await start()).url).port);
  const free = await start();
  const port = Number(new URL(free.url).port);
  await free.stop();
  await expect(startHubspot({ port, controlPort: taken })).rejects.toMatchObject({ code: "EADDRINUSE" });

  expect((await start({ port })).url).toBe(`http://127.0.0.1:${port}`);
});

test("stop closes connections that a client keeps alive", async () => {
  const sandbox = await start();
  await fetch(`${sandbox.url}/`);
  await sandbox.stop();

  await expect(fetch(`${sandbox.url}/`)).rejects.toThrow("fetch failed");
});

test("the same seed gives the same tokens", async () => {
  const tokens = (await Promise.all([start({ seed: 7 }), start({ seed: 7 })])).map((sandbox) => {
    sandbox.addPortal({ id: 1 });
    return sandbox.install({ portalId: 1 }).accessToken;
  });

  expect(tokens[0]).toBe(tokens[1]);
});

test("a portal id is given once, and an installation needs its portal", async () => {
  const sandbox = await start();
  sandbox.addPortal({ id: 1 });

  expect(() => sandbox.addPortal({ id: 1 })).toThrow("has a portal 1 already");
  expect(() => sandbox.install({ portalId: 2 })).toThrow("has no portal 2");
});

test("the request log keeps the last ones and still finds them by id", () => {
  const log = createRequestLog(10);
  const entry = { at: 0, portalId: 1, appId: 1, method: "GET", path: "/", route: "", query: {}, body: undefined };
  Array.from({ length: 25 }).forEach(() => {
    log.add({ ...entry, status: 200, durationMs: 0, fault: null, applied: true });
  });
  const ids = log.list().map(({ id }) => id);

  expect(ids.length).toBeLessThanOrEqual(11);
  expect([ids.at(-1), log.list({ since: 23 }).map(({ id }) => id)]).toEqual([25, [24, 25]]);
});
