import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Reply } from "../api.ts";
import { families, postForm, startWorld, type World } from "./world.ts";

const redirectUri = "http://localhost:3000/hubspot/callback";
const client = { client_id: "baton", client_secret: "secret" };

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

function authorizeFields(more: Record<string, string> = {}): Record<string, string> {
  const scope = world.hubspot.apps[0]?.requiredScopes.join(" ") ?? "";
  return { client_id: "baton", redirect_uri: redirectUri, scope, state: "s-1", ...more };
}

/** Posts the consent form and answers where it redirects to. */
async function consent(more: Record<string, string> = {}): Promise<URL> {
  const fields = { ...authorizeFields(), decision: "allow", portal_id: "62515", ...more };
  const reply = await postForm(`${world.hubspot.url}/oauth/authorize`, fields);
  return new URL(reply.headers.get("location") ?? `http://no-redirect/${reply.status}`);
}

async function aCode(more: Record<string, string> = {}): Promise<string> {
  return (await consent(more)).searchParams.get("code") ?? "";
}

describe("the authorise page", () => {
  const show = (fields: Record<string, string>, start = "/oauth/authorize") =>
    fetch(`${world.hubspot.url}${start}?${new URLSearchParams(fields)}`);

  test("hubspot.md §2.1 lists accounts and a choice per optional scope, and carries the state over", async () => {
    const page = await (await show(authorizeFields({ optional_scope: "automation", state: 'a"b' }))).text();

    expect(page).toContain('<option value="62515">Test portal (62515)</option>');
    expect(page).toContain('name="grant" value="automation" checked');
    expect(page).toContain('name="state" value="a&quot;b"');
  });

  test("hubspot.md §2.1 /oauth/{accountId}/authorize preselects the account", async () => {
    world.hubspot.addPortal({ id: 777, name: "Other", timeZone: "UTC" });
    const page = await (await show(authorizeFields(), "/oauth/777/authorize")).text();

    expect([page.includes('value="777"'), page.includes('value="62515"')]).toEqual([true, false]);
  });

  test.each([
    ["an unknown client", { client_id: "nobody" }],
    ["a redirect address that is not loopback", { redirect_uri: "https://evil.example/callback" }],
    ["a scope list without a required scope", { scope: "oauth" }],
  ])("hubspot.md §2.1 refuses %s on the page, without a redirect", async (_, fields) => {
    const reply = await show(authorizeFields(fields));

    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining("Authorization failed because")]);
  });

  test("hubspot.md §2.1 redirects back with code and state", async () => {
    const target = await consent();

    expect([`${target.origin}${target.pathname}`, target.searchParams.get("state")]).toEqual([redirectUri, "s-1"]);
    expect(target.searchParams.get("code")).toMatch(/^[\w-]{36}$/);
  });

  test("hubspot.md §2.1 a refusal redirects with error and error_description", async () => {
    const { searchParams } = await consent({ decision: "deny" });

    expect(Object.fromEntries(searchParams)).toEqual({
      error: "access_denied",
      error_description: expect.any(String),
      state: "s-1",
    });
  });

  test("hubspot.md §2.1 an app that registered addresses takes exactly those", async () => {
    world.hubspot.apps[0]?.redirectUris.push("https://app.example.com/callback");

    expect((await show(authorizeFields())).status).toBe(400);
    expect((await show(authorizeFields({ redirect_uri: "https://app.example.com/callback" }))).status).toBe(200);
  });
});

describe.each(families)("tokens, $name", (family) => {
  const token = (fields: Record<string, string>): Promise<Reply> =>
    postForm(`${world.hubspot.url}${family.oauth("token")}`, { ...client, ...fields });
  const exchange = (code: string, more: Record<string, string> = {}) =>
    token({ grant_type: "authorization_code", redirect_uri: redirectUri, code, ...more });
  const refresh = (refreshToken: string) => token({ grant_type: "refresh_token", refresh_token: refreshToken });

  test('hubspot.md §9 Transport and auth: "Tokens expire after configurable seconds (default 1800"', async () => {
    const standard = await exchange(await aCode());
    world.hubspot.tokens.settings.lifetimeSeconds = 5;
    const short = await exchange(await aCode());

    expect([standard.text("expires_in"), short.text("expires_in")]).toEqual(["1800", "5"]);
  });

  test('hubspot.md §9 Transport and auth: "refresh returns a new access token and the same refresh token"', async () => {
    const first = await exchange(await aCode());
    const second = await refresh(first.text("refresh_token"));
    const call = await world.apiAs(second.text("access_token"))("GET", family.accountInfo);

    expect(second.text("refresh_token")).toBe(first.text("refresh_token"));
    expect(second.text("access_token")).not.toBe(first.text("access_token"));
    expect(call.status).toBe(200);
  });

  test('hubspot.md §9 Transport and auth: "code single-use"', async () => {
    const code = await aCode();
    const [first, second] = [await exchange(code), await exchange(code)];

    expect([first.status, second.status, second.text("status")]).toEqual([200, 400, "BAD_AUTH_CODE"]);
  });

  test('hubspot.md §9 Transport and auth: "form-encoding enforced (JSON → 415)"', async () => {
    const body = { ...client, grant_type: "refresh_token", refresh_token: world.installation.refreshToken };

    expect((await world.apiAs(null)("POST", family.oauth("token"), body)).status).toBe(415);
  });

  test('hubspot.md §9 Transport and auth: "wrong redirect → 400", and the code is still good', async () => {
    const code = await aCode();
    const wrong = await exchange(code, { redirect_uri: `${redirectUri}/more` });
    const right = await exchange(code);

    expect([wrong.status, wrong.text("status"), right.status]).toEqual([400, "MISMATCH_REDIRECT_URI_AUTH_CODE", 200]);
  });

  test('hubspot.md §9 Transport and auth: "revoked refresh → 400 status BAD_REFRESH_TOKEN" after an uninstall', async () => {
    const refreshToken = world.installation.refreshToken;
    world.hubspot.uninstall({ portalId: world.portal.id, appId: world.installation.appId });
    const reply = await refresh(refreshToken);

    expect([reply.status, reply.body]).toEqual([
      400,
      {
        status: "BAD_REFRESH_TOKEN",
        message: "missing or unknown refresh token",
        error: "invalid_request",
        error_description: "missing or unknown refresh token",
        correlationId: expect.any(String),
      },
    ]);
  });

  test.each([
    ["BAD_CLIENT_ID", { client_id: "nobody" }],
    ["BAD_CLIENT_SECRET", { client_secret: "guess" }],
    ["BAD_GRANT_TYPE", { grant_type: "password" }],
    ["BAD_AUTH_CODE", { code: "guess" }],
    ["BAD_REDIRECT_URI", { redirect_uri: "" }],
  ])("hubspot.md §2.1 failure bodies: %s", async (status, fields) => {
    const reply = await exchange(await aCode(), fields);

    expect([reply.status, reply.text("status"), reply.text("error")]).toEqual([400, status, "invalid_request"]);
  });

  test('hubspot.md §9 Transport and auth: "Optional scope denied at install"', async () => {
    const asked = { optional_scope: "automation crm.lists.read not.a.scope", grant: "crm.lists.read" };
    await exchange(await aCode(asked));

    expect(world.installation.scopes).toEqual([...(world.hubspot.apps[0]?.requiredScopes ?? []), "crm.lists.read"]);
  });

  test("hubspot.md §2.1 PKCE: the code wants the verifier of its challenge", async () => {
    const verifier = "a-verifier-of-enough-characters-to-be-realistic";
    const challenge = { code_challenge: createHash("sha256").update(verifier).digest("base64url") };
    const without = await exchange(await aCode(challenge));
    const withIt = await exchange(await aCode(challenge), { code_verifier: verifier });

    expect([without.status, withIt.status]).toEqual([400, 200]);
  });

  test("hubspot.md §2.1 a portal installs anew after an uninstall, with a new refresh token", async () => {
    const before = await exchange(await aCode());
    world.hubspot.uninstall({ portalId: world.portal.id, appId: world.installation.appId });
    const after = await exchange(await aCode());

    expect(after.text("refresh_token")).not.toBe(before.text("refresh_token"));
    expect((await world.apiAs(after.text("access_token"))("GET", family.accountInfo)).status).toBe(200);
  });
});

describe("the two shapes", () => {
  const exchangeAt = async (path: string) =>
    postForm(`${world.hubspot.url}${path}`, {
      ...client,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code: await aCode(),
    });

  test('hubspot.md §9 Transport and auth: "Both v1 (access_token…) and dated shapes" v1 names four fields', async () => {
    const { body } = await exchangeAt("/oauth/v1/token");

    expect(body).toEqual({
      token_type: "bearer",
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 1800,
    });
  });

  test.each([
    "2026-09",
    "2026-03",
    "v3",
  ])('hubspot.md §9 Transport and auth: "dated shapes (hub_id, user_id, scopes, token_use)" %s', async (version) => {
    const { body } = await exchangeAt(`/oauth/${version}/token`);

    expect(body).toEqual({
      token_type: "bearer",
      token_use: "access_token",
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 1800,
      hub_id: 62515,
      user_id: 1,
      scopes: world.installation.scopes,
    });
  });
});

describe("introspect and revoke", () => {
  const post = (rest: string, fields: Record<string, string>) =>
    postForm(`${world.hubspot.url}/oauth/2026-09/token/${rest}`, { ...client, ...fields });

  test("hubspot.md §2.2 introspect describes a live access token", async () => {
    world.hubspot.clock.advance(60_000);

    expect((await post("introspect", { token: world.token })).body).toMatchObject({
      active: true,
      token: world.token,
      token_type: "bearer",
      token_use: "access_token",
      client_id: "baton",
      app_id: 54321,
      hub_id: 62515,
      user: expect.stringContaining("@"),
      user_id: 1,
      scopes: world.installation.scopes,
      expires_in: 1740,
    });
  });

  test("hubspot.md §2.2 introspect calls an expired or unknown token inactive", async () => {
    world.hubspot.tokens.expire({ portalId: world.portal.id });

    expect((await post("introspect", { token: world.token })).body).toEqual({ active: false });
    expect((await post("introspect", { token: "guess" })).body).toEqual({ active: false });
  });

  test("hubspot.md §2.2 v1 GET access-tokens answers the same facts, and 404 for an unknown one", async () => {
    const known = await world.apiAs(null)("GET", `/oauth/v1/access-tokens/${world.token}`);
    const unknown = await world.apiAs(null)("GET", "/oauth/v1/access-tokens/guess");

    expect([known.text("hub_id"), known.text("expires_in"), unknown.status]).toEqual(["62515", "1800", 404]);
  });

  test("hubspot.md §2.2 revoke: the refresh token is void, access lasts until it expires", async () => {
    const refreshToken = world.installation.refreshToken;
    await post("revoke", { token: refreshToken, token_type_hint: "refresh_token" });
    const refreshed = await postForm(`${world.hubspot.url}/oauth/2026-09/token`, {
      ...client,
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
    const call = await world.api("GET", "/account-info/2026-09/details");

    expect([refreshed.text("status"), call.status]).toEqual(["BAD_REFRESH_TOKEN", 200]);
  });

  test("hubspot.md §2.2 v1 DELETE refresh-tokens does the same", async () => {
    const reply = await world.apiAs(null)("DELETE", `/oauth/v1/refresh-tokens/${world.installation.refreshToken}`);

    expect([reply.status, world.installation.refreshToken]).toEqual([204, ""]);
  });
});
