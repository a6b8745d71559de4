import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Connection, OAuth2 } from "jsforce";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import {
  addOtherOrg,
  challengeOf,
  client,
  expired,
  type LoginWorld,
  redirectUri,
  startLoginWorld,
  verifier,
} from "./login-world.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

let world: LoginWorld;
beforeEach(async () => {
  world = await startLoginWorld();
});
afterEach(() => world.stop());

describe("the consent page", () => {
  const show = (more: Record<string, string> = {}) => {
    const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: "S256" };
    const address = world.oauth2.getAuthorizationUrl({ scope: "api refresh_token", ...challenge, ...more });
    return fetch(address, { redirect: "manual" });
  };

  test("§8.2 shows orgs, their active users and the scopes, escaped, and carries the request over", async () => {
    addOtherOrg(world);
    const { org, userId, reps } = world;
    putRow(org, "User", { Name: "Gone", Username: "gone@acme.example", IsActive: false });
    const page = await (await show({ state: 'a"b' })).text();

    expect(page).toContain(`<option value="${org.id}/${userId}">Baton Integration (baton@acme.example)</option>`);
    expect(page).toContain(`value="${org.id}/${reps[0]}"`);
    expect(page).toContain('<optgroup label="Other &lt;&amp;&gt; Co (00D000000000002EAA)">');
    expect(page).toContain('name="state" value="a&quot;b"');
    expect(page).toContain("<li>refresh_token</li>");
    expect(page).not.toContain("Gone");
  });

  test("§8.2 redirects with code and state", async () => {
    const target = await world.consent();

    expect([`${target.origin}${target.pathname}`, target.searchParams.get("state")]).toEqual([redirectUri, "s-1"]);
    expect(target.searchParams.get("code")).not.toBe("");
  });

  test("§8.2 a refusal redirects with error and state", async () => {
    expect(Object.fromEntries((await world.consent({ decision: "deny" })).searchParams)).toEqual({
      error: "access_denied",
      error_description: "end-user denied authorization",
      state: "s-1",
    });
  });

  test.each([
    ["an unknown client", { client_id: "nobody" }, "invalid_client_id"],
    ["an address that is not loopback", { redirect_uri: "https://evil.example/callback" }, "redirect_uri_mismatch"],
    ["a user who is not there", { user: "00D000000000009/005" }, "invalid_request"],
  ])("§2.3 %s is told on the page, without a redirect", async (_, fields, error) => {
    const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: "S256", decision: "allow" };
    const asked = { response_type: "code", ...client, redirect_uri: redirectUri, ...challenge, ...fields };
    const reply = await world.post("authorize", asked);

    expect([reply.status, reply.body]).toEqual([400, expect.stringContaining(`error=${error}`)]);
  });

  test("§2.3 a user who left cannot consent", async () => {
    const left = putRow(world.org, "User", { Username: "gone@acme.example", IsActive: false });

    expect((await world.consent({ user: `${world.org.id}/${left}` })).href).toBe("http://no-redirect/400");
  });

  test.each([
    ["§2.1 PKCE is mandatory", { code_challenge: "" }, "invalid_request", "missing required code challenge"],
    ["§8.1 a challenge is a hash", { code_challenge: verifier }, "invalid_request", "invalid code challenge"],
    ["§2.1 plain is no method", { code_challenge_method: "plain" }, "invalid_request", "invalid code challenge method"],
    ["§2.3 no other type", { response_type: "token" }, "unsupported_response_type", "response type not supported"],
    ["§2.3 no scope beyond", { scope: "api full" }, "invalid_scope", "the requested scope is not allowed"],
  ])("%s: the app is told by a redirect", async (_, fields, error, description) => {
    const { searchParams } = await world.consent(fields);

    expect([searchParams.get("error"), searchParams.get("error_description")]).toEqual([error, description]);
  });

  test("§2.4 jsforce's own verifier is of no use: it names no method", async () => {
    const own = new OAuth2({ clientId: "baton", redirectUri, loginUrl: world.salesforce.url, useVerifier: true });
    const target = await fetch(own.getAuthorizationUrl({}), { redirect: "manual" });

    expect(target.headers.get("location")).toContain("invalid+code+challenge+method");
  });

  test("§2.3 an app that registered addresses takes exactly those", async () => {
    const address = "https://app.example.com/callback";
    const app = world.salesforce.apps[0];
    if (app) app.redirectUris = [address];

    expect((await show()).status).toBe(400);
    expect((await world.consent({ redirect_uri: address })).href).toMatch(
      /^https:\/\/app\.example\.com\/callback\?code=/,
    );
  });
});

describe("authorization_code", () => {
  test("§8.1 jsforce connects: the body has what it shall have, and never expires_in", async () => {
    const code = await world.code();
    const body = await world.oauth2.requestToken(code, { code_verifier: verifier });
    const { org, userId, salesforce } = world;

    const id = `${salesforce.url}/id/${org.id}/${userId}`;
    expect(body).toEqual({
      access_token: expect.stringMatching(/^00D000000000001!AQ/),
      refresh_token: expect.stringMatching(/^5Aep/),
      signature: createHmac("sha256", "secret").update(`${id}${salesforce.clock.now()}`).digest("base64"),
      scope: "api refresh_token id",
      ...{ instance_url: salesforce.url, id, token_type: "Bearer", issued_at: String(salesforce.clock.now()) },
    });
  });

  test("§8.1 conn.authorize opens a connection that works and knows who it is", async () => {
    const conn = new Connection({ oauth2: world.oauth2, version: "66.0" });
    const who = await conn.authorize(await world.code(), { code_verifier: verifier });

    expect([who.id, who.organizationId]).toEqual([world.userId, world.org.id]);
    expect((await conn.query("SELECT Id FROM Organization")).totalSize).toBe(1);
  });

  test.each([
    ["is missing", { code_verifier: "" }, "invalid_request"],
    ["has 42 characters", { code_verifier: "x".repeat(42) }, "invalid_request"],
    ["has 129 characters", { code_verifier: "x".repeat(129) }, "invalid_request"],
    ["is another's", { code_verifier: "x".repeat(43) }, "invalid_grant"],
  ])("§8.1 a verifier that %s is refused", async (_, fields, error) => {
    const reply = await world.exchange(await world.code(), fields);

    expect([reply.status, reply.text("error")]).toEqual([400, error]);
  });

  test.each([43, 128])("§8.1 a verifier of %i characters is taken", async (length) => {
    const own = "v".repeat(length);
    const code = await world.code({ code_challenge: challengeOf(own) });

    expect((await world.exchange(code, { code_verifier: own })).status).toBe(200);
    expect((await world.exchange(await world.code({ code_challenge: challengeOf(`${own}x`) }))).status).toBe(400);
  });

  test("§8.2 a code works once", async () => {
    const code = await world.code();
    const [first, second] = [await world.exchange(code), await world.exchange(code)];

    expect([first.status, second.status]).toEqual([200, 400]);
    expect(second.body).toEqual({ error: "invalid_grant", error_description: "expired authorization code" });
  });

  test.each([
    [15 * minute - 1, 200],
    [15 * minute, 400],
  ])("§8.2 a code lives 15 minutes: after %i ms the answer is %i", async (ms, status) => {
    const code = await world.code();
    world.advance(ms);

    expect((await world.exchange(code)).status).toBe(status);
  });

  test.each([
    ["client_id", { client_id: "nobody" }, "invalid_client_id"],
    ["client_secret", { client_secret: "guess" }, "invalid_client"],
    ["redirect_uri", { redirect_uri: `${redirectUri}/more` }, "redirect_uri_mismatch"],
    ["grant_type", { grant_type: "password" }, "unsupported_grant_type"],
    ["code", { code: "guess" }, "invalid_grant"],
  ])("§2.3 a wrong %s is refused", async (_, fields, error) => {
    const reply = await world.exchange(await world.code(), fields);

    expect([reply.status, reply.text("error")]).toEqual([400, error]);
  });

  test("§2.3 a client may prove itself by header; a wrong proof there is 401", async () => {
    const ask = async (proof: string) =>
      fetch(`${world.salesforce.url}/services/oauth2/token`, {
        method: "POST",
        headers: { Authorization: `Basic ${Buffer.from(proof).toString("base64")}` },
        body: new URLSearchParams({
          ...{ grant_type: "authorization_code", redirect_uri: redirectUri },
          ...{ code: await world.code(), code_verifier: verifier },
        }),
      });

    expect([(await ask("baton:secret")).status, (await ask("baton:guess")).status]).toEqual([200, 401]);
  });

  test("§2.3 what is no form is refused", async () => {
    const reply = await fetch(`${world.salesforce.url}/services/oauth2/token`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...client, grant_type: "client_credentials" }),
    });

    expect([reply.status, await reply.json()]).toMatchObject([400, { error: "invalid_request" }]);
  });

  test("§2.3 no refresh token comes that was not asked for", async () => {
    const reply = await world.exchange(await world.code({ scope: "api" }));

    expect(reply.body).toEqual(expect.not.objectContaining({ refresh_token: expect.anything() }));
    expect(reply.text("scope")).toBe("api");
  });

  test("§2.3 a user who left between consent and exchange gets nothing", async () => {
    const code = await world.code();
    const users = tableOf(world.org, "User");
    users.put(world.userId, { ...users.get(world.userId), IsActive: false });

    expect((await world.exchange(code)).body).toEqual({ error: "invalid_grant", error_description: "inactive user" });
  });
});

describe("refresh_token", () => {
  const connected = async () => {
    const { body } = await world.exchange(await world.code());
    return body as { access_token: string; refresh_token: string };
  };
  const refreshed = async (token: string) => {
    const { body } = await world.refresh(token);
    return body as { access_token: string; refresh_token: string };
  };

  test("§8.1 rotation: a new token each time", async () => {
    const first = await connected();
    const second = await refreshed(first.refresh_token);
    const third = await refreshed(second.refresh_token);

    expect(new Set([first, second, third].map((body) => body.refresh_token)).size).toBe(3);
    expect((await world.call(third.access_token)).status).toBe(200);
    expect(second).toEqual(expect.not.objectContaining({ expires_in: expect.anything() }));
  });

  test("§8.1 replay of an old one revokes the family, access tokens too, and is told it expired", async () => {
    const first = await connected();
    const second = await refreshed(first.refresh_token);
    const replay = await world.refresh(first.refresh_token);

    expect([replay.status, replay.body]).toEqual([400, expired]);
    expect((await world.refresh(second.refresh_token)).body).toEqual(expired);
    expect([(await world.call(first.access_token)).status, (await world.call(second.access_token)).status]).toEqual([
      401, 401,
    ]);
  });

  test("§8.1 another consent of the same user lives on", async () => {
    const [first, other] = [await connected(), await connected()];
    await refreshed(first.refresh_token);
    await world.refresh(first.refresh_token);

    expect([(await world.call(other.access_token)).status, (await world.refresh(other.refresh_token)).status]).toEqual([
      200, 200,
    ]);
  });

  test("§2.3 an app that does not rotate keeps its token, and is told none", async () => {
    const app = world.salesforce.apps[0];
    if (app) app.rotatesRefreshTokens = false;
    const first = await connected();
    const [second, third] = [await world.refresh(first.refresh_token), await world.refresh(first.refresh_token)];

    expect([second.status, third.status]).toEqual([200, 200]);
    expect(second.body).toEqual(expect.not.objectContaining({ refresh_token: expect.anything() }));
  });

  test.each([
    ["used within 30 days, sliding, is good", [29 * day, 29 * day], 200],
    ["unused for 30 days is over", [30 * day], 400],
  ])("§2.1 a refresh token %s", async (_, pauses, status) => {
    let { refresh_token } = await connected();
    let last = 0;
    for (const pause of pauses) {
      world.advance(pause);
      const reply = await world.refresh(refresh_token);
      last = reply.status;
      if (last === 200) refresh_token = reply.text("refresh_token");
    }

    expect(last).toBe(status);
  });

  test("§2.3 a sixth consent silently ends the oldest", async () => {
    const all = [];
    for (let count = 0; count < 6; count += 1) {
      all.push(await connected());
      world.advance(minute);
    }
    const statuses = [];
    for (const { refresh_token } of all) statuses.push((await world.refresh(refresh_token)).status);

    expect(statuses).toEqual([400, 200, 200, 200, 200, 200]);
  });

  test("§2.3 what other users consent to does not count", async () => {
    const first = await connected();
    for (let count = 0; count < 5; count += 1)
      await world.exchange(await world.code({ user: `${world.org.id}/${world.reps[0]}` }));

    expect((await world.refresh(first.refresh_token)).status).toBe(200);
  });

  test("§2.3 another app cannot use it", async () => {
    const { refresh_token } = await connected();
    world.salesforce.apps.push({
      ...{ clientId: "other", clientSecret: "s", redirectUris: [], scopes: ["api"], requiresPkce: false },
      ...{ rotatesRefreshTokens: true, publicKey: null, runAs: new Map() },
    });
    const reply = await world.token({
      grant_type: "refresh_token",
      refresh_token,
      client_id: "other",
      client_secret: "s",
    });

    expect(reply.body).toEqual(expired);
  });

  test("§2.4 jsforce's own refresh: the call goes through, and its event has the new refresh token", async () => {
    const first = await connected();
    const told: unknown[] = [];
    const conn = new Connection({
      ...{ oauth2: world.oauth2, instanceUrl: world.salesforce.url, version: "66.0" },
      ...{ accessToken: first.access_token, refreshToken: first.refresh_token },
    });
    conn.on("refresh", (accessToken, body) => told.push(accessToken, body));
    world.salesforce.sessions.end(() => true);

    expect((await conn.query("SELECT Id FROM Organization")).totalSize).toBe(1);
    expect(told).toEqual([
      conn.accessToken,
      expect.objectContaining({ access_token: conn.accessToken, refresh_token: expect.stringMatching(/^5Aep/) }),
    ]);
    // It keeps the old refresh token, which ends everything at the next use.
    world.salesforce.sessions.end(() => true);
    await expect(conn.query("SELECT Id FROM Organization")).rejects.toThrow(
      "Unable to refresh session due to: expired access/refresh token",
    );
  });

  test("§2.4 a refreshFn of one's own goes on where it stands", async () => {
    let current = (await connected()).refresh_token;
    const conn = new Connection({
      ...{ oauth2: world.oauth2, instanceUrl: world.salesforce.url, accessToken: "00D!old", version: "66.0" },
      refreshFn(its, done) {
        void its.oauth2.refreshToken(current).then((body) => {
          current = body.refresh_token ?? current;
          done(null, body.access_token);
        }, done);
      },
    });
    for (let turn = 0; turn < 3; turn += 1) {
      world.salesforce.sessions.end(() => true);
      expect((await conn.query("SELECT Id FROM Organization")).totalSize).toBe(1);
    }
  });
});
