import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readRunningServer } from "../../src/running-server.ts";
import { readyHandler } from "../../src/web/handlers/health.ts";
import { operatorsOnly } from "../../src/web/handlers/operators-only.ts";
import type { WebRequest } from "../../src/web/route.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "baton-web-"));
  world = await startWorld({ dataDir });
});

afterAll(async () => {
  await world.stop();
  await rm(dataDir, { recursive: true });
});

const noRequest: WebRequest = {
  method: "GET",
  target: "/",
  params: {},
  query: new URLSearchParams(),
  headers: {},
  body: new Uint8Array(),
  peer: "",
};

const healthy = {
  role: "all" as const,
  isDraining: () => false,
  database: async () => ({ problem: null, unleased: 0 }),
  leases: () => ["w1"],
  embeddedLimits: () => [],
};

test("healthz says that the process is up", async () => {
  const response = await fetch(`${world.url}/healthz`);
  expect([response.status, await response.json()]).toEqual([200, { status: "up" }]);
});

test.each([
  ["all is well", {}, 200, null],
  ["it is stopping", { isDraining: () => true }, 503, "stopping"],
  ["the database is away", { database: async () => ({ problem: "away", unleased: null }) }, 503, "away"],
])("readyz when %s", async (_what, changes, status, problem) => {
  const answer = await readyHandler({ ...healthy, ...changes })(noRequest);
  expect(answer).toMatchObject({ status, json: { problem, role: "all", leases: { held: ["w1"] } } });
});

test("readyz warns when the embedded database carries too much, and stays ready", async () => {
  const answer = await readyHandler({ ...healthy, embeddedLimits: () => ["set DATABASE_URL"] })(noRequest);
  expect(answer).toMatchObject({ status: 200, json: { warnings: ["set DATABASE_URL"] } });
});

test("metrics come in the text format of Prometheus, and count this very answer's like", async () => {
  await fetch(`${world.url}/metrics`);
  const response = await fetch(`${world.url}/metrics`);
  expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  expect(await response.text()).toContain('baton_http_requests_total{route="/metrics",status="200"} 1');
});

const command = async (name: string, input: object, headers?: Record<string, string>) => {
  const server = await readRunningServer(dataDir);
  const authorization = `Bearer ${server?.token}`;
  return fetch(`${server?.url}/internal/commands/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(headers ?? { authorization }) },
    body: JSON.stringify(input),
  });
};
const explain = (headers?: Record<string, string>) => command("explain", { leadId: "7" }, headers);

test("the way in for commands is told in a file that the owner alone can read", async () => {
  const path = join(dataDir, "baton.server.json");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
    url: world.url,
    token: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test("with the token a command is run, and what it refuses is told", async () => {
  const alerts = await command("alerts", {});
  expect([alerts.status, await alerts.json()]).toEqual([200, { lines: ["No alert is open."] }]);
  const refused = await explain();
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { error: { message: expect.stringContaining("Baton has decided nothing about lead 7: ") } },
  ]);
});

test("what is no command of this version is not run", async () => {
  expect((await command("drop-all", {})).status).toBe(404);
  expect((await command("explain", { lead: 7 })).status).toBe(400);
});

test.each([
  ["no token", {}],
  ["a wrong token", { authorization: `Bearer ${"x".repeat(43)}` }],
  ["a shorter one", { authorization: "Bearer x" }],
])("with %s it is an address that does not exist", async (_what, headers) => {
  expect((await explain(headers)).status).toBe(404);
});

test("a server that has stopped leaves no address behind", async () => {
  const otherDir = await mkdtemp(join(tmpdir(), "baton-web-"));
  const other = await startWorld({ dataDir: otherDir });
  await other.stop();
  const left = await readRunningServer(otherDir);
  await rm(otherDir, { recursive: true });
  expect(left).toBeNull();
});

const token = "a-secret-of-twenty-four-characters";
const shown = operatorsOnly({ token: null, isPublic: false }, async () => ({ status: 200 }));
const shownToHolders = operatorsOnly({ token, isPublic: true }, async () => ({ status: 200 }));
const shownToNobody = operatorsOnly({ token: null, isPublic: true }, async () => ({ status: 200 }));
const here = { host: "127.0.0.1:3000" };
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

test.each([
  ["this machine", { peer: "127.0.0.1", headers: here }, 200],
  ["this machine by IPv6", { peer: "::1", headers: { host: "[::1]:3000" } }, 200],
  ["another machine", { peer: "10.0.0.7", headers: here }, 403],
  ["a proxy on this machine", { peer: "127.0.0.1", headers: { ...here, "x-forwarded-for": "203.0.113.9" } }, 403],
  ["a page whose name leads here", { peer: "127.0.0.1", headers: { host: "rebound.example" } }, 403],
  ["nobody who can be named", { peer: "", headers: here }, 403],
])("without an operator's token figures and page are shown to %s: %j → %d", async (_who, request, status) => {
  expect(await shown({ ...noRequest, ...request })).toMatchObject({ status });
});

test("without an operator's token they are shown to nobody where Baton has a public address", async () => {
  // A proxy on this machine may say nothing of whom it speaks for.
  expect(await shownToNobody({ ...noRequest, peer: "127.0.0.1", headers: here })).toMatchObject({ status: 403 });
});

test.each([
  ["as a bearer", "Bearer a-secret-of-twenty-four-characters", 200],
  ["as the password of anybody", basic("anna:a-secret-of-twenty-four-characters"), 200],
  ["as a name without a password", basic("a-secret-of-twenty-four-characters:"), 401],
  ["but for its last letter", "Bearer a-secret-of-twenty-four-character", 401],
  ["not at all", undefined, 401],
])("with an operator's token they are shown to who says it %s", async (_how, authorization, status) => {
  const answer = await shownToHolders({ ...noRequest, peer: "127.0.0.1", headers: { authorization } });
  expect(answer).toMatchObject({ status });
  if (status === 401) expect(answer.headers).toMatchObject({ "www-authenticate": expect.stringContaining("Basic") });
});
