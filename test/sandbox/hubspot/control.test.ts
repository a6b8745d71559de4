import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startWebhookWorld, type WebhookWorld } from "./webhook-world.ts";
import { dated, startOfTime } from "./world.ts";

let world: WebhookWorld;

beforeEach(async () => {
  world = await startWebhookWorld({ control: true });
});

afterEach(() => world.stop());

const accountInfo = () => world.api("GET", dated.accountInfo);

describe("control API: the machine", () => {
  test("GET / lists the calls", async () => {
    const calls = (await world.control("GET", "/")).list("calls");

    expect(calls).toContainEqual({ call: "GET /clock", about: "the sandbox's time" });
  });

  test("an unknown call is told so", async () => {
    expect(await world.control("POST", "/nonsense")).toMatchObject({
      status: 404,
      body: { message: "There is no call POST /nonsense; GET / lists them" },
    });
  });

  test("a body that is no JSON is refused", async () => {
    const response = await fetch(`${world.hubspot.controlUrl}/clock/advance`, { method: "POST", body: "{" });

    expect(response.status).toBe(400);
  });

  test("the clock is read and advanced", async () => {
    const { body } = await world.control("POST", "/clock/advance", { ms: 60_000 });

    expect(body).toEqual({ now: startOfTime + 60_000, iso: "2026-11-20T10:01:00.000Z" });
    expect((await world.control("GET", "/clock")).body).toEqual(body);
  });

  test("the clock is set running", async () => {
    const { status } = await world.control("POST", "/clock/speed", { speed: 1000 });

    expect(status).toBe(200);
    await until(() => world.hubspot.clock.now() > startOfTime);
  });

  test("all problems of a request are named", async () => {
    const reply = await world.control("POST", "/faults", { kind: "gremlin", times: -1 });

    expect(reply.status).toBe(400);
    expect(reply.text("message")).toContain("`route` must be a text; `kind` must be one of latency");
    expect(reply.text("message")).toContain("`times` must be a number that is not negative");
  });

  test("a fault is set, listed, strikes once and is gone", async () => {
    const fault = { route: "*", kind: "status-before", status: 503, times: 1 };
    const { status, body } = await world.control("POST", "/faults", fault);

    expect([status, body]).toEqual([201, { ...fault, id: expect.any(String) }]);
    expect((await world.control("GET", "/faults")).body).toEqual({ results: [body] });
    expect((await accountInfo()).status).toBe(503);
    expect((await accountInfo()).status).toBe(200);
  });

  test("faults are removed one by one or all together", async () => {
    const first = await world.control("POST", "/faults", { route: "*", kind: "html" });
    await world.control("POST", "/faults", { route: "*", kind: "locked" });
    const removed = await world.control("DELETE", `/faults/${first.text("id")}`);
    const again = await world.control("DELETE", `/faults/${first.text("id")}`);
    const afterOne = await accountInfo();
    const cleared = await world.control("DELETE", "/faults");

    expect([removed.status, again.status, afterOne.status, cleared.status]).toEqual([204, 404, 423, 204]);
    expect((await accountInfo()).status).toBe(200);
  });

  test("rate windows are changed and emptied", async () => {
    const { body } = await world.control("PATCH", "/limits", { burst: { max: 1 } });
    const used = [(await accountInfo()).status, (await accountInfo()).status];
    await world.control("POST", "/limits/reset");

    expect(body).toEqual({ burst: { max: 1, windowMs: 10_000 }, search: { max: 5, windowMs: 1_000 } });
    expect(used).toEqual([200, 429]);
    expect((await accountInfo()).status).toBe(200);
    expect((await world.control("GET", "/limits")).body).toEqual(body);
  });

  test("the daily limit is used up until midnight of the portal", async () => {
    const { body } = await world.control("POST", "/limits/exhaust-daily", { portalId: 62515 });

    expect(body).toEqual({ until: Date.parse("2026-11-20T23:00:00.000Z") });
    expect((await accountInfo()).text("policyName")).toBe("DAILY");
  });

  test("latency is set", async () => {
    const { status } = await world.control("PUT", "/latency", { readMs: [5, 10], writeMs: [20, 30] });

    expect(status).toBe(200);
    expect(world.hubspot.latency).toEqual({ readMs: [5, 10], writeMs: [20, 30] });
    expect((await world.control("PUT", "/latency", { readMs: [9, 1], writeMs: [0, 0] })).status).toBe(400);
  });

  test("tokens are ended, and new ones live as long as asked", async () => {
    const { body } = await world.control("POST", "/tokens/expire", { portalId: 62515 });
    const lifetime = await world.control("PATCH", "/tokens", { lifetimeSeconds: 5 });

    expect(body).toEqual({ expired: 1 });
    expect((await accountInfo()).text("category")).toBe("EXPIRED_AUTHENTICATION");
    expect([lifetime.status, world.hubspot.tokens.settings.lifetimeSeconds]).toEqual([200, 5]);
  });

  test("every request received is listed, and forgotten when asked", async () => {
    await accountInfo();
    await accountInfo();
    const all = await world.control("GET", "/requests");
    const later = await world.control("GET", `/requests?since=${all.text("results.0.id")}&portalId=62515`);
    const some = await world.control("GET", "/requests?limit=1");
    const cleared = await world.control("DELETE", "/requests");

    expect(all.list("results")).toMatchObject([
      { method: "GET", path: dated.accountInfo, status: 200, portalId: 62515, applied: true, fault: null },
      { method: "GET", path: dated.accountInfo },
    ]);
    expect([later.list("results").length, some.list("results").length, cleared.status]).toEqual([1, 1, 204]);
    expect((await world.control("GET", "/requests")).list("results")).toEqual([]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
