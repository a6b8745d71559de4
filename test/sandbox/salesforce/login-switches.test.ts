import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Connection } from "jsforce";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { valueAt } from "../api.ts";
import { until } from "../hubspot/world.ts";
import { addOtherOrg, expired, type LoginWorld, startLoginWorld } from "./login-world.ts";

const minute = 60_000;
const hour = 60 * minute;

let world: LoginWorld;
beforeEach(async () => {
  world = await startLoginWorld();
});
afterEach(() => world.stop());

const install = () => world.salesforce.install({ orgId: world.org.id, userId: world.userId });

describe("a session", () => {
  const refused = async (accessToken: string) => {
    const reply = await world.call(accessToken);
    return [reply.status, reply.headers.get("www-authenticate"), await reply.json()];
  };
  const over = [401, "Token", [{ message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }]];

  test("§8.3 looks like 00D...!opaque and is over when nobody called for two hours, or as long as is set", async () => {
    const { accessToken } = install();
    expect(accessToken).toMatch(/^00D[0-9A-Za-z]{12}!AQ[\w.]{94}$/);
    world.advance(2 * hour - 1);
    expect((await world.call(accessToken)).status).toBe(200);
    world.advance(2 * hour - 1);
    expect((await world.call(accessToken)).status).toBe(200);
    world.advance(2 * hour);
    expect(await refused(accessToken)).toEqual(over);

    world.salesforce.sessions.settings.idleMs = 15 * minute;
    const short = install().accessToken;
    world.advance(15 * minute);
    expect(await refused(short)).toEqual(over);
  });

  test("§8.3 ends on demand", async () => {
    const { accessToken } = install();
    world.salesforce.sessions.end(({ orgId }) => orgId === world.org.id);

    expect(await refused(accessToken)).toEqual(over);
  });

  test("§8.3 the token endpoint succeeds while the API stays 401, in that org alone", async () => {
    const { orgId, userId } = addOtherOrg(world);
    const other = world.salesforce.install({ orgId, userId });
    const { refreshToken } = install();
    world.salesforce.login.closedApis.add(world.org.id);
    const reply = await world.refresh(refreshToken);

    expect(reply.status).toBe(200);
    expect(await refused(reply.text("access_token"))).toEqual(over);
    expect((await world.call(other.accessToken)).status).toBe(200);
    world.salesforce.login.closedApis.clear();
    expect((await world.call(reply.text("access_token"))).status).toBe(200);
  });

  test("§8.3 jsforce loops while the API stays 401, so that a breaker can be tried", async () => {
    const { accessToken } = install();
    world.salesforce.login.closedApis.add(world.org.id);
    let refreshes = 0;
    const conn = new Connection({
      ...{ oauth2: world.oauth2, instanceUrl: world.salesforce.url, accessToken, version: "66.0" },
      refreshFn(its, done) {
        refreshes += 1;
        if (refreshes > 3) return done(new Error("the breaker is open"));
        void its.oauth2.requestToken({ grant_type: "client_credentials" }).then(
          (body) => done(null, body.access_token),
          (error: Error) => done(error),
        );
      },
    });

    await expect(conn.query("SELECT Id FROM Lead")).rejects.toThrow("the breaker is open");
    expect(refreshes).toBe(4);
  });

  test("§8.3 a refresh answers another instance_url", async () => {
    const { refreshToken } = install();
    world.salesforce.login.refreshedInstanceUrls.set(world.org.id, "http://127.0.0.1:9");
    const reply = await world.refresh(refreshToken);

    expect(reply.text("instance_url")).toBe("http://127.0.0.1:9");
    expect((await world.exchange(await world.code())).text("instance_url")).toBe(world.salesforce.url);
  });

  test("§8.3 jsforce takes the other instance_url for its next call", async () => {
    const { accessToken, refreshToken } = install();
    const moved = world.salesforce.url.replace("127.0.0.1", "localhost");
    world.salesforce.login.refreshedInstanceUrls.set(world.org.id, moved);
    world.salesforce.sessions.end(() => true);
    const conn = new Connection({
      ...{ oauth2: world.oauth2, instanceUrl: world.salesforce.url, accessToken, refreshToken, version: "66.0" },
    });
    await conn.query("SELECT Id FROM Organization");

    expect(conn.instanceUrl).toBe(moved);
  });
});

describe("the token endpoint", () => {
  test.each([
    ["app-blocked", "OAUTH_APP_BLOCKED", "this app is blocked by admin"],
    ["ip-restricted", "invalid_grant", "ip restricted"],
    ["not-installed", "OAUTH_EC_APP_NOT_FOUND", "external client app is not installed in this org"],
    ["inactive-org", "invalid_grant", "inactive org"],
    ["access-denied", "OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"],
    ["rate-exceeded", "invalid_grant", "login rate exceeded"],
  ] as const)("§8.4 the switch %s refuses every flow, and a token lives through it", async (name, error, description) => {
    const code = await world.code();
    const { refreshToken } = install();
    world.salesforce.login.refusals.set(world.org.id, name);
    const told = { error, error_description: description };

    expect((await world.refresh(refreshToken)).body).toEqual(told);
    expect((await world.exchange(code)).body).toEqual(told);
    expect((await world.token({ grant_type: "client_credentials" })).body).toEqual(told);
    expect((await world.consent()).searchParams.get("error")).toBe(error);
    world.salesforce.login.refusals.clear();
    expect((await world.refresh(refreshToken)).status).toBe(200);
  });

  test("§8.4 jsforce tells a refusal by its name and words", async () => {
    const { refreshToken } = install();
    world.salesforce.login.refusals.set(world.org.id, "app-blocked");

    await expect(world.oauth2.refreshToken(refreshToken)).rejects.toMatchObject({
      ...{ name: "OAUTH_APP_BLOCKED", message: "this app is blocked by admin" },
    });
  });

  test("§8.4 the switch invalid-grant refuses refreshes; a new consent connects", async () => {
    const { refreshToken } = install();
    world.salesforce.login.refusals.set(world.org.id, "invalid-grant");

    expect((await world.refresh(refreshToken)).body).toEqual(expired);
    expect((await world.exchange(await world.code())).status).toBe(200);
  });

  test("§8.4 a switch is of one org", async () => {
    const { orgId, userId } = addOtherOrg(world);
    const { refreshToken } = world.salesforce.install({ orgId, userId });
    world.salesforce.login.refusals.set(world.org.id, "app-blocked");

    expect((await world.refresh(refreshToken)).status).toBe(200);
  });

  test.each([
    ["status-before", 503, "SERVER_UNAVAILABLE"],
    ["status-after", 500, "UNKNOWN_EXCEPTION"],
    ["unavailable", 503, "SERVER_UNAVAILABLE"],
  ] as const)("§8.4 the fault %s answers %i, once", async (kind, status, error) => {
    const { refreshToken } = install();
    const route = "POST /services/oauth2/token";
    world.salesforce.faults.add({ route, kind, status, times: 1, orgId: world.org.id, retryAfter: 7 });
    const reply = await world.refresh(refreshToken);

    expect([reply.status, reply.text("error"), reply.headers.get("retry-after")]).toEqual([status, error, "7"]);
    // After the effect the answer was lost, and with it the new refresh token.
    expect((await world.refresh(refreshToken)).status).toBe(kind === "status-after" ? 400 : 200);
  });

  test("§8.4 a fault of another org does not strike", async () => {
    const { refreshToken } = install();
    world.salesforce.faults.add({ route: "*", kind: "unavailable", orgId: "00D000000000002EAA" });

    expect((await world.refresh(refreshToken)).status).toBe(200);
  });

  test("§8.4 it hangs for 30 s", async () => {
    const { refreshToken } = install();
    world.salesforce.faults.add({ route: "POST /services/oauth2/token", kind: "latency", delayMs: 30_000 });
    let answered = 0;
    const reply = world.refresh(refreshToken).finally(() => {
      answered = world.salesforce.clock.now();
    });
    const startedAt = world.salesforce.clock.now();
    await until(() => world.salesforce.requests.list().some(({ applied }) => applied));
    world.advance(29_999);
    await new Promise(setImmediate);
    expect(answered).toBe(0);
    world.advance(1);

    expect((await reply).status).toBe(200);
    expect(answered - startedAt).toBe(30_000);
  });

  test("§8.4 requests are logged, with the org that a refresh is of", async () => {
    await world.refresh(install().refreshToken);

    expect(world.salesforce.requests.list()).toMatchObject([
      { route: "POST /services/oauth2/token", orgId: world.org.id, userId: world.userId, status: 200, applied: true },
    ]);
  });
});

describe("an installation", () => {
  test("§2.1 gives what the flow gives", async () => {
    const { accessToken, refreshToken } = install();

    expect((await world.call(accessToken)).status).toBe(200);
    expect((await world.refresh(refreshToken)).status).toBe(200);
  });

  test("§2.1 where the app is not installed nobody gets tokens", async () => {
    const { orgId, userId } = addOtherOrg(world);

    expect(Object.fromEntries((await world.consent({ user: `${orgId}/${userId}` })).searchParams)).toMatchObject({
      ...{ error: "OAUTH_EC_APP_NOT_FOUND", state: "s-1" },
    });
  });

  test("§2.1 uninstalling voids its tokens in that org, and no others", async () => {
    const { orgId, userId } = addOtherOrg(world);
    const other = world.salesforce.install({ orgId, userId });
    const { accessToken, refreshToken } = install();
    world.salesforce.apps[0]?.runAs.delete(orgId);
    const alone = (await world.token({ grant_type: "client_credentials" })).text("access_token");
    expect((await world.call(alone)).status).toBe(200);

    expect(world.salesforce.uninstall({ orgId: world.org.id })).toBe(true);
    expect((await world.call(alone)).status).toBe(401);
    expect((await world.call(accessToken)).status).toBe(401);
    expect((await world.refresh(refreshToken)).body).toEqual(expired);
    expect((await world.call(other.accessToken)).status).toBe(200);
    expect(world.salesforce.uninstall({ orgId: world.org.id })).toBe(false);
  });

  test("§2.1 there must be such an org and such an app", () => {
    const { id: orgId } = world.org;
    const userId = putRow(world.org, "User", { Username: "x@acme.example" });

    expect(() => world.salesforce.install({ orgId: "00D000000000009EAA", userId })).toThrow("has no org");
    expect(() => world.salesforce.install({ orgId, userId, clientId: "nobody" })).toThrow("has no app nobody");
  });

  test("§2.3 the signature and the like are in the answer of a refresh too", async () => {
    const { body } = await world.refresh(install().refreshToken);

    for (const name of ["signature", "id", "issued_at", "scope"])
      expect(valueAt(body, name)).toEqual(expect.any(String));
  });
});
