import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { valueAt } from "../api.ts";
import { type ControlWorld, startAt, startControlWorld } from "./control-world.ts";

let world: ControlWorld;
beforeEach(async () => {
  world = await startControlWorld();
});
afterEach(() => world.stop());

const control = (...call: Parameters<ControlWorld["control"]>) => world.control(...call);
const limits = () => world.rest("GET", "/limits");

test("the README tells of every call that GET / lists, and GET / of every call that the README has", async () => {
  const calls = (await control("GET", "/")).list("calls").map((entry) => String(valueAt(entry, "call")));
  const readme = readFileSync(
    fileURLToPath(new URL("../../../src/sandbox/salesforce/README.md", import.meta.url)),
    "utf8",
  );
  const table = readme.slice(readme.indexOf("## Control API"), readme.indexOf("### Settings"));
  const told = [...table.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/\S*|O\/\S*)`/g)].map(
    ([, method, path = ""]) => `${method} ${path.replace(/^O\//, "/orgs/:orgId/")}`,
  );
  expect(calls.length).toBeGreaterThan(40);
  expect([...new Set(told)].sort()).toEqual(["GET /", ...calls].sort());
});

test.each([
  ["an unknown call", "POST", "/nonsense", 404, "There is no call POST /nonsense; GET / lists them"],
  ["an unknown org", "GET", "/orgs/00D000000000009/settings", 404, "There is no org 00D000000000009"],
  ["an unknown fault", "DELETE", "/faults/none", 404, "There is no fault none"],
])("%s is told so", async (_, method, path, status, message) => {
  expect(await control(method, path)).toMatchObject({ status, body: { message } });
});

describe("clock and latency", () => {
  test("the clock is read, advanced and set running", async () => {
    const { body } = await control("POST", "/clock/advance", { ms: 60_000 });
    expect(body).toEqual({ now: startAt + 60_000, iso: "2026-11-17T14:01:00.000Z" });
    expect((await control("GET", "/clock")).body).toEqual(body);
    expect((await control("POST", "/clock/speed", { speed: 0 })).status).toBe(200);
  });

  test("latency is set", async () => {
    const latency = { readMs: [5, 10], writeMs: [20, 30] };
    expect((await control("PUT", "/latency", latency)).body).toEqual(latency);
    expect(world.salesforce.latency).toEqual(latency);
  });
});

describe("§8.6 faults", () => {
  test("one is set, listed, strikes once and is gone", async () => {
    const fault = { route: "GET /services/data/:version/limits", kind: "unavailable", times: 1 };
    const { status, body } = await control("POST", "/faults", { ...fault, orgId: world.org.id.slice(0, 15) });
    expect([status, body]).toEqual([201, { ...fault, orgId: world.org.id, id: expect.any(String) }]);
    expect((await control("GET", "/faults")).body).toEqual({ results: [body] });
    const [first, second] = [await limits(), await limits()];
    expect([first.status, first.text("0.errorCode"), second.status]).toEqual([503, "SERVER_UNAVAILABLE", 200]);
  });

  test("a row that is named cannot be locked, whichever form of its id is given", async () => {
    const record = world.ids.nina.slice(0, 15);
    await control("POST", "/faults", { route: "*", kind: "lock-row", record });
    const hit = await world.rest("PATCH", `/sobjects/Lead/${world.ids.nina}`, { Rating: "Hot" });
    const other = await world.rest("PATCH", `/sobjects/Lead/${world.ids.omar}`, { Rating: "Hot" });
    expect([hit.text("0.errorCode"), other.status]).toEqual(["UNABLE_TO_LOCK_ROW", 204]);
  });

  test("all that is wrong with one is named", async () => {
    const { status, body } = await control("POST", "/faults", { kind: "gremlin", times: -1, orgId: "x" });
    expect([status, valueAt(body, "message")]).toEqual([
      400,
      expect.stringMatching(
        /^`route` must be a text; `kind` must be one of latency.*; `times` must be a number.*; `orgId` must be an id/,
      ),
    ]);
  });

  test("they are removed one by one or all together", async () => {
    const first = await control("POST", "/faults", { route: "*", kind: "html" });
    await control("POST", "/faults", { route: "*", kind: "token-expired" });
    const removed = await control("DELETE", `/faults/${first.text("id")}`);
    const left = await limits();
    const cleared = await control("DELETE", "/faults");
    expect([removed.status, left.status, cleared.status, (await limits()).status]).toEqual([204, 401, 204, 200]);
  });
});

describe("§8.6 the daily calls", () => {
  test("are read, changed, spent by others and reset", async () => {
    const { id } = world.org;
    const pot = async () => (await control("GET", "/limits")).body;
    expect(await pot()).toEqual({ results: [{ orgId: id, daily: 100_000, used: 0 }] });
    expect((await control("PATCH", "/limits", { daily: 10 })).text("results.0.daily")).toBe("10");
    expect((await control("POST", "/limits/spend", { orgId: id, calls: 10 })).text("results.0.used")).toBe("10");
    expect((await limits()).text("0.errorCode")).toBe("REQUEST_LIMIT_EXCEEDED");
    expect((await control("POST", "/limits/reset", { orgId: id })).status).toBe(204);
    expect((await limits()).status).toBe(200);
  });

  test("of one org are its own", async () => {
    const { body } = await control("POST", "/orgs", { name: "Second" });
    await control("PATCH", "/limits", { daily: 5, orgId: valueAt(body, "id") });
    expect((await control("GET", "/limits")).list("results")).toMatchObject([{ daily: 100_000 }, { daily: 5 }]);
  });
});

describe("§8.3 tokens", () => {
  test("live as long without a call as asked", async () => {
    expect((await control("GET", "/tokens")).body).toEqual({ idleMs: 7_200_000 });
    expect((await control("PATCH", "/tokens", { idleMs: 60_000 })).body).toEqual({ idleMs: 60_000 });
    await control("POST", "/clock/advance", { ms: 60_000 });
    expect((await limits()).status).toBe(401);
  });

  test.each([
    ["of all orgs", () => ({}), 1, 401],
    ["of one org", () => ({ orgId: world.org.id }), 1, 401],
  ])("%s are ended", async (_, body, expired, status) => {
    expect((await control("POST", "/tokens/expire", body())).body).toEqual({ expired });
    expect((await limits()).status).toBe(status);
  });

  test("of another org are not ended", async () => {
    const { body } = await control("POST", "/orgs", {});
    expect((await control("POST", "/tokens/expire", { orgId: valueAt(body, "id") })).body).toEqual({ expired: 0 });
    expect((await limits()).status).toBe(200);
  });
});

test("every request received is listed, and forgotten when asked", async () => {
  await limits();
  await limits();
  const all = await control("GET", "/requests");
  const later = await control("GET", `/requests?since=${all.text("results.0.id")}&orgId=${world.org.id.slice(0, 15)}`);
  const some = await control("GET", "/requests?limit=1");
  expect(all.list("results")).toMatchObject([
    { method: "GET", path: "/services/data/v66.0/limits", status: 200, orgId: world.org.id, userId: world.ids.admin },
    { route: "GET /services/data/:version/limits", applied: true, fault: null },
  ]);
  expect([later.list("results").length, some.list("results").length]).toEqual([1, 1]);
  expect((await control("DELETE", "/requests")).status).toBe(204);
  expect((await control("GET", "/requests")).list("results")).toEqual([]);
});
