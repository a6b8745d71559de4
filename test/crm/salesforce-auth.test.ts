import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Tokens } from "../../src/model/connection.ts";
import { type SalesforceWorld, startSalesforceWorld } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const redirectUri = "http://127.0.0.1:3000/salesforce/oauth/callback";

/** An admin allows the app on Salesforce's page; gives what the browser brings back. */
async function allow(state = "state-1"): Promise<URLSearchParams> {
  const url = new URL(world.crm.authorizeUrl({ state, redirectUri }));
  const form = new URLSearchParams(url.search);
  form.set("user", `${world.org.id}/${world.ownUserId}`);
  form.set("decision", "allow");
  const response = await fetch(`${url.origin}${url.pathname}`, { method: "POST", body: form, redirect: "manual" });
  return new URL(response.headers.get("location") ?? "http://no-redirect/").searchParams;
}

const install = async () => {
  const code = (await allow()).get("code") ?? "";
  return world.crm.exchangeCode({ code, state: "state-1", redirectUri, now: world.now() });
};

const query = (tokens: Tokens) =>
  fetch(`${tokens.instanceUrl}/services/data/v66.0/limits`, {
    headers: { Authorization: `Bearer ${tokens.accessToken}` },
  });

describe("installing", () => {
  test("the URL asks for no more than it needs, with a challenge of its own for each state", () => {
    const asked = (state: string) =>
      Object.fromEntries(new URL(world.crm.authorizeUrl({ state, redirectUri })).searchParams);

    expect(asked("state-1")).toEqual({
      ...{ response_type: "code", client_id: "baton", redirect_uri: redirectUri, scope: "api refresh_token" },
      ...{ state: "state-1", code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: "S256" },
    });
    expect(asked("state-2").code_challenge).not.toBe(asked("state-1").code_challenge);
  });

  test("a code gives the org, its zone, its address and tokens that work", async () => {
    const installed = await install();

    expect(installed).toEqual({
      ...{ externalId: world.org.id, name: "Acme", timeZone: "Europe/Berlin" },
      uiHost: new URL(world.sandbox.url).host,
      scopes: ["api", "refresh_token"],
      tokens: {
        ...{ accessToken: expect.any(String), refreshToken: expect.any(String), instanceUrl: world.sandbox.url },
        ...{ expiresAt: "2026-11-24T14:00:00.000Z", lifetimeMs: 7 * 86_400_000 },
      },
    });
    expect((await query(installed.tokens)).status).toBe(200);
  });

  test("a code that was asked for with another state gives nothing, as its proof is another", async () => {
    const code = (await allow("state-1")).get("code") ?? "";

    await expect(
      world.crm.exchangeCode({ code, state: "state-2", redirectUri, now: world.now() }),
    ).rejects.toMatchObject({ name: "CrmError", rule: "invalid_grant" });
  });

  test("who hosts Baton for one org needs no browser: the app's own credentials suffice", async () => {
    const installed = await world.crm.connectByCredentials(world.now());

    expect(installed).toMatchObject({ externalId: world.org.id, tokens: { refreshToken: "" } });
    const renewed = await world.crm.refreshTokens(installed.tokens, world.now());
    expect(renewed.accessToken).not.toBe(installed.tokens.accessToken);
    expect((await query(renewed)).status).toBe(200);
  });
});

describe("refreshing", () => {
  test("the refresh token is another one afterwards, and the one before ends the grant", async () => {
    const { tokens } = await install();

    const renewed = await world.crm.refreshTokens(tokens, world.now());

    expect(renewed.refreshToken).not.toBe(tokens.refreshToken);
    expect((await query(renewed)).status).toBe(200);
    await expect(world.crm.refreshTokens(tokens, world.now())).rejects.toMatchObject({
      ...{ name: "CrmError", kind: "unauthorized-final", rule: "invalid_grant" },
      message: expect.stringContaining("Install the app again"),
    });
    expect((await query(renewed)).status).toBe(401);
  });

  test("a lost answer is not asked for again: the token would be used twice", async () => {
    const { tokens } = await install();
    world.sandbox.faults.add({ route: "POST /services/oauth2/token", kind: "drop-after", times: 1 });

    await expect(world.crm.refreshTokens(tokens, world.now())).rejects.toMatchObject({ kind: "unknown-outcome" });

    const asked = world.sandbox.requests.list().filter(({ path }) => path === "/services/oauth2/token");
    expect(asked).toHaveLength(2);
  });

  test("an outage of the token endpoint is no end of the grant", async () => {
    const { tokens } = await install();
    world.sandbox.faults.add({ route: "POST /services/oauth2/token", kind: "status-before", status: 503, times: 1 });

    await expect(world.crm.refreshTokens(tokens, world.now())).rejects.toMatchObject({ kind: "unknown-outcome" });

    expect((await world.crm.refreshTokens(tokens, world.now())).accessToken).toEqual(expect.any(String));
  });

  test("an API that refuses each new token too is given up after one round", async () => {
    world.sandbox.faults.add({ route: "POST /services/data/:version/composite", kind: "token-expired" });

    await expect(world.client.listStages({ lane: "sync" })).rejects.toMatchObject({ kind: "unauthorized" });

    expect(world.refreshes()).toBe(1);
  });
});
