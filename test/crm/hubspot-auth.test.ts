import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { hubspot } from "../../src/crm/hubspot/index.ts";
import { optionalScopes, requiredScopes } from "../../src/crm/hubspot/scopes.ts";
import { postForm } from "../sandbox/hubspot/world.ts";
import { type HubspotWorld, startHubspotWorld } from "./hubspot-world.ts";

let world: HubspotWorld;
beforeEach(async () => {
  world = await startHubspotWorld();
});
afterEach(() => world.stop());

const redirectUri = "http://127.0.0.1:3000/hubspot/oauth/callback";

/** An admin allows the app on HubSpot's page; gives what the browser brings back. */
async function allow(grants: readonly string[] = []): Promise<URLSearchParams> {
  const url = new URL(world.crm.authorizeUrl({ state: "state-1", redirectUri }));
  const form = new URLSearchParams(url.search);
  form.set("portal_id", String(world.portal.id));
  form.set("decision", "allow");
  for (const grant of grants) form.append("grant", grant);
  const response = await fetch(`${url.origin}${url.pathname}`, { method: "POST", body: form, redirect: "manual" });
  return new URL(response.headers.get("location") ?? "").searchParams;
}

const install = async (grants?: readonly string[]) => {
  const code = (await allow(grants)).get("code") ?? "";
  return world.crm.exchangeCode({ code, state: "state-1", redirectUri, now: world.now() });
};

describe("installing", () => {
  test("the URL names client, redirect, state and both kinds of scopes", () => {
    const url = new URL(world.crm.authorizeUrl({ state: "state-1", redirectUri }));

    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: "baton",
      redirect_uri: redirectUri,
      scope: requiredScopes.join(" "),
      optional_scope: optionalScopes.join(" "),
      state: "state-1",
    });
  });

  test("the state comes back", async () => {
    expect((await allow()).get("state")).toBe("state-1");
  });

  test("a code gives the account, its zone, its address and tokens", async () => {
    expect(await install()).toEqual({
      externalId: "62515",
      name: "Test portal",
      timeZone: "Europe/Berlin",
      uiHost: "app.hubspot.com",
      scopes: requiredScopes,
      tokens: {
        accessToken: expect.any(String),
        refreshToken: expect.any(String),
        expiresAt: "2026-11-20T10:30:00.000Z",
        lifetimeMs: 1_800_000,
      },
    });
  });

  test("the scopes are those that were granted", async () => {
    const { scopes } = await install(["crm.objects.users.read"]);

    expect(scopes).toContain("crm.objects.users.read");
    expect(scopes).not.toContain("sales-email-read");
  });

  test("a code that was used is refused with HubSpot's words", async () => {
    const code = (await allow()).get("code") ?? "";
    await world.crm.exchangeCode({ code, state: "state-1", redirectUri, now: world.now() });

    await expect(
      world.crm.exchangeCode({ code, state: "state-1", redirectUri, now: world.now() }),
    ).rejects.toMatchObject({
      kind: "rejected",
      rule: "BAD_AUTH_CODE",
      message: expect.stringContaining("missing or unknown auth code"),
    });
  });

  test("another redirect address is refused", async () => {
    const code = (await allow()).get("code") ?? "";

    await expect(
      world.crm.exchangeCode({ code, state: "state-1", redirectUri: `${redirectUri}/x`, now: world.now() }),
    ).rejects.toMatchObject({ kind: "rejected", rule: "MISMATCH_REDIRECT_URI_AUTH_CODE" });
  });

  test("the app asks for no scope that the app at HubSpot does not declare", () => {
    const [app] = world.hubspot.apps;

    expect(app?.requiredScopes).toEqual(requiredScopes);
    expect(app?.optionalScopes).toEqual(expect.arrayContaining([...optionalScopes]));
  });
});

describe("refreshing", () => {
  test("gives a token that works", async () => {
    const tokens = (await install()).tokens;
    world.hubspot.clock.advance(3_600_000);

    const fresh = await world.crm.refreshTokens(tokens, world.now());

    expect(fresh.expiresAt).toBe("2026-11-20T11:30:00.000Z");
    const details = await world.apiAs(fresh.accessToken)("GET", "/account-info/2026-09/details");
    expect(details.status).toBe(200);
  });

  test("an app that was uninstalled learns that it is final", async () => {
    const { tokens } = await install();
    world.hubspot.uninstall({ portalId: world.portal.id, appId: 54321 });

    await expect(world.crm.refreshTokens(tokens, world.now())).rejects.toMatchObject({ kind: "unauthorized-final" });
  });

  test("a refresh token that was revoked is final", async () => {
    const { tokens } = await install();
    const client = { client_id: "baton", client_secret: "secret" };
    await postForm(`${world.hubspot.url}/oauth/2026-09/token/revoke`, { ...client, token: tokens.refreshToken });

    await expect(world.crm.refreshTokens(tokens, world.now())).rejects.toMatchObject({ kind: "unauthorized-final" });
  });

  test("a wrong secret of ours is not the account's doing", async () => {
    const { tokens } = await install();
    const crm = hubspot({ ...world.settings, clientSecrets: ["other"] });

    await expect(crm.refreshTokens(tokens, world.now())).rejects.toMatchObject({
      kind: "rejected",
      rule: "BAD_CLIENT_SECRET",
    });
  });

  test.each(["drop-after", "html", "truncated"] as const)("a lost answer (%s) proves nothing", async (kind) => {
    const { tokens } = await install();
    world.hubspot.faults.add({ route: "POST /oauth/:version/token", kind, times: 1 });

    await expect(world.crm.refreshTokens(tokens, world.now())).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("no error shows a token or the secret", async () => {
    const { tokens } = await install();
    world.hubspot.uninstall({ portalId: world.portal.id, appId: 54321 });

    const error: unknown = await world.crm.refreshTokens(tokens, world.now()).catch((reason: unknown) => reason);

    expect(JSON.stringify(error) + String(error)).not.toMatch(new RegExp(`secret|${tokens.refreshToken}`));
  });
});
