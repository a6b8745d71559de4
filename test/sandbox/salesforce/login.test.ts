import { generateKeyPairSync, sign } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Connection, OAuth2 } from "jsforce";
import { postForm } from "../hubspot/world.ts";
import { addOtherOrg, client, expired, type LoginWorld, startLoginWorld } from "./login-world.ts";

const minute = 60_000;
const hour = 60 * minute;

let world: LoginWorld;
beforeEach(async () => {
  world = await startLoginWorld();
});
afterEach(() => world.stop());

const install = () => world.salesforce.install({ orgId: world.org.id, userId: world.userId });

describe("jwt-bearer", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");

  beforeEach(() => {
    const app = world.salesforce.apps[0];
    if (app) app.publicKey = publicKey;
  });

  function assertion(claims: Record<string, unknown> = {}, alg = "RS256", signed?: string): string {
    const exp = Math.floor(world.salesforce.clock.now() / 1000) + 180;
    const usual = { iss: "baton", sub: "baton@acme.example", aud: "https://login.salesforce.com", exp };
    const text = `${encode({ alg })}.${encode({ ...usual, ...claims })}`;
    return `${text}.${sign("RSA-SHA256", Buffer.from(signed ?? text), privateKey).toString("base64url")}`;
  }
  const ask = (text: string) => world.token({ grant_type: grantType, assertion: text });
  const inSeconds = (seconds: number) => Math.floor(world.salesforce.clock.now() / 1000) + seconds;

  test("§8.1 jsforce gets an access token and no refresh token; no secret is needed", async () => {
    const oauth2 = new OAuth2({ loginUrl: world.salesforce.url });
    const conn = new Connection({ oauth2, version: "66.0" });
    const who = await conn.authorize({ grant_type: grantType, assertion: assertion() });

    expect([who.id, conn.refreshToken]).toEqual([world.userId, undefined]);
    expect((await conn.query("SELECT Id FROM Organization")).totalSize).toBe(1);
    const { body } = await ask(assertion());
    expect(body).toMatchObject({ scope: "api id", token_type: "Bearer", instance_url: world.salesforce.url });
    expect(body).toEqual(expect.not.objectContaining({ refresh_token: expect.anything() }));
    expect(body).toEqual(expect.not.objectContaining({ expires_in: expect.anything() }));
  });

  test.each<[string, () => string, string, string]>([
    ["an unknown iss", () => assertion({ iss: "nobody" }), "invalid_client_id", "client identifier invalid"],
    ["a sub of nobody", () => assertion({ sub: "x@y.z" }), "invalid_grant", "user hasn't approved this consumer"],
    ["another aud", () => assertion({ aud: "https://evil.example" }), "invalid_grant", "audience is invalid"],
    ["an exp that is over", () => assertion({ exp: inSeconds(0) }), "invalid_grant", "invalid assertion"],
    ["an exp too far off", () => assertion({ exp: inSeconds(301) }), "invalid_grant", "invalid assertion"],
    ["no exp", () => assertion({ exp: null }), "invalid_grant", "invalid assertion"],
    ["another algorithm", () => assertion({}, "none"), "invalid_grant", "invalid assertion"],
    ["a signature of other text", () => assertion({}, "RS256", "x.y"), "invalid_grant", "invalid assertion"],
    ["no JWT at all", () => "assertion", "invalid_grant", "invalid assertion"],
  ])("§8.1 an assertion with %s is refused", async (_, make, error, description) => {
    const reply = await ask(make());

    expect([reply.status, reply.body]).toEqual([400, { error, error_description: description }]);
  });

  test.each([
    ["https://test.salesforce.com", () => "https://test.salesforce.com"],
    ["login's own address", () => world.salesforce.url],
  ])("§2.3 the audience may be %s", async (_, aud) => {
    expect((await ask(assertion({ aud: aud() }))).status).toBe(200);
  });

  test("§2.3 the user must have been approved: by the admin, or by a consent", async () => {
    const ada = { sub: "ada@acme.example" };
    expect((await ask(assertion(ada))).text("error_description")).toBe("user hasn't approved this consumer");

    await world.exchange(await world.code({ user: `${world.org.id}/${world.reps[0]}` }));
    expect((await ask(assertion(ada))).text("id")).toContain(world.reps[0]);
  });

  test("§2.3 an app without a key takes no assertion", async () => {
    const app = world.salesforce.apps[0];
    if (app) app.publicKey = null;

    expect((await ask(assertion())).text("error_description")).toBe("invalid assertion");
  });
});

describe("client_credentials", () => {
  const grant = { grant_type: "client_credentials" };

  test("§8.1 jsforce runs as the user of the policy", async () => {
    const conn = new Connection({ oauth2: world.oauth2, version: "66.0" });
    const who = await conn.authorize(grant);

    expect([who.id, who.organizationId, conn.refreshToken]).toEqual([world.userId, world.org.id, undefined]);
    expect((await conn.query("SELECT Id FROM Organization")).totalSize).toBe(1);
    expect((await world.token(grant)).body).toEqual(expect.not.objectContaining({ expires_in: expect.anything() }));
  });

  test("§8.1 a wrong secret is refused", async () => {
    expect((await world.token({ ...grant, client_secret: "guess" })).text("error")).toBe("invalid_client");
  });

  test("§2.3 of several orgs it is the one whose address is called", async () => {
    const { orgId, userId } = addOtherOrg(world);
    world.salesforce.apps[0]?.runAs.set(orgId, userId);
    expect((await world.token(grant)).text("error_description")).toBe("request not supported on this domain");

    const other = world.salesforce.orgs.get(orgId);
    if (other) other.instanceUrl = world.salesforce.url.replace("127.0.0.1", "localhost");
    const at = (url: string) => postForm(`${url}/services/oauth2/token`, { ...client, ...grant });
    expect((await at(world.salesforce.url)).text("id")).toContain(world.org.id);
    expect((await at(other?.instanceUrl ?? "")).text("id")).toContain(orgId);
  });
});

describe("what a token is worth", () => {
  const introspect = (token: string, more: Record<string, string> = {}) =>
    world.post("introspect", { ...client, token, ...more });
  const seconds = (ms: number) => Math.floor((world.salesforce.clock.now() + ms) / 1000);

  test("§8.2 /introspect describes an access token, whose exp moves with its use", async () => {
    const { accessToken } = install();
    world.advance(minute);
    await world.call(accessToken);

    expect((await introspect(accessToken)).body).toEqual({
      ...{ active: true, scope: "api refresh_token id", client_id: "baton", username: "baton@acme.example" },
      sub: `${world.salesforce.url}/id/${world.org.id}/${world.userId}`,
      ...{ token_type: "access_token", exp: seconds(2 * hour), iat: seconds(-minute), nbf: seconds(-minute) },
    });
  });

  test("§8.2 /introspect describes a refresh token too", async () => {
    const { refreshToken } = install();

    expect((await introspect(refreshToken, { token_type_hint: "access_token" })).body).toMatchObject({
      ...{ active: true, token_type: "refresh_token", exp: seconds(30 * 24 * hour) },
    });
  });

  test("§2.3 /introspect calls inactive what is over, unknown or another app's", async () => {
    const { accessToken } = install();
    const foreign = { orgId: world.org.id, userId: world.userId, clientId: "other", scopes: ["api"] };
    const { token } = world.salesforce.sessions.issue(foreign);
    world.salesforce.sessions.end((session) => session.token === accessToken);

    for (const each of [accessToken, token, "guess"]) expect((await introspect(each)).body).toEqual({ active: false });
  });

  test("§2.3 /introspect wants the client's secret", async () => {
    expect((await introspect("x", { client_secret: "guess" })).text("error")).toBe("invalid_client");
  });

  test("§8.2 /revoke of a refresh token by jsforce ends its access tokens", async () => {
    const { accessToken, refreshToken } = install();
    await world.oauth2.revokeToken(refreshToken);

    expect((await world.call(accessToken)).status).toBe(401);
    expect((await world.refresh(refreshToken)).body).toEqual(expired);
  });

  test("§8.2 /revoke of an access token, by GET too, ends that one", async () => {
    const { accessToken, refreshToken } = install();
    const reply = await fetch(
      `${world.salesforce.url}/services/oauth2/revoke?token=${encodeURIComponent(accessToken)}`,
    );

    expect([reply.status, (await world.call(accessToken)).status]).toEqual([200, 401]);
    expect((await world.refresh(refreshToken)).status).toBe(200);
  });

  test.each([
    ["unsupported_token_type", "guess"],
    ["invalid_token", "5Aep861guess"],
  ])("§2.3 /revoke answers 400 %s", async (error, token) => {
    const reply = await world.post("revoke", { token });

    expect([reply.status, reply.text("error")]).toEqual([400, error]);
  });

  test("§8.2 /userinfo tells who it is", async () => {
    const headers = { Authorization: `Bearer ${install().accessToken}` };
    const body = await (await fetch(`${world.salesforce.url}/services/oauth2/userinfo`, { headers })).json();

    expect(body).toMatchObject({
      ...{ user_id: world.userId, organization_id: world.org.id, preferred_username: "baton@acme.example" },
      ...{ zoneinfo: "Europe/Berlin", email: "baton@acme.example", name: "Baton Integration" },
      urls: { rest: `${world.salesforce.url}/services/data/v{version}/` },
    });
  });

  test("§8.2 jsforce's identity() finds /id/... and reads it", async () => {
    const found = await world.conn.identity();

    expect(found).toMatchObject({
      ...{ id: `${world.salesforce.url}/id/${world.org.id}/${world.userId}`, user_id: world.userId },
      ...{ username: "baton@acme.example", display_name: "Baton Integration", active: true },
    });
  });

  test.each<[string, string, () => string, number, string]>([
    ["no token", "", () => `${world.org.id}/${world.userId}`, 403, "Missing_OAuth_Token"],
    ["a token that is over", "00D!x", () => `${world.org.id}/${world.userId}`, 403, "Bad_OAuth_Token"],
    ["another org", "good", () => `00D000000000009/${world.userId}`, 403, "Wrong_Org"],
    ["nobody's id", "good", () => `${world.org.id}/005000000000099`, 404, "Bad_Id"],
  ])("§2.3 the identity service refuses %s", async (_, token, path, status, words) => {
    const headers = { Authorization: `Bearer ${token === "good" ? install().accessToken : token}` };
    const reply = await fetch(`${world.salesforce.url}/id/${path()}`, token === "" ? {} : { headers });

    expect([reply.status, await reply.text()]).toEqual([status, words]);
  });
});
